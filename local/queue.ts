/**
 * Carries out an `aws.sqs.Queue` in this process: a message that its consumer cannot handle becomes visible again after
 * the visibility timeout, and moves to the dead-letter queue after the queue's own number of receives.
 */
import { z } from "zod";
import type { Clock } from "./clock";
import type { Graph } from "./graph";

export interface Queue {
  readonly arn: string;
  send(body: string): void;
  /** Handles messages one at a time from now on; one that throws is received again. */
  consume(handler: (body: string) => Promise<void>): void;
  /** Messages that no one has handled. */
  waiting(): readonly string[];
  /** Resolves when no message is visible or in a handler. */
  settle(): Promise<void>;
}

const queueInputs = z.object({
  visibilityTimeoutSeconds: z.int().default(30),
  redrivePolicy: z.string().optional(),
});
const redriveSchema = z.object({
  deadLetterTargetArn: z.string(),
  maxReceiveCount: z.coerce.number().int().positive(),
});

interface Message {
  readonly body: string;
  received: number;
}

export function createQueues(
  graph: Graph,
  clock: Clock,
  onProblem: (problem: string) => void,
): ReadonlyMap<string, Queue> {
  const queues = new Map<string, Queue>();
  for (const { arn = "", physicalName, inputs } of graph.all("aws:sqs/queue:Queue", queueInputs)) {
    const redrive =
      inputs.redrivePolicy === undefined ? undefined : redriveSchema.parse(JSON.parse(inputs.redrivePolicy));
    const giveUp = (message: Message) => {
      if (!redrive || message.received < redrive.maxReceiveCount) return false;
      queues.get(redrive.deadLetterTargetArn)?.send(message.body);
      return true;
    };
    const failed = (error: unknown) => onProblem(`${physicalName}: ${error instanceof Error ? error.message : error}`);
    queues.set(arn, createQueue(arn, inputs.visibilityTimeoutSeconds, clock, giveUp, failed));
  }
  return queues;
}

function createQueue(
  arn: string,
  visibilityTimeoutS: number,
  clock: Clock,
  giveUp: (message: Message) => boolean,
  onFailure: (error: unknown) => void,
): Queue {
  const visible: Message[] = [];
  const hidden = new Set<Message>();
  let handle: ((body: string) => Promise<void>) | undefined;
  let working: Promise<void> | undefined;

  const work = async (consumer: (body: string) => Promise<void>) => {
    for (let message = visible.shift(); message; message = visible.shift()) {
      hidden.add(message);
      message.received++;
      try {
        await consumer(message.body);
        hidden.delete(message);
      } catch (error) {
        onFailure(error);
        hideAgain(message);
      }
    }
    working = undefined;
  };
  const hideAgain = (message: Message) => {
    clock.at(clock.now() + visibilityTimeoutS * 1000, () => {
      hidden.delete(message);
      if (giveUp(message)) return;
      visible.push(message);
      wake();
    });
  };
  const wake = () => {
    if (handle && visible.length > 0) working ??= work(handle);
  };
  return {
    arn,
    send(body) {
      visible.push({ body, received: 0 });
      wake();
    },
    consume(handler) {
      handle = handler;
      wake();
    },
    waiting: () => [...hidden, ...visible].map(({ body }) => body),
    async settle() {
      while (working) await working;
    },
  };
}
