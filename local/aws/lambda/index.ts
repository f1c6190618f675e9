/** AWS Lambda: the functions of the graph as they are deployed, and the queues that are read into them. */
import type { Graph } from "../../program/graph";
import type { World } from "../../world";
import type { Queue } from "../sqs";
import { type EventSources, startEventSources } from "./event-sources";
import { type Lambdas as Functions, openLambdas } from "./functions";

export { readQueues } from "./event-sources";

export interface Lambdas extends Pick<Functions, "invoke"> {
  /** Starts to read queues into functions. Until then a queue holds what arrives, for as long as it retains it. */
  startEventSources(): Pick<EventSources, "settle">;
}

/** `queues` are those that functions may read. */
export function createLambdas(graph: Graph, world: World, queues: ReadonlyMap<string, Queue>): Lambdas {
  const { invoke, close } = openLambdas(graph, world);
  world.onClose(close);
  return {
    invoke,
    startEventSources() {
      const sources = startEventSources({ ...world, graph, queues, lambdas: { invoke } });
      world.onClose(sources.stop);
      return sources;
    },
  };
}
