/**
 * BigQuery's REST interface for one laptop, on 127.0.0.1: DuckDB answers the real `@google-cloud/bigquery` client.
 *
 * Carried out: the token exchange of workload identity federation, `tabledata.insertAll`, `jobs.query`, `jobs.insert` of
 * a query, `jobs.get`, `jobs.getQueryResults` and `tables.get`. Everything else is answered 501. The client finds it by
 * `BIGQUERY_EMULATOR_HOST`; who calls is decided as in the cloud, by the bearer's grants.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { z } from "zod";
import type { World } from "../../world";
import { bearerOf, bodyOf, jsonOf, refusal } from "./rest-call";
import { type BigQueryOptions, createRoutes } from "./routes";

export interface BigQueryServer {
  /** For `BIGQUERY_EMULATOR_HOST`; also answers `POST /v1/token` as Google's token service. */
  readonly url: string;
  /** Bearer token of the user who queries. */
  readonly userToken: string;
  close(): Promise<void>;
}

export interface BigQueryServerOptions extends BigQueryOptions, Partial<Pick<World, "monitoring">> {
  /** @default a free one */
  readonly port?: number | undefined;
}

export async function startBigQuery(options: BigQueryServerOptions): Promise<BigQueryServer> {
  const { identity, monitoring, port = 0 } = options;
  const routes = createRoutes(options);
  const server = createServer((request, response) => void answer(request, response));
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("BigQuery's stand-in listens at no port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    userToken: identity.userToken,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const reply = (code: number, body: unknown) => {
      if (request.url?.includes("/insertAll")) countCall(code);
      response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    try {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://127.0.0.1");
      const text = await bodyOf(request);
      if (pathname === "/v1/token") reply(...exchange(text));
      else reply(200, await perform(request, pathname, searchParams, text));
    } catch (error) {
      reply(...failure(error));
    }
  }

  /** As Google counts the calls of its APIs. */
  function countCall(code: number): void {
    const labels = { response_code_class: `${Math.floor(code / 100)}xx` };
    const method = "google.cloud.bigquery.v2.TableDataService.InsertAll";
    monitoring?.count(
      { type: "serviceruntime.googleapis.com/api/request_count", labels },
      { type: "consumed_api", labels: { service: "bigquery.googleapis.com", method } },
    );
  }

  /** The token service has its own form of errors (RFC 6749). */
  function exchange(form: string): [number, unknown] {
    try {
      const token = identity.exchange(Object.fromEntries(new URLSearchParams(form)));
      const issued_token_type = "urn:ietf:params:oauth:token-type:access_token";
      return [200, { ...token, issued_token_type, token_type: "Bearer" }];
    } catch (error) {
      return [400, { error: "unauthorized_client", error_description: messageOf(error) }];
    }
  }

  async function perform(request: IncomingMessage, pathname: string, query: URLSearchParams, text: string) {
    const token = bearerOf(request);
    if (token === undefined) throw refusal(401, "required", "Login Required.");
    for (const [method, path, route] of routes) {
      const found = method === request.method ? path.exec(pathname) : null;
      if (found)
        return route({ token, path: { ...found.groups }, query, body: text === "" ? undefined : jsonOf(text) });
    }
    throw refusal(501, "notImplemented", `Local mode does not carry out ${request.method} ${pathname}.`);
  }
}

const googleError = z.object({
  name: z.literal("GoogleError"),
  code: z.number(),
  reason: z.string(),
  message: z.string(),
});

function failure(error: unknown): [number, unknown] {
  const known = googleError.safeParse(error);
  const { code, reason, message } = known.success
    ? known.data
    : error instanceof z.ZodError
      ? { code: 400, reason: "invalid", message: z.prettifyError(error) }
      : { code: 500, reason: "internalError", message: messageOf(error) };
  return [code, { error: { code, message, errors: [{ message, domain: "global", reason }] } }];
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
