/**
 * The table `live_readings` as the callback uses it: rows are streamed in with ids, as the function's own AWS role,
 * which Google's workload identity federation knows. There is no key.
 */
import { BigQuery } from "@google-cloud/bigquery";
import { AwsClient } from "google-auth-library";
import { z } from "zod";
import type { LiveRow } from "./live-row";

/** A row that BigQuery did not take. */
export interface RefusedRow {
  insertId: string;
  /** BigQuery's word for it, for example `invalid`. */
  reason: string;
}

/** Opens the table `LIVE_TABLE` (`project.dataset.table`) with the configuration `GOOGLE_CREDENTIALS`, which holds no secret. */
export function openLiveTable() {
  const { LIVE_TABLE, GOOGLE_CREDENTIALS } = z
    .object({ LIVE_TABLE: z.string().regex(/^[^.]+\.[^.]+\.[^.]+$/), GOOGLE_CREDENTIALS: z.string() })
    .parse(process.env);
  const [projectId = "", datasetId = "", tableId = ""] = LIVE_TABLE.split(".");
  const credentials = z
    .object({
      type: z.literal("external_account"),
      audience: z.string(),
      subject_token_type: z.string(),
      token_url: z.url(),
      credential_source: z.object({ environment_id: z.string(), regional_cred_verification_url: z.string() }),
    })
    .parse(JSON.parse(GOOGLE_CREDENTIALS));

  const authClient = new AwsClient({ ...credentials, scopes: ["https://www.googleapis.com/auth/bigquery.insertdata"] });
  // The queue delivers again what fails, so the client need not try for long.
  const bigQuery = new BigQuery({ projectId, authClient, retryOptions: { maxRetries: 2, totalTimeout: 5 } });
  const table = bigQuery.dataset(datasetId).table(tableId);

  const partialFailure = z.object({
    name: z.literal("PartialFailureError"),
    errors: z.array(
      z.object({ row: z.object({ insertId: z.string() }), errors: z.array(z.object({ reason: z.string() })) }),
    ),
  });

  return {
    /** Streams rows in; resolves with the ones that were refused, rejects where none were taken. */
    async insert(rows: LiveRow[]): Promise<RefusedRow[]> {
      if (rows.length === 0) return [];
      try {
        await table.insert(rows, { raw: true, skipInvalidRows: true, partialRetries: 0 });
        return [];
      } catch (error) {
        const partial = partialFailure.safeParse(error);
        if (!partial.success) throw error;
        return partial.data.errors.map(({ row, errors }) => ({
          insertId: row.insertId,
          reason: errors.map(({ reason }) => reason).join(", "),
        }));
      }
    },
  };
}
