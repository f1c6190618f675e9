/** Compiles the days again that a change of the configuration put elsewhere, before anything else is done with the lake. */
import { z } from "zod";
import type { Cloud } from "../cloud";
import { forgetDays, pendingDays } from "../compile-again";
import type { Graph } from "../program/graph";
import { dateOf, dayMs } from "./pipeline";

/** Resolves when it is done, or told that it is not: then the next start tries again. */
export async function compilePendingDays(
  stateDirectory: string,
  graph: Graph,
  cloud: Pick<Cloud, "run" | "s3Url" | "deployer">,
  tell: (sentence: string) => void,
  now = Date.now(),
): Promise<void> {
  const days = pendingDays(stateDirectory);
  if (days === undefined) return;
  const { from, to } = days;
  const end = Date.parse(to) + dayMs;
  tell(`The arrival days ${from} to ${to} are compiled again.`);
  try {
    await restore(graph, cloud, from, to);
    // The clock of a replay may stand before them.
    await cloud.run({ from: `${from}T00`, to: `${dateOf(end)}T00`, now: new Date(now).toISOString() });
    forgetDays(stateDirectory);
  } catch (error) {
    tell(`They are not compiled, the next start tries again: ${error instanceof Error ? error.message : error}`);
  }
}

async function restore(graph: Graph, { s3Url, deployer }: Pick<Cloud, "s3Url" | "deployer">, from: string, to: string) {
  // Loaded as the cloud is: after the program has begun to run.
  const { createS3Client }: typeof import("../aws/s3") = require("../aws/s3");
  const { restoreRaw }: typeof import("./restore-raw") = require("./restore-raw");
  const s3 = createS3Client(s3Url, deployer);
  try {
    for (const { physicalName } of graph.all("aws:s3/bucket:Bucket", z.unknown()))
      await restoreRaw(s3, physicalName, from, to);
  } finally {
    s3.destroy();
  }
}
