/**
 * Carries out `aws.lambda.EventSourceMapping` from a queue to a function: batches by size and window, as many at once as
 * the mapping allows, and only the messages that the function reports as failed come again.
 */
import { z } from "zod";
import type { Timer } from "../../clock";
import type { Graph, Resource } from "../../program/graph";
import type { World } from "../../world";
import type { Queue, Received } from "../sqs";
import { eventOf, succeeded } from "./batch";
import type { Lambdas } from "./functions";

export interface EventSourceOptions extends Pick<World, "identities" | "clock" | "onProblem"> {
  readonly graph: Graph;
  readonly queues: ReadonlyMap<string, Queue>;
  readonly lambdas: Pick<Lambdas, "invoke">;
}

export interface EventSources {
  /** Resolves when no message is visible or in a function; batches that wait for more are sent off. */
  settle(): Promise<void>;
  /** No further batch is sent off; resolves when those under way have ended. */
  stop(): Promise<void>;
}

const mappingInputs = z.object({
  eventSourceArn: z.string(),
  functionName: z.string(),
  enabled: z.boolean().default(true),
  batchSize: z.int().default(10),
  maximumBatchingWindowInSeconds: z.int().default(0),
  functionResponseTypes: z.array(z.literal("ReportBatchItemFailures")).default([]),
  scalingConfig: z.object({ maximumConcurrency: z.int().min(2).default(1000) }).prefault({}),
});
type Mapping = Resource<z.infer<typeof mappingInputs>>;

/** What Lambda calls on the queue, as the function's role. */
const actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];

/** The queues, by ARN, that functions are to read. */
export const readQueues = (graph: Graph): string[] => mappingsOf(graph).map(({ inputs }) => inputs.eventSourceArn);

const mappingsOf = (graph: Graph) =>
  graph.all("aws:lambda/eventSourceMapping:EventSourceMapping", mappingInputs).filter(({ inputs }) => inputs.enabled);

/** Starts every enabled mapping of the graph. @throws where a function may not read its queue. */
export function startEventSources(options: EventSourceOptions): EventSources {
  const sources = mappingsOf(options.graph).map((mapping) => startSource(mapping, options));
  return {
    async settle() {
      for (const source of sources) await source.settle();
    },
    async stop() {
      await Promise.all(sources.map((source) => source.stop()));
    },
  };
}

function startSource({ name, inputs }: Mapping, options: EventSourceOptions) {
  const { clock, onProblem } = options;
  const { functionName, batchSize, functionResponseTypes } = inputs;
  const { maximumConcurrency } = inputs.scalingConfig;
  const windowMs = inputs.maximumBatchingWindowInSeconds * 1000;
  const queue = queueOf(name, inputs.eventSourceArn, options);
  requireAccess(functionName, queue.arn, options);
  const running = new Set<Promise<void>>();
  /** Runs while messages wait for others; `due` once it has run out. */
  let window: Timer | undefined;
  let due = false;
  let stopped = false;

  const dispatch = (): Promise<void> | undefined => {
    window?.cancel();
    window = undefined;
    due = false;
    const batch = queue.receive(batchSize);
    if (batch.length === 0) return undefined;
    const work = handle(batch).finally(() => {
      running.delete(work);
      void consider();
    });
    running.add(work);
    return work;
  };
  const handle = async (batch: readonly Received[]) => {
    try {
      const result = await options.lambdas.invoke(functionName, eventOf(queue.arn, batch));
      queue.delete(succeeded(batch, functionResponseTypes.length > 0 ? result : undefined));
    } catch (error) {
      onProblem(`${name}: a batch of ${batch.length} failed: ${error instanceof Error ? error.message : error}`);
    }
  };
  /** Sends off what is full or due, and lets the rest wait for the window. */
  const consider = (): Promise<unknown> => {
    const begun: (Promise<void> | undefined)[] = [];
    const isReady = () => queue.visible() >= batchSize || (due && queue.visible() > 0);
    while (!stopped && running.size < maximumConcurrency && isReady()) begun.push(dispatch());
    if (!stopped && !due && queue.visible() > 0) window ??= clock.at(clock.now() + windowMs, windowOver);
    return Promise.all(begun);
  };
  const windowOver = async () => {
    window = undefined;
    due = true;
    await consider();
  };
  queue.onVisible(() => void consider());

  return {
    async settle() {
      while (!stopped && (running.size > 0 || queue.visible() > 0)) {
        if (queue.visible() > 0 && running.size < maximumConcurrency) void dispatch();
        else await Promise.race(running);
      }
    },
    async stop() {
      stopped = true;
      window?.cancel();
      await Promise.all(running);
    },
  };
}

function queueOf(mapping: string, arn: string, { queues }: EventSourceOptions): Queue {
  const queue = queues.get(arn);
  if (!queue) throw new Error(`The event source mapping ${mapping} reads ${arn}, which is no queue of the program.`);
  return queue;
}

function requireAccess(functionArn: string, queueArn: string, { graph, identities }: EventSourceOptions): void {
  const functions = graph.all("aws:lambda/function:Function", z.object({ role: z.string() }));
  const found = functions.find(({ arn }) => arn === functionArn);
  if (!found) throw new Error(`An event source mapping invokes ${functionArn}, which is no function of the program.`);
  for (const action of actions)
    identities.require(
      found.inputs.role,
      { service: "lambda.amazonaws.com", sourceArn: found.arn },
      {
        action,
        resource: queueArn,
      },
    );
}
