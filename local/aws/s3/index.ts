/** Amazon S3: the buckets of the graph over a folder, their notifications, and the objects that the program writes. */
import { join } from "node:path";
import { z } from "zod";
import { rememberDays } from "../../compile-again";
import { reachOf } from "../../damage";
import type { Graph } from "../../program/graph";
import type { World } from "../../world";
import type { Queue } from "../sqs";
import { putBucketObjects } from "./bucket-objects";
import { changedBefore } from "./changed-before";
import { createS3Client } from "./client";
import { DamagedJournal } from "./journal";
import { createNotifications } from "./notifications";
import { journalRemedy, remedyIn, tellDamaged, tellStrangers } from "./remedy";
import { makeAnew } from "./removed";
import { type ObjectServer, startObjectServer } from "./server";

export { createS3Client, createS3Objects, type S3Objects } from "./client";
export { createdKeys } from "./notifications";

type Inside = Pick<World, "identities" | "clock" | "stateDirectory" | "reach" | "onClose" | "onWarning" | "usage">;

/** `queues` take the notifications. */
export async function createBuckets(
  graph: Graph,
  { identities, clock, stateDirectory, reach = reachOf(stateDirectory), onClose, onWarning, usage }: Inside,
  queues: ReadonlyMap<string, Queue>,
): Promise<Pick<ObjectServer, "url">> {
  const server = await startObjectServer({
    directory: join(stateDirectory, "s3"),
    clock: clock.now,
    authorize: identities.authorize,
    usage,
    remedy: (damaged) => remedyIn(reach, damaged),
    onCreated: createNotifications(graph, queues, clock.now),
  }).catch((error: unknown) => {
    if (!(error instanceof DamagedJournal)) throw error;
    throw Object.assign(new Error(journalRemedy(error, reach), { cause: error }), { name: "UserError" });
  });
  onClose(server.close);
  for (const told of [tellDamaged(server.damaged, reach, stateDirectory), tellStrangers(server.strangers, reach)])
    if (told !== undefined) onWarning?.(told);
  for (const { physicalName } of graph.all("aws:s3/bucket:Bucket", z.unknown())) server.createBucket(physicalName);
  const s3 = createS3Client(server.url, identities.deployer);
  try {
    const anew = await makeAnew(server.removed, s3, reach);
    for (const { sentences, again } of [anew, await changedBefore(graph, s3)]) {
      for (const sentence of sentences) onWarning?.(sentence);
      if (again !== undefined) rememberDays(stateDirectory, again);
    }
    server.forget(anew.settled);
    await putBucketObjects(graph, s3);
  } finally {
    s3.destroy();
  }
  return server;
}
