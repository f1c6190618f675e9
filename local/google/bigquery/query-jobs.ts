/** BigQuery's query jobs on DuckDB: a query runs at once, its result can be read page by page for a while. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type Result, reasonOf, type Warehouse } from "../duckdb";
import { pageOf, queryParameters } from "./query-results";
import { refusal } from "./rest-call";

const querySettings = {
  query: z.string(),
  useLegacySql: z.literal(false, "Local mode answers GoogleSQL only: set useLegacySql to false."),
  queryParameters,
};
const format = z.object({ useInt64Timestamp: z.literal(true) }, "Local mode answers timestamps as integers only.");
const queryBody = z.object({ ...querySettings, formatOptions: format, maxResults: z.int().positive().optional() });
const jobBody = z.object({
  configuration: z.object({ query: z.object(querySettings), dryRun: z.literal(false).optional() }),
  jobReference: z.object({ jobId: z.string() }).optional(),
});
const pageQuery = z.object({
  "formatOptions.useInt64Timestamp": z.literal("true", "Local mode answers timestamps as integers only."),
  maxResults: z.coerce.number().int().positive().optional(),
  pageToken: z.coerce.number().int().nonnegative().default(0),
  startIndex: z.coerce.number().int().nonnegative().optional(),
});

/** Results that are kept for further pages. */
const kept = 20;
/** Rows of a page where the caller does not say. */
const pageRows = 10_000;

interface Job {
  readonly reference: { readonly projectId: string; readonly jobId: string };
  readonly result: Result;
}

export function createQueryJobs(warehouse: () => Promise<Warehouse>) {
  const jobs = new Map<string, Job>();

  const run = async (
    projectId: string,
    jobId: string,
    settings: z.infer<typeof queryBody> | z.infer<typeof jobBody>["configuration"]["query"],
  ) => {
    const opened = await warehouse();
    const result = await opened.execute(settings.query, settings.queryParameters).catch((error: unknown) => {
      throw refusal(400, "invalidQuery", reasonOf(error));
    });
    const job: Job = { reference: { projectId, jobId }, result };
    jobs.set(jobId, job);
    for (const old of jobs.keys()) if (jobs.size > kept) jobs.delete(old);
    return job;
  };
  const find = (jobId: string) => {
    const job = jobs.get(jobId);
    if (!job) throw refusal(404, "notFound", `Not found: Job ${jobId}`);
    return job;
  };
  const answer = ({ reference, result }: Job, start: number, max: number | undefined) => ({
    kind: "bigquery#queryResponse",
    jobReference: reference,
    jobComplete: true,
    ...pageOf(result, start, max ?? pageRows),
  });
  const resource = ({ reference }: Job) => ({
    kind: "bigquery#job",
    id: `${reference.projectId}:${reference.jobId}`,
    jobReference: reference,
    status: { state: "DONE" },
  });

  return {
    /** `jobs.query` */
    async query(projectId: string, body: unknown) {
      const settings = queryBody.parse(body);
      return answer(await run(projectId, randomUUID(), settings), 0, settings.maxResults);
    },
    /** `jobs.getQueryResults` */
    async results(jobId: string, query: URLSearchParams) {
      const { pageToken, startIndex, maxResults } = pageQuery.parse(Object.fromEntries(query));
      return answer(find(jobId), startIndex ?? pageToken, maxResults);
    },
    /** `jobs.insert` */
    async insert(projectId: string, body: unknown) {
      const { configuration, jobReference } = jobBody.parse(body);
      return resource(await run(projectId, jobReference?.jobId ?? randomUUID(), configuration.query));
    },
    /** `jobs.get` */
    get: async (jobId: string) => resource(find(jobId)),
    /** Columns of a table or view. */
    async schemaOf(relation: string) {
      const opened = await warehouse();
      const empty = await opened.execute(`SELECT * FROM \`${relation}\` LIMIT 0`).catch((error: unknown) => {
        throw refusal(
          404,
          "notFound",
          `Not found: Table ${relation}: ${error instanceof Error ? error.message : error}`,
        );
      });
      return pageOf(empty, 0, 0).schema;
    },
  };
}
