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
import type { Identities } from "../../aws/iam/identity";
import type { Clock } from "../../clock";
import type { Graph } from "../../program/graph";
import type { Warehouse } from "../duckdb/warehouse";
import { createGoogleIdentity, type TableCall } from "../identity/google-identity";
import { nativeTablesOf } from "./native-tables";
import { createQueryJobs } from "./query-jobs";
import { bearerOf, bodyOf, jsonOf, refusal } from "./rest-call";
import { createStreaming, insertAllBody } from "./streaming";

export interface BigQueryOptions {
  readonly graph: Graph;
  readonly identities: Identities;
  readonly clock: Clock;
  readonly warehouse: () => Promise<Warehouse>;
}

export interface BigQueryServer {
  /** For `BIGQUERY_EMULATOR_HOST`; also answers `POST /v1/token` as Google's token service. */
  readonly url: string;
  /** Bearer token of the user who queries. */
  readonly userToken: string;
  close(): Promise<void>;
}

interface Call {
  readonly token: string;
  /** Named parts of the path. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
}
type Route = readonly [method: string, path: RegExp, answer: (call: Call) => Promise<unknown>];

const project = "/(?:bigquery/v2/)?projects/(?<projectId>[^/]+)";
const table = `${project}/datasets/(?<datasetId>\\w+)/tables/(?<tableId>\\w+)`;
const at = (path: string) => new RegExp(`^${path}$`);

export async function startBigQuery(options: BigQueryOptions): Promise<BigQueryServer> {
  const identity = createGoogleIdentity(options.graph, options.identities);
  const routes = createRoutes(options, identity);
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
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

function createRoutes({ graph, clock, warehouse }: BigQueryOptions, identity: ReturnType<typeof createGoogleIdentity>) {
  const tables = nativeTablesOf(graph);
  const jobs = createQueryJobs(warehouse);
  const stream = createStreaming(warehouse, clock);

  const requireTable = ({ token, path }: Call, permission: string) => {
    const { projectId, datasetId = "", tableId = "" } = path;
    const call: TableCall = { permission, datasetId, tableId };
    if (identity.allows(token, call)) return;
    throw denied(`Table ${projectId}:${datasetId}.${tableId}: Permission ${permission} denied on this table.`);
  };
  const requireUser = ({ token, path }: Call) => {
    if (token !== identity.userToken)
      throw denied(`Project ${path.projectId}: Permission bigquery.jobs.create denied in this project.`);
  };

  const insertAll = async (call: Call) => {
    requireTable(call, "bigquery.tables.updateData");
    const { datasetId, tableId } = call.path;
    const found = tables.find((each) => each.datasetId === datasetId && each.table.name === tableId);
    if (!found) throw refusal(404, "notFound", `Not found: Table ${datasetId}.${tableId}`);
    const kind = "bigquery#tableDataInsertAllResponse";
    return { kind, ...(await stream(found.table, insertAllBody.parse(call.body))) };
  };
  const getTable = async (call: Call) => {
    requireTable(call, "bigquery.tables.get");
    const { projectId, datasetId, tableId } = call.path;
    const schema = await jobs.schemaOf(`${datasetId}.${tableId}`);
    return { kind: "bigquery#table", tableReference: { projectId, datasetId, tableId }, schema };
  };
  const asUser = (work: (call: Call) => Promise<unknown>) => (call: Call) => {
    requireUser(call);
    return work(call);
  };

  const routes: readonly Route[] = [
    ["POST", at(`${table}/insertAll`), insertAll],
    ["GET", at(table), getTable],
    ["POST", at(`${project}/queries`), asUser(({ path, body }) => jobs.query(path.projectId ?? "", body))],
    [
      "GET",
      at(`${project}/queries/(?<jobId>[^/]+)`),
      asUser(({ path, query }) => jobs.results(path.jobId ?? "", query)),
    ],
    ["POST", at(`${project}/jobs`), asUser(({ path, body }) => jobs.insert(path.projectId ?? "", body))],
    ["GET", at(`${project}/jobs/(?<jobId>[^/]+)`), asUser(({ path }) => jobs.get(path.jobId ?? ""))],
  ];
  return routes;
}

const denied = (what: string) => refusal(403, "accessDenied", `Access Denied: ${what}`);

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
