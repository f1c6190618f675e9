/** What a bill counts of each quarter hour: as metered, or import and export set off against each other within the hour. */
import { localTime } from "./clock";

/** A row of `site_slots`. */
export interface Slot {
  readonly slot_start: string;
  readonly import_wh: number | null;
  readonly export_wh: number | null;
}

/** kWh; `null` is not known, and so is what has no slot. */
export interface Energy {
  readonly import: number | null;
  readonly export: number | null;
}

export type EnergyAt = (ms: number) => Energy;

export function countedEnergy(slots: readonly Slot[], timezone: string, netting: "none" | "hour"): EnergyAt {
  const metered = new Map(
    slots.map(({ slot_start, import_wh, export_wh }) => [
      Date.parse(slot_start),
      { import: kwh(import_wh), export: kwh(export_wh) },
    ]),
  );
  const nothing: Energy = { import: null, export: null };
  if (netting === "none") return (ms) => metered.get(ms) ?? nothing;

  const hours = new Map<string, Energy[]>();
  const hourOf = (ms: number) => localTime(ms, timezone).toString({ smallestUnit: "minute" }).replace(/:\d\d/, "");
  for (const [ms, energy] of metered) hours.set(hourOf(ms), [...(hours.get(hourOf(ms)) ?? []), energy]);
  return (ms) => {
    const own = metered.get(ms);
    if (own === undefined) return nothing;
    const hour = hours.get(hourOf(ms)) ?? [];
    const [taken, given] = [total(hour, "import"), total(hour, "export")];
    if (taken === null || given === null) return nothing;
    return { import: part(own.import, taken, taken - given), export: part(own.export, given, given - taken) };
  };
}

const kwh = (wh: number | null) => (wh === null ? null : wh / 1000);

function total(hour: readonly Energy[], direction: keyof Energy): number | null {
  let sum = 0;
  for (const energy of hour) {
    const value = energy[direction];
    if (value === null) return null;
    sum += value;
  }
  return sum;
}

/** Of what an hour has in excess, the part of the quarter; nothing where it has none. */
const part = (own: number | null, whole: number, excess: number): number =>
  excess > 0 && whole > 0 ? ((own ?? 0) / whole) * excess : 0;
