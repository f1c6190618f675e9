/**
 * Carries out the `aws.sqs.Queue`s of the graph: a message that its own number of receives did not see handled moves to
 * the queue's dead-letter queue.
 */
import { z } from "zod";
import type { Graph } from "../../program/graph";
import type { World } from "../../world";
import { createHistory } from "../cloudwatch";
import { createQueue, type Queue } from "./queue";

const queueInputs = z.object({
  visibilityTimeoutSeconds: z.int().default(30),
  messageRetentionSeconds: z.int().default(345_600),
  redrivePolicy: z.string().optional(),
});
const redriveSchema = z.object({
  deadLetterTargetArn: z.string(),
  maxReceiveCount: z.coerce.number().int().positive(),
});

interface Surroundings extends Pick<World, "clock" | "onProblem" | "usage">, Partial<Pick<World, "cloudWatch">> {
  /** Whether a queue is in use at an instant: of one that is not, nothing is measured. @default each is */
  readonly isUsed?: (arn: string, at: number) => boolean;
}

/** The queues by ARN. */
export function createQueues(
  graph: Graph,
  { clock, onProblem, usage, cloudWatch, isUsed = () => true }: Surroundings,
): ReadonlyMap<string, Queue> {
  const queues = new Map<string, Queue>();
  for (const { arn = "", physicalName, inputs } of graph.all("aws:sqs/queue:Queue", queueInputs)) {
    const redrive =
      inputs.redrivePolicy === undefined ? undefined : redriveSchema.parse(JSON.parse(inputs.redrivePolicy));
    const history = createHistory(clock, () => ({ visible: queue.visible(), oldest: queue.oldest() }));
    const queue: Queue = createQueue({
      arn,
      visibilityMs: inputs.visibilityTimeoutSeconds * 1000,
      retentionMs: inputs.messageRetentionSeconds * 1000,
      clock,
      onRequest: () => usage?.count("sqs_request", 1, physicalName),
      beforeChange: history.beforeChange,
      giveUp(message) {
        if (!redrive || message.receiveCount < redrive.maxReceiveCount) return false;
        queues.get(redrive.deadLetterTargetArn)?.send(message.body);
        return true;
      },
      onFailure: (error) => onProblem(`${physicalName}: ${error instanceof Error ? error.message : error}`),
    });
    queues.set(arn, queue);
    const metric = (metricName: string) => ({
      namespace: "AWS/SQS",
      metricName,
      dimensions: { QueueName: physicalName },
    });
    const level = (metricName: string, read: (at: number) => number) =>
      cloudWatch?.level(metric(metricName), (at) => (isUsed(arn, at) ? read(at) : undefined));
    level("ApproximateNumberOfMessagesVisible", (at) => history.at(at).visible);
    level("ApproximateAgeOfOldestMessage", (at) => {
      const { oldest } = history.at(at);
      return oldest === undefined ? 0 : Math.max(0, at - oldest) / 1000;
    });
  }
  return queues;
}
