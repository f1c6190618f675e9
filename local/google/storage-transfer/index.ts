/** Storage Transfer Service: the jobs of the graph, which keep the Cloud Storage buckets as the S3 buckets are. */
import { join } from "node:path";
import type { Queue } from "../../aws/sqs";
import type { Graph } from "../../program/graph";
import type { World } from "../../world";
import { openTransferJobs, type TransferJobs } from "./transfer-jobs";

export interface Transfers extends Pick<TransferJobs, "settle"> {
  /** Holds a folder for each Cloud Storage bucket. */
  readonly bucketsDirectory: string;
}

/** Where a state folder has the folders of the buckets. */
export const bucketsDirectoryOf = (stateDirectory: string): string => join(stateDirectory, "gcs");

/** Resolves when the mirror has what the lake has; `queues` tell of what comes after. */
export async function createTransfers(
  graph: Graph,
  world: Pick<World, "identities" | "clock" | "s3Endpoint" | "stateDirectory" | "onClose">,
  queues: ReadonlyMap<string, Queue>,
): Promise<Transfers> {
  const bucketsDirectory = bucketsDirectoryOf(world.stateDirectory);
  const { settle, reconcile, close } = openTransferJobs(graph, { ...world, queues, directory: bucketsDirectory });
  world.onClose(close);
  await settle();
  await reconcile();
  return { settle, bucketsDirectory };
}
