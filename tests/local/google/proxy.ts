/**
 * A proxy before BigQuery's stand-in that a test can make strike: at the n-th streaming call, before or after it is carried
 * out; or refuse all calls but those for a token.
 */
import { once } from "node:events";
import { createServer } from "node:http";

export interface Strike {
  /** The streaming call that it strikes, from 1. */
  readonly call: number;
  readonly when: "before" | "after";
  /** What happens then; the caller never gets an answer. */
  readonly strike: () => void;
}

export async function startProxy(target: string, strikes: readonly Strike[], refuses: () => boolean) {
  let calls = 0;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (refuses() && request.url !== "/v1/token") {
      const message = "Access Denied: the project is closed.";
      const error = { code: 403, message, errors: [{ message, domain: "global", reason: "accessDenied" }] };
      response.writeHead(403, { "content-type": "application/json" }).end(JSON.stringify({ error }));
      return;
    }
    const struck = request.url?.endsWith("/insertAll?prettyPrint=false")
      ? strikes.find(({ call }) => call === calls + 1)
      : undefined;
    if (request.url?.includes("/insertAll")) calls++;
    if (struck?.when === "before") return struck.strike();
    const { authorization, "content-type": type } = request.headers;
    const answer = await fetch(`${target}${request.url}`, {
      method: request.method ?? "GET",
      headers: { ...(authorization && { authorization }), ...(type && { "content-type": type }) },
      body: Buffer.concat(chunks),
    });
    const body = Buffer.from(await answer.arrayBuffer());
    if (struck) return struck.strike();
    response.writeHead(answer.status, { "content-type": "application/json" }).end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy listens at no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    calls: () => calls,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
