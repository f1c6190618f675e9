/** Random flows at the grid, as readings: each half of a quarter hour has its power, and some quarters are not known. */
import fc, { type Arbitrary } from "fast-check";
import type { Reading } from "../../functions/readings/reading";
import { quarterMs } from "./second/clock";

/** Watts of the two halves. */
type Halves = readonly [number, number] | null;
/** Quarter hours, again and again. */
export type Load = readonly Halves[];

const taken = fc.integer({ min: 0, max: 1500 }).map((of) => of * 4);
const given = fc.integer({ min: 0, max: 700 }).map((of) => -of * 4);
const power = fc.oneof({ weight: 4, arbitrary: taken }, given, fc.constant(0));

export const load: Arbitrary<Load> = fc.array(
  fc.oneof({ weight: 30, arbitrary: fc.tuple(power, power) }, fc.constant(null)),
  { minLength: 30, maxLength: 130 },
);

/** A reading at the beginning of each half; the meter's power holds until the next, or is not known. */
export const holds = { integration: "hold", maxGap: "450 s" } as const;

export function readingsOf(load: Load, device: string, startMs: number, endMs: number): Reading[] {
  return Array.from({ length: (endMs - startMs) / quarterMs }, (_, at) => at).flatMap((at) =>
    (load[at % load.length] ?? []).map((power_w, half) => ({
      ...{ ts: new Date(startMs + (at + half / 2) * quarterMs).toISOString(), device, channel: 0, power_w },
    })),
  );
}
