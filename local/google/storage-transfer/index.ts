/** Storage Transfer Service: the jobs of the graph, which keep the Cloud Storage buckets as the S3 buckets are. */
import type { Queue } from "../../aws/sqs";
import type { Graph } from "../../program/graph";
import type { World } from "../../world";
import { openTransferJobs, type TransferJobs } from "./transfer-jobs";

export type Transfers = Pick<TransferJobs, "settle">;

/** Resolves when the mirror has what the lake has; `queues` tell of what comes after. `directory` holds a folder for each bucket. */
export async function createTransfers(
  graph: Graph,
  world: Pick<World, "identities" | "clock" | "s3Endpoint" | "onClose">,
  queues: ReadonlyMap<string, Queue>,
  directory: string,
): Promise<Transfers> {
  const { settle, reconcile, close } = openTransferJobs(graph, { ...world, queues, directory });
  world.onClose(close);
  await settle();
  await reconcile();
  return { settle };
}
