/**
 * What the meters of a stack really send in a day, over the topics that they or their bridge really publish to: the simulated
 * home reports what wattlake reads, a meter more.
 */

import { basicIngestPrefix, gatewayThings, joinedTopic } from "../../components/aws/meter-gateway-things";
import type { StackConfig as Config, Site } from "../../config";
import { createSimulation } from "../../local/home/simulation";
import type { TimedMessage } from "../../local/messages/capture";
import type { StackConfig } from "../../local/program/stack-config";
import { fold } from "../bridge/fold";
import { type Burst, createJoiner } from "../bridge/joiner";
import { usualLimits } from "../bridge/limits";
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

/** What meters say; `advance` tells the messages up to an instant (ms). */
export interface Devices {
  advance(to: number): TimedMessage[];
}

/** As each says it itself: a Gen1 meter all of a report each so many seconds, a later one what has changed. */
export function createMeters(sites: readonly Site[], start: number, period_s: number): Devices {
  const simulation = createSimulation(sites, start);
  const reported = createReported();
  return {
    advance: (to) =>
      reported(simulation.advance(to, everySeconds(period_s))).flatMap((message) => [message, ...besides(message)]),
  };
}

/** The same as IoT Core gets it: directly, or through the bridge of the site. */
export function throughGateway(
  meters: Devices,
  config: Pick<Config, "sites" | "gateway">,
  { project, stack }: Pick<StackConfig, "project" | "stack">,
): Devices {
  const clients = gatewayThings(config, project, stack);
  const carried = (joins: boolean) => clients.flatMap((each) => ((each.joins ?? false) === joins ? each.carries : []));
  const prefixes = new Map(carried(false).map((meter) => [meter.id, basicIngestPrefix(meter)]));
  const joined = new Map(carried(true).map((meter) => [meter.id, joinedTopic(meter)]));
  const published = ({ topic, ...message }: TimedMessage): TimedMessage => ({
    ...message,
    topic: (prefixes.get(meterOf(topic)) ?? "") + topic,
  });
  return {
    advance(to) {
      const sent = meters.advance(to);
      const isJoined = ({ topic }: TimedMessage) => joined.has(meterOf(topic));
      const single = sent.filter((message) => !isJoined(message)).map(published);
      return [...single, ...joinedOf(sent.filter(isJoined), joined)].sort((a, b) => a.at - b.at);
    },
  };
}

/** What the bridge makes of them, as it joins them; each as of the last of its messages. */
function joinedOf(messages: readonly TimedMessage[], topics: ReadonlyMap<string, string>): TimedMessage[] {
  const joiner = createJoiner(usualLimits);
  const bursts: Burst[] = [];
  for (const { at, topic, payload } of messages) {
    bursts.push(...joiner.ended(at));
    const full = joiner.take(meterOf(topic), { at, topic, payload: Buffer.from(payload) }, at);
    if (full) bursts.push(full);
  }
  return [...bursts, ...joiner.rest()].map((burst) => {
    const at = burst.messages.at(-1)?.at ?? 0;
    return { at, topic: topics.get(burst.meter) ?? "", payload: fold(burst.messages, at).toString() };
  });
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
