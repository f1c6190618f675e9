/**
 * The file in the state folder that tells other programs of this computer where the running process answers as BigQuery:
 * its address, the bearer token of the user who may query, the project and the dataset. It goes when the process ends.
 */
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { readJsonFile } from "../damage";

const endpointSchema = z.object({
  url: z.url(),
  token: z.string(),
  project: z.string(),
  dataset: z.string(),
});
export type Endpoint = z.infer<typeof endpointSchema>;

export const endpointFile = "bigquery.json";

/** Writes the file, for its owner alone; resolves with what removes it. */
export async function offerEndpoint(stateDirectory: string, endpoint: Endpoint): Promise<() => Promise<void>> {
  const path = join(stateDirectory, endpointFile);
  // One that a killed process left may be readable by others: a mode is set only where a file is made.
  await rm(path, { force: true });
  await writeFile(path, `${JSON.stringify(endpoint, undefined, 2)}\n`, { mode: 0o600 });
  return () => rm(path, { force: true });
}

/** The endpoint of the process that uses the folder; undefined where none answers. */
export async function findEndpoint(stateDirectory: string): Promise<Endpoint | undefined> {
  const path = join(stateDirectory, endpointFile);
  if (!existsSync(path)) return undefined;
  const endpoint = readJsonFile(
    path,
    endpointSchema,
    "npm start writes it anew: start it, or stop it and start it again.",
  );
  // A process that was killed leaves its file behind.
  const answers = await fetch(endpoint.url).then(
    () => true,
    () => false,
  );
  return answers ? endpoint : undefined;
}
