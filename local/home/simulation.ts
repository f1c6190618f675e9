/** The simulated homes of a stack: every configured meter, and the messages that it sends from one instant to another. */
import { z } from "zod";
import type { Site } from "../../config";
import { meterModels } from "../../configuration/meter-models";
import type { TimedMessage } from "../messages/capture";
import { createHousehold } from "./household";
import {
  count,
  freshMeter,
  isDue,
  type Measured,
  type Message,
  type MeterConfig,
  type MeterState,
  type Reporting,
  report,
} from "./meter";
import { between, chance, smooth } from "./random";

export const simulationState = z.object({
  /** ms; everything before is simulated. */
  until: z.number(),
  meters: z.record(
    z.string(),
    z.object({
      channels: z.array(z.object({ import_wh: z.number(), export_wh: z.number(), reported_w: z.number().nullable() })),
      reported_at: z.number(),
    }),
  ),
});
export type SimulationState = z.infer<typeof simulationState>;

export interface Simulation {
  /** Messages of the whole steps from the last call up to the instant (ms), in order of time. */
  advance(to: number, reporting: Reporting): TimedMessage[];
  state(): SimulationState;
}

/** Of the messages, this share arrives twice, as QoS 1 allows. */
const repeated = 0.002;

/** Continues from the state, or begins at `start`. */
export function createSimulation(sites: readonly Site[], start: number, earlier?: SimulationState): Simulation {
  let until = earlier?.until ?? start;
  const meters = sites.flatMap((site) => {
    const household = createHousehold(site);
    return site.meters.map((config) => ({ config, household, state: matching(earlier, config) ?? freshMeter(config) }));
  });

  /** Power is constant within a step; a report falls on the meter's own second, with the counters of that moment. */
  const step = (from: number, reporting: Reporting) =>
    meters.flatMap(({ config, household, state }) => {
      const powers = config.channels.map((channel) => household.power(channel, from));
      const second = Math.floor(between(0, reporting.step_s, config.id, "second"));
      const at = from + second * 1000;
      count(state, powers, second);
      const speaks = isDue(state, powers, at, reporting) && !isOut(config.id, at, reporting.outage);
      const messages = speaks ? speak(config, state, powers, at) : [];
      count(state, powers, reporting.step_s - second);
      return messages;
    });

  return {
    advance(to, reporting) {
      const messages: TimedMessage[] = [];
      const stepMs = reporting.step_s * 1000;
      for (; until + stepMs <= to; until += stepMs)
        messages.push(...step(until, reporting).sort((a, b) => a.at - b.at));
      return messages;
    },
    state: () => ({ until, meters: Object.fromEntries(meters.map(({ config, state }) => [config.id, state])) }),
  };
}

/** The meter's earlier counters, unless its channels have changed since. */
function matching(earlier: SimulationState | undefined, { id, channels }: MeterConfig): MeterState | undefined {
  const state = earlier?.meters[id];
  return state?.channels.length === channels.length ? state : undefined;
}

function speak(config: MeterConfig, state: MeterState, powers: readonly number[], at: number): TimedMessage[] {
  state.reported_at = at;
  const measured = config.channels.map(({ index }, position): Measured => {
    const counter = state.channels[position];
    const power_w = powers[position] ?? 0;
    if (counter) counter.reported_w = power_w;
    const voltage_v = 226 + 10 * smooth(at / 60_000, 31, config.id, "voltage");
    return { index, power_w, voltage_v, import_wh: counter?.import_wh ?? 0, export_wh: counter?.export_wh ?? 0 };
  });
  return report(config, meterModels[config.model].generation, at, measured).flatMap((message) =>
    delivered(message, at),
  );
}

const delivered = (message: Message, at: number): TimedMessage[] =>
  chance(message.topic, at, "repeated") < repeated
    ? [
        { at, ...message },
        { at, ...message },
      ]
    : [{ at, ...message }];

/** Whether the meter's connection is down: on some days, for one to five hours around noon. */
function isOut(meter: string, at: number, probability: number): boolean {
  const day = Math.floor(at / 86_400_000);
  if (chance(meter, "outage", day) >= probability) return false;
  const from = between(8, 14, meter, "outage", day, "from");
  const hour = (at % 86_400_000) / 3_600_000;
  return hour >= from && hour < from + between(1, 5, meter, "outage", day, "length");
}
