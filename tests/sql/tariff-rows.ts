/** Rows of the tariff tables for plans of a few lines, as a compilation writes them; the scene adds the site. */
import type { TariffRows } from "../../components/reference/tariffs/rows";
import type { PlainRow } from "./zetasql-values";

const dayMs = 86_400_000;

/** The days `from` to before `until`. */
export const days = (from: string, until: string): string[] =>
  Array.from({ length: (Date.parse(until) - Date.parse(from)) / dayMs }, (_, index) =>
    new Date(Date.parse(from) + index * dayMs).toISOString().slice(0, 10),
  );

/** A billing period of the site's own plan `p`, that rounds nothing. */
export const period = (start: string, end: string, given: PlainRow = {}): PlainRow => ({
  ...{ plan: "p", is_own: true, period_start: start, period_end: end, days: days(start, end).length },
  ...{ currency: "EUR", netting: "none", is_example: false },
  ...given,
});

/** Hours of a UTC day `HH:MM-HH:MM` with a band and its price. */
export type Hours = readonly [hours: string, band: string, price: number | null];

/** The windows of a component of plan `p` on UTC days, the same each day. */
export function windows(dates: readonly string[], hours: readonly Hours[], given: PlainRow = {}): PlainRow[] {
  const instant = (date: string, time: string) =>
    new Date(Date.parse(date) + (Number(time.slice(0, 2)) * 60 + Number(time.slice(3))) * 60_000).toISOString();
  return dates.flatMap((date) =>
    hours.map(([text, band, price]) => ({
      ...{ plan: "p", component: "energy", component_name: "Energy", kind: "energy", direction: "import" },
      ...{ version: dates[0], band, date, price, has_blocks: false, vat: 0, is_example: false },
      window_start: instant(date, text.slice(0, 5)),
      window_end: instant(date, text.slice(6)),
      ...given,
    })),
  );
}

/** One price all day. */
export const always = (price: number | null): readonly Hours[] => [["00:00-24:00", "all", price]];

/** Blocks of a component of plan `p` by their upper limits. */
export function blocks(
  scope: readonly [start: string, end: string],
  steps: readonly (readonly [until: number | null, price: number])[],
  given: PlainRow = {},
): PlainRow[] {
  return steps.map(([until_kwh, price], index) => ({
    ...{ plan: "p", component: "energy", version: scope[0], band: null, scope_start: scope[0], scope_end: scope[1] },
    ...{ from_kwh: steps[index - 1]?.[0] ?? 0, until_kwh, price },
    ...given,
  }));
}

/** What a compilation gives, by the names of the tables. */
export const tariffsOf = (rows: TariffRows) => ({
  billing_periods: rows.billingPeriods.map((row): PlainRow => ({ ...row })),
  tariff_windows: rows.tariffWindows.map((row): PlainRow => ({ ...row })),
  tariff_blocks: rows.tariffBlocks.map((row): PlainRow => ({ ...row })),
  tariff_charges: rows.tariffCharges.map((row): PlainRow => ({ ...row })),
  tariff_demand: rows.tariffDemand.map((row): PlainRow => ({ ...row })),
});
