/** Amazon Data Firehose: the delivery streams of the graph, with their own buffering hints. */
import { join } from "node:path";
import type { Graph } from "../../program/graph";
import type { World } from "../../world";
import { type DeliveryStream, openDeliveryStreams } from "./delivery-stream";

export type { DeliveryStream } from "./delivery-stream";

export function createDeliveryStreams(
  graph: Graph,
  world: Pick<World, "identities" | "clock" | "s3Endpoint" | "stateDirectory" | "onProblem" | "onClose" | "cloudWatch">,
): readonly DeliveryStream[] {
  const streams = openDeliveryStreams(graph, {
    ...world,
    directory: join(world.stateDirectory, "firehose"),
    onFailure: (error) => world.onProblem(error instanceof Error ? error.message : String(error)),
  });
  world.onClose(() => {
    for (const stream of streams) stream.close();
  });
  return streams;
}
