/** The REST calls that are carried out, each with the right that it needs. */
import type { Graph } from "../../program/graph";
import type { World } from "../../world";
import type { Warehouse } from "../duckdb";
import type { GoogleIdentity, TableCall } from "../identity";
import { nativeTablesOf } from "./native-tables";
import { createQueryJobs } from "./query-jobs";
import { refusal } from "./rest-call";
import { createStreaming, insertAllBody } from "./streaming";

export interface BigQueryOptions extends Pick<World, "clock" | "usage"> {
  readonly graph: Graph;
  readonly identity: GoogleIdentity;
  readonly warehouse: () => Promise<Warehouse>;
}

interface Call {
  readonly token: string;
  /** Named parts of the path. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
}
export type Route = readonly [method: string, path: RegExp, answer: (call: Call) => Promise<unknown>];

const project = "/(?:bigquery/v2/)?projects/(?<projectId>[^/]+)";
const table = `${project}/datasets/(?<datasetId>\\w+)/tables/(?<tableId>\\w+)`;
const at = (path: string) => new RegExp(`^${path}$`);

export function createRoutes({ graph, clock, identity, warehouse, usage }: BigQueryOptions): readonly Route[] {
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
    for (const permission of ["bigquery.tables.updateData", "bigquery.tables.get"]) requireTable(call, permission);
    const { datasetId, tableId } = call.path;
    const found = tables.find((each) => each.datasetId === datasetId && each.table.name === tableId);
    if (!found) throw refusal(404, "notFound", `Not found: Table ${datasetId}.${tableId}`);
    const kind = "bigquery#tableDataInsertAllResponse";
    const body = insertAllBody.parse(call.body);
    for (const { json } of body.rows)
      usage?.count("bigquery_streamed_byte", Math.max(1024, JSON.stringify(json).length), tableId);
    return { kind, ...(await stream(found.table, body)) };
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

  return [
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
}

const denied = (what: string) => refusal(403, "accessDenied", `Access Denied: ${what}`);
