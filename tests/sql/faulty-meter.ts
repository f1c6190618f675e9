/**
 * Meters over a known load whose counter restarts, rolls back, shows zero or far too much, stands still or falls silent: what
 * they send, what truly flowed, and how far a figure may be off for what nobody can know.
 */
import fc from "fast-check";
import type { Reading } from "../../functions/readings/reading";

const kinds = ["restart", "rollBack", "glitch", "spike", "standStill", "outage"] as const;

const fault = fc.record({
  kind: fc.constantFrom(...kinds),
  /** Whether a restart or a roll-back happens in the middle of an outage. */
  isSilent: fc.boolean(),
  /** Length of a glitch or spike. */
  readings: fc.integer({ min: 1, max: 4 }),
  /** Length of a stand-still or outage. */
  seconds: fc.integer({ min: 1200, max: 7200 }),
  /** Size of a roll-back as a part of what the counter shows, and of a spike as a part of 4 MWh. */
  part: fc.double({ min: 0.002, max: 0.4, noNaN: true }),
});

export const faultyMeter = fc.record({
  /** Time between two readings, s. */
  spacing: fc.integer({ min: 20, max: 300 }),
  /** Smallest step of the counter, Wh. */
  quantum: fc.constantFrom(0.1, 1, 10),
  /** What the counters show at first, Wh. */
  imported: fc.constantFrom(0, 300, 2000, 80_000, 5_000_000),
  exported: fc.constantFrom(0, 4320),
  /** Imported power, W, another one every ten minutes. */
  loads: fc.array(fc.integer({ min: 20, max: 6000 }), { minLength: 12, maxLength: 12 }),
  faults: fc.array(fault, { minLength: 0, maxLength: 5 }),
});
export type FaultyMeter = typeof faultyMeter extends fc.Arbitrary<infer Value> ? Value : never;

export interface Story {
  readonly readings: readonly Reading[];
  /** Energy that flowed in each UTC day from the first to the last reading, Wh. */
  readonly days: ReadonlyMap<string, number>;
  /** How far the energy may be off, Wh. */
  readonly bound: number;
  /** And that of a day: what flowed in an outage over midnight is spread over it evenly. */
  readonly dayBound: number;
  /** For how long the counter may not be believed, s. */
  readonly disputed: number;
}

const start = Date.parse("2025-06-02T15:00:00Z");
/** Each fault has so long for itself, s. */
const faultPeriod = 3 * 3600;

/** A fault from its first reading, or the first that is lost, up to `to` (not included), s since the start. */
interface Placed {
  readonly kind: (typeof kinds)[number];
  readonly from: number;
  readonly to: number;
  readonly isSilent: boolean;
  /** When the counters fall; what then is left of them. */
  readonly fall: { readonly at: number; readonly left: number } | undefined;
  /** Wh that a spike shows too much. */
  readonly excess: number;
}

function place(fault: FaultyMeter["faults"][number], index: number, spacing: number): Placed {
  const { kind, readings, seconds, part } = fault;
  const falls = kind === "restart" || kind === "rollBack";
  const isSilent = kind === "outage" || (falls && fault.isSilent);
  const from = spacing * Math.ceil((faultPeriod * (index + 0.5)) / spacing);
  const lasts = isSilent || kind === "standStill" ? seconds : falls ? 0 : readings * spacing;
  const at = isSilent ? from + lasts / 2 : from;
  return {
    ...{ kind, from, to: from + lasts, isSilent },
    fall: falls ? { at, left: kind === "restart" ? 0 : 1 - part } : undefined,
    excess: kind === "spike" ? 4e6 * part : 0,
  };
}

/** What the meter `device` sends, and what is true. */
export function storyOf(meter: FaultyMeter, device: string): Story {
  const { spacing, quantum, loads } = meter;
  const faults = meter.faults.map((fault, index) => place(fault, index, spacing));
  const steps = Math.floor((faultPeriod * (faults.length + 1)) / spacing);
  // Power never stays the same to the last digit: that would be a repeated message.
  const load = (step: number) => (loads[Math.floor((step * spacing) / 600) % loads.length] ?? 0) + (step % 2) / 10;
  const shown = (wh: number) => Math.round(10 * quantum * Math.floor(wh / quantum + 1e-9)) / 10;

  let [imported, exported] = [meter.imported, meter.exported];
  const readings: Reading[] = [];
  const days = new Map<string, number>();
  for (let step = 0; step <= steps; step += 1) {
    const s = step * spacing;
    for (const { fall } of faults) {
      if (fall === undefined || fall.at > s || fall.at <= s - spacing) continue;
      imported *= fall.left;
      if (fall.left === 0) exported = 0;
    }
    const now = faults.find(({ from, to }) => s >= from && s < to);
    const counters =
      now?.kind === "glitch"
        ? { import_counter_wh: 0, export_counter_wh: 0 }
        : { import_counter_wh: shown(imported + (now?.excess ?? 0)), export_counter_wh: shown(exported) };
    const ts = new Date(start + s * 1000).toISOString();
    if (!now?.isSilent) readings.push({ ts, device, channel: 0, power_w: load(step), ...counters });
    if (step === steps) break;
    if (now?.kind !== "standStill") imported += (load(step) * spacing) / 3600;
    for (let second = 0; second < spacing; second += 1) {
      const day = new Date(start + (s + second) * 1000).toISOString().slice(0, 10);
      days.set(day, (days.get(day) ?? 0) + load(step) / 3600);
    }
  }
  const tolerances = faults.map((each) => toleranceOf(each, spacing, load));
  const bound = tolerances.reduce((sum, { wh }) => sum + wh, 1 + 6 * quantum);
  return {
    readings,
    days,
    bound,
    dayBound: tolerances.reduce((sum, { silentWh }) => sum + silentWh, bound),
    disputed: tolerances.reduce((sum, { seconds }) => sum + seconds, 0),
  };
}

/**
 * What a fault may cost, and for how long the counter may not be believed. Knots are up to 15 minutes away on each side.
 * There counter and integral may differ, unnoticed, by two steps of a counter that looks coarser than it is, by what power
 * does between samples, by a tenth, by a minute's power, and by what one interval may hide. Nobody knows what flowed in an
 * outage in which the counter fell.
 */
function toleranceOf({ kind, from, to, isSilent }: Placed, spacing: number, load: (step: number) => number) {
  const [first, last] = [Math.floor((from - 1800) / spacing), Math.ceil((to + 1800) / spacing)];
  const wh = { energy: 0, changes2: 0, silent: 0 };
  let peak = 0;
  for (let step = first; step < last; step += 1) {
    const length = spacing / 3600;
    wh.energy += load(step) * length;
    wh.changes2 += ((load(step + 1) - load(step)) * length) ** 2;
    if (step * spacing >= from - spacing && step * spacing < to) wh.silent += load(step) * length;
    peak = Math.max(peak, load(step));
  }
  const hidden = (0.1 * 1.2 * 120 * 230 * spacing) / 3600;
  const silentWh = isSilent ? wh.silent : 0;
  if (kind === "outage") return { wh: 0, seconds: 0, silentWh };
  return {
    wh: 200 + 2 * Math.sqrt(wh.changes2) + 0.1 * wh.energy + peak / 60 + hidden + silentWh,
    seconds: (last - first) * spacing,
    silentWh,
  };
}
