/** Storage Transfer Service: the jobs of the graph, which keep the Cloud Storage buckets as the S3 buckets are. */
import type { Queue } from "../../aws/sqs";
import type { Graph } from "../../program/graph";
import type { World } from "../../world";
import type { GoogleIdentity } from "../identity";
import { startTransferServer } from "./server";
import { openTransferJobs, type TransferJobs } from "./transfer-jobs";

export interface Transfers extends Pick<TransferJobs, "settle"> {
  /** Where its REST interface answers. */
  readonly url: string;
}

/**
 * `queues` tell of what is new; `directory` holds a folder for each bucket; `onCopied` is called after each file written. Resolves after a first run of what is
 * scheduled: the local queues forget their events with the process, so each start is to the mirror what a new stack is.
 * In the cloud `npm run mirror` makes that run.
 */
export async function createTransfers(
  graph: Graph,
  world: Pick<World, "identities" | "clock" | "s3Endpoint" | "onProblem" | "onClose" | "usage" | "monitoring">,
  queues: ReadonlyMap<string, Queue>,
  identity: Pick<GoogleIdentity, "userToken">,
  directory: string,
  onCopied: () => void,
): Promise<Transfers> {
  const jobs = openTransferJobs(graph, { ...world, queues, directory, onCopied });
  world.onClose(jobs.close);
  const { url, close } = await startTransferServer(jobs, identity);
  world.onClose(close);
  await jobs.settle();
  await jobs.reconcile();
  return { settle: jobs.settle, url };
}
