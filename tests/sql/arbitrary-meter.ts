/** Arbitrary meters for properties: three channels with gaps, missing fields, jitter, glitches and resets, over a DST change. */
import fc from "fast-check";
import type { Reading } from "../../functions/readings/reading";
import { type Lake, layOut, stackConfig } from "./lake";

/** A reading after the one before: seconds since, power in W, what it brings, and what is wrong with its counter. */
const step = fc.record({
  since: fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: 1, max: 900 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 90_000 }) },
  ),
  power: fc.integer({ min: -300_000, max: 300_000 }).map((hundredths) => hundredths / 100),
  hasPower: fc.boolean(),
  hasCounter: fc.boolean(),
  mishap: fc.constantFrom("", "", "", "", "", "", "", "jitter", "glitch", "reset"),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

export interface ArbitraryChannel {
  readonly steps: readonly Step[];
  /** Smallest step of its counters, Wh. */
  readonly quantum: number;
}

export interface ArbitraryMeter {
  /** Of generation 1 and 2. */
  readonly model: "3EM" | "Pro3EM";
  readonly integration: "hold" | "trapezoid";
  /** Two grid channels and a solar one. */
  readonly channels: readonly ArbitraryChannel[];
}

/** Meters with `fewest` to `most` readings a channel. */
export function meters(fewest: number, most: number): fc.Arbitrary<ArbitraryMeter> {
  const channel = fc.record({
    steps: fc.array(step, { minLength: fewest, maxLength: most }),
    quantum: fc.constantFrom(0.1, 1, 100),
  });
  return fc.record({
    model: fc.constantFrom("3EM" as const, "Pro3EM" as const),
    integration: fc.constantFrom("hold" as const, "trapezoid" as const),
    channels: fc.array(channel, { minLength: 3, maxLength: 3 }),
  });
}

export function lakeOf({ model, integration, channels }: ArbitraryMeter): Promise<Lake> {
  const roles = ["grid", "grid", "solar"].map((role, index) => ({ index, name: `${role} ${index}`, role }));
  const meter = { id: "em", model, integration, channels: roles };
  const site = { id: "home", timezone: "Europe/Warsaw", currency: "PLN", meters: [meter] };
  return layOut(stackConfig([site], "2025-10-24", "2025-12-01"), channels.flatMap(readingsOf));
}

export function readingsOf({ steps, quantum }: ArbitraryChannel, channel: number): Reading[] {
  let ts = Date.parse("2025-10-25T15:00:00Z");
  let [imported, exported, power] = [123_456, 4000, 0];
  return steps.map(({ since, hasPower, hasCounter, mishap, ...next }) => {
    ts += since * 1000;
    if (power > 0) imported += (power * since) / 3600;
    else exported -= (power * since) / 3600;
    if (mishap === "reset") imported = 0;
    const shown = mishap === "glitch" ? 0 : imported - (mishap === "jitter" ? quantum : 0);
    const counters = {
      import_counter_wh: Math.max(0, quantum * Math.floor(shown / quantum)),
      export_counter_wh: quantum * Math.floor(exported / quantum),
    };
    if (hasPower) power = next.power;
    return {
      ...{ ts: new Date(ts).toISOString(), device: "em", channel },
      ...(hasPower && { power_w: power }),
      ...(hasCounter && counters),
    };
  });
}
