/** Random flows at the grid by the quarter hour, as rows of `site_slots`. Some are not known, and some have no row. */
import fc, { type Arbitrary } from "fast-check";
import { localTime, quarterMs } from "./second/clock";
import type { Slot } from "./second-calculation";

type Flow = readonly [importWh: number, exportWh: number];
/** Quarter hours, again and again; a hole is a quarter without a row. */
export type Load = readonly (Flow | "unknown" | "hole")[];

const wh = (most: number) => fc.integer({ min: 0, max: most });
const flow = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(wh(1500), fc.constant(0)) },
  fc.tuple(fc.constant(0), wh(700)),
  fc.tuple(wh(900), wh(900)),
);

export const load: Arbitrary<Load> = fc.array(
  fc.oneof({ weight: 60, arbitrary: flow }, fc.constant("unknown" as const), fc.constant("hole" as const)),
  { minLength: 30, maxLength: 130 },
);

/** What of a row of `site_slots` prices and their bounds are made of. */
export interface SiteSlot extends Slot {
  readonly site: string;
  readonly date: string;
  readonly grid_quality: string;
  readonly grid_covered_s: number;
  readonly grid_filled_s: number;
}

export function slotsOf(load: Load, site: string, timezone: string, startMs: number, endMs: number): SiteSlot[] {
  return Array.from({ length: (endMs - startMs) / quarterMs }, (_, at) => at).flatMap((at) => {
    const drawn = load[at % load.length] ?? "hole";
    if (drawn === "hole") return [];
    const [import_wh, export_wh] = drawn === "unknown" ? [null, null] : drawn;
    const ms = startMs + at * quarterMs;
    return [
      {
        ...{ site, date: localTime(ms, timezone).toPlainDate().toString(), slot_start: new Date(ms).toISOString() },
        ...{ import_wh, export_wh, grid_quality: import_wh === null ? "missing" : "measured" },
        ...{ grid_covered_s: import_wh === null ? 0 : 900, grid_filled_s: 0 },
      },
    ];
  });
}
