/**
 * The files in the state folder that tell other programs of this computer where the running process answers: as BigQuery, with
 * the bearer token of the user who may query, the project and the dataset; as S3, what the AWS CLI and the SDKs read from the
 * environment, with the keys of who deploys. They go when the process ends.
 */
import { existsSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Cloud } from "../cloud";
import { quoted, reachOf, readJsonFile, shortPath } from "../damage";
import { region } from "../program/computed";
import type { Graph } from "../program/graph";

const endpointSchema = z.object({
  url: z.url(),
  token: z.string(),
  project: z.string(),
  dataset: z.string(),
});
export type Endpoint = z.infer<typeof endpointSchema>;

export const endpointFile = "bigquery.json";

/** Writes the file, for its owner alone; resolves with what removes it. */
export const offerEndpoint = (stateDirectory: string, endpoint: Endpoint): Promise<() => Promise<void>> =>
  offer(join(stateDirectory, endpointFile), `${JSON.stringify(endpoint, undefined, 2)}\n`);

const lakeFile = (stateDirectory: string) => join(stateDirectory, "aws.env");

/** The same for S3: variables of a shell, and the lake's bucket as `LAKE`. */
export async function offerLake(
  stateDirectory: string,
  graph: Graph,
  { s3Url, deployer }: Pick<Cloud, "s3Url" | "deployer">,
): Promise<() => Promise<void>> {
  const [bucket] = graph.all("aws:s3/bucket:Bucket", z.unknown());
  const variables = {
    AWS_ENDPOINT_URL_S3: s3Url,
    AWS_ACCESS_KEY_ID: deployer.accessKeyId,
    AWS_SECRET_ACCESS_KEY: deployer.secretAccessKey,
    AWS_REGION: region,
    LAKE: `s3://${bucket?.physicalName}`,
  };
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}\n`);
  return offer(lakeFile(stateDirectory), lines.join(""));
}

/** What a person types to look into the running cloud, a line each. */
export const waysIn = (stateDirectory: string): string[] => [
  `  its figures: npm run query -- ${reachOf(stateDirectory)} "SELECT * FROM site_daily"`,
  `  its lake:    . ${quoted(shortPath(lakeFile(stateDirectory)))} && aws s3 ls --recursive $LAKE/daily/`,
];

async function offer(path: string, text: string): Promise<() => Promise<void>> {
  // One that a killed process left may be readable by others: a mode is set only where a file is made.
  await rm(path, { force: true });
  await writeFile(path, text, { mode: 0o600 });
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
