/**
 * What the meters of a stack really send in a day, over the topics that they or their bridge really publish to: the simulated
 * home reports what wattlake reads, a meter more.
 */

import { basicIngestPrefix, gatewayThings } from "../../components/aws/meter-gateway-things";
import type { Site } from "../../config";
import { createSimulation } from "../../local/home/simulation";
import type { TimedMessage } from "../../local/messages/capture";
import type { StackConfig } from "../../local/program/stack-config";
import { createReported } from "./reported";

/** A report of every channel each so many seconds, as Shelly documents it of Gen1, and nothing in between. */
export const everySeconds = (period_s: number) => ({
  step_s: period_s,
  period_s,
  change_w: Number.POSITIVE_INFINITY,
  change_share: 0,
  outage: 0,
});

/** What the simulated Gen1 meter leaves out of what a real one publishes and the bridge carries. */
const leftOut = "pf";

export interface Devices {
  /** The messages up to an instant (ms), as IoT Core gets them. */
  advance(to: number): TimedMessage[];
}

export function createDevices(
  sites: readonly Site[],
  { project, stack }: Pick<StackConfig, "project" | "stack">,
  start: number,
  period_s: number,
): Devices {
  const prefixes = new Map(
    gatewayThings(sites, project, stack).flatMap(({ carries }) =>
      carries.map((meter) => [meter.id, basicIngestPrefix(meter)] as const),
    ),
  );
  const published = ({ topic, ...message }: TimedMessage): TimedMessage => ({
    ...message,
    topic: (prefixes.get(meterOf(topic)) ?? "") + topic,
  });
  const simulation = createSimulation(sites, start);
  const reported = createReported();
  return {
    advance: (to) =>
      reported(simulation.advance(to, everySeconds(period_s)))
        .flatMap((message) => [message, ...besides(message)])
        .map(published),
  };
}

/** The meter of a topic, Basic Ingest or not. */
export function meterOf(topic: string): string {
  const [first = "", second = ""] = topic.replace(/^\$aws\/rules\/[^/]+\//, "").split("/");
  return first === "shellies" ? second : first;
}

const besides = (message: TimedMessage): TimedMessage[] =>
  message.topic.endsWith("/voltage")
    ? [{ ...message, topic: message.topic.replace(/voltage$/, leftOut), payload: "0.98" }]
    : [];
