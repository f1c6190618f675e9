/** Asks BigQuery through its real client: Google's, or the one that `npm start` answers for. */
import {
  BigQuery,
  BigQueryDate,
  BigQueryDatetime,
  BigQueryInt,
  type BigQueryOptions,
  BigQueryTime,
  BigQueryTimestamp,
  Geography,
} from "@google-cloud/bigquery";
import { OAuth2Client } from "google-auth-library";
import { z } from "zod";
import type { Endpoint } from "../../local/session/endpoint";
import type { Answer, Parameter, Parameters, Source, Value } from "./answer";

/** The running `npm start`; its token stands for signing in. */
export function askRunning({ url, token, project, dataset }: Endpoint, state: string): Source {
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token: token });
  const about = `Asked the running npm start of ${state}, its live readings included.`;
  return askClient({ projectId: project, apiEndpoint: url, authClient }, dataset, about);
}

/**
 * Google's BigQuery, with the credentials that its client finds (`gcloud auth application-default login`).
 * @param mostBytes - A question that would be billed for more fails, and costs nothing.
 */
export const askGoogle = (projectId: string, dataset: string, mostBytes?: number): Source =>
  askClient({ projectId }, dataset, `Asked the dataset ${projectId}.${dataset} in BigQuery.`, mostBytes);

function askClient(options: BigQueryOptions, datasetId: string, about: string, mostBytes?: number): Source {
  const client = new BigQuery(options);
  return {
    about,
    async ask(query, parameters = {}) {
      try {
        return await answerOf(client, { query, datasetId, parameters, mostBytes });
      } catch (error) {
        throw new Error(messageOf(error), { cause: error });
      }
    },
    close: () => undefined,
  };
}

const pageSchema = z.object({
  schema: z.object({ fields: z.array(z.object({ name: z.string(), type: z.string() })).default([]) }).optional(),
});
const pageRows = 10_000;

interface Question {
  readonly query: string;
  readonly datasetId: string;
  readonly parameters: Parameters;
  readonly mostBytes: number | undefined;
}

async function answerOf(client: BigQuery, { query, datasetId, parameters, mostBytes }: Question): Promise<Answer> {
  const named = Object.entries(parameters);
  const [job] = await client.createQueryJob({
    query,
    defaultDataset: { datasetId },
    ...(named.length > 0 && {
      params: Object.fromEntries(named.map(([name, parameter]) => [name, clientValue(parameter)])),
      types: Object.fromEntries(named.map(([name, { type }]) => [name, type])),
    }),
    ...(mostBytes !== undefined && { maximumBytesBilled: String(mostBytes) }),
  });
  const rows: Record<string, Value>[] = [];
  let columns: Answer["columns"] = [];
  let pageToken: string | undefined;
  do {
    const options = { autoPaginate: false, wrapIntegers: true, maxResults: pageRows, ...(pageToken && { pageToken }) };
    const [page, next, response] = await job.getQueryResults(options);
    columns = pageSchema.parse(response).schema?.fields ?? columns;
    for (const row of page) rows.push(fieldsOf(row));
    pageToken = next?.pageToken;
  } while (pageToken !== undefined);
  return { columns, rows };
}

/** Times as the client's own classes: of a text it would send nothing. */
function clientValue({ type, value }: Parameter) {
  if (type === "DATE") return new BigQueryDate(value);
  return type === "TIMESTAMP" ? new BigQueryTimestamp(value) : value;
}

const fieldsOf = (row: object): Record<string, Value> =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plainValue(value)]));

/** The client's classes as plain values; an integer or decimal that a number cannot hold is text. */
function plainValue(value: unknown): Value {
  if (value === null || value === undefined) return null;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map(plainValue);
  if (Buffer.isBuffer(value)) return value.toString("base64");
  if (value instanceof BigQueryInt)
    return Number.isSafeInteger(Number(value.value)) ? Number(value.value) : String(value.value);
  // It has nine digits where BigQuery has six; here as many as it needs, as elsewhere.
  if (value instanceof BigQueryTimestamp) return value.value.replace(/(\.\d{3}(?:\d*[1-9])?)0*Z$/, "$1Z");
  if (
    value instanceof BigQueryDate ||
    value instanceof BigQueryDatetime ||
    value instanceof BigQueryTime ||
    value instanceof Geography
  )
    return value.value;
  if (typeof value !== "object") return String(value);
  // Decimals are of big.js.
  return "toFixed" in value ? String(value) : fieldsOf(value);
}

const apiError = z.object({ errors: z.array(z.object({ message: z.string() })).min(1) });

/** The first of Google's own messages; the client's adds the text of the whole request. */
const messageOf = (error: unknown): string =>
  apiError.safeParse(error).data?.errors[0]?.message ?? (error instanceof Error ? error.message : String(error));
