/** Storage Transfer Service's REST interface for one laptop, on 127.0.0.1: `transferJobs.run`, for the user who owns the project. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { z } from "zod";
import type { GoogleIdentity } from "../identity";
import type { Start, TransferJobs } from "./transfer-jobs";

export interface TransferServer {
  readonly url: string;
  close(): Promise<void>;
}

const runBody = z.object({ projectId: z.string().min(1) });

type Answer = readonly [status: number, body: unknown];

const refusal = (code: number, status: string, message: string): Answer => [code, { error: { code, message, status } }];

/** What a job that is not started is answered. */
const refusals: Readonly<Record<Exclude<Start, "started">, Answer>> = {
  unknown: refusal(404, "NOT_FOUND", "Transfer job does not exist."),
  "not scheduled": refusal(400, "FAILED_PRECONDITION", "An event-driven job runs by its events only."),
  running: refusal(400, "FAILED_PRECONDITION", "The transfer job has an active operation already."),
};

export async function startTransferServer(
  jobs: Pick<TransferJobs, "start">,
  { userToken }: Pick<GoogleIdentity, "userToken">,
): Promise<TransferServer> {
  const server = createServer(async (request, response) => {
    const [status, body] = await answer(request).catch((error: unknown) => refusal(500, "INTERNAL", String(error)));
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("Storage Transfer's stand-in has no port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };

  async function answer(request: IncomingMessage): Promise<Answer> {
    const body = runBody.safeParse(parseJson(await text(request)));
    const { pathname } = new URL(request.url ?? "", "http://127.0.0.1");
    const [, job] = /^\/v1\/(transferJobs\/[\w./-]+):run$/.exec(pathname) ?? [];
    if (request.method !== "POST" || job === undefined)
      return refusal(501, "UNIMPLEMENTED", `Local mode does not carry out ${request.method} ${pathname}.`);
    const { authorization } = request.headers;
    if (authorization === undefined) return refusal(401, "UNAUTHENTICATED", "The request has no credentials.");
    if (authorization !== `Bearer ${userToken}`)
      return refusal(403, "PERMISSION_DENIED", `Permission storagetransfer.jobs.run denied on ${job}.`);
    if (!body.success) return refusal(400, "INVALID_ARGUMENT", z.prettifyError(body.error));
    const outcome = jobs.start(job);
    if (outcome !== "started") return refusals[outcome];
    return [200, { name: `transferOperations/${job.replace("/", "-")}-${randomUUID()}`, done: false }];
  }
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
