/** Slots of a site for a test, by local days. */
import { Temporal } from "temporal-polyfill";
import { quarterMs } from "./second/clock";
import type { Slot } from "./second-calculation";

/** The local days `from` to before `until`. */
export function days(from: string, until: string): string[] {
  const [first, end] = [Temporal.PlainDate.from(from), Temporal.PlainDate.from(until)];
  return Array.from({ length: first.until(end).days }, (_, at) => first.add({ days: at }).toString());
}

type Watts = number | null;
export interface Load {
  readonly dates: readonly string[];
  readonly import: (quarter: number) => Watts;
  readonly export: (quarter: number) => Watts;
}

/** Wh of each quarter hour of the days, the same or by its number in the day. */
export const load = (
  dates: readonly string[],
  imported: Watts | Load["import"],
  exported: Watts | Load["export"] = 0,
): Load => ({ dates, import: by(imported), export: by(exported) });

const by = (wh: Watts | Load["import"]) => (typeof wh === "function" ? wh : () => wh);

export function slotsOf(timezone: string, ...loads: readonly Load[]): Slot[] {
  return loads.flatMap((each) =>
    each.dates.flatMap((date) => {
      const day = Temporal.PlainDate.from(date);
      const startMs = day.toZonedDateTime(timezone).epochMilliseconds;
      const endMs = day.add({ days: 1 }).toZonedDateTime(timezone).epochMilliseconds;
      return Array.from({ length: (endMs - startMs) / quarterMs }, (_, quarter) => ({
        slot_start: new Date(startMs + quarter * quarterMs).toISOString(),
        import_wh: each.import(quarter),
        export_wh: each.export(quarter),
      }));
    }),
  );
}
