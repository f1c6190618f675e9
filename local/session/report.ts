/** What the views say, as tables for a terminal: energy a day and channel, and the counters' figures beside it. */
import { z } from "zod";
import type { Warehouse } from "../cloud";
import { groupBy } from "../group";
import { type CostRow, costColumn } from "./costs";
import { alignTable, type Cell } from "./text-table";

const number = z
  .number()
  .nullable()
  .transform((value) => value ?? undefined);
const dayRow = z.object({
  site: z.string(),
  date: z.string(),
  device: z.string(),
  channel: z.number(),
  channel_name: z.string(),
  import_wh: number,
  export_wh: number,
  integral_import_wh: number,
  integral_export_wh: number,
  counter_import_wh: number,
  counter_export_wh: number,
  day_s: z.number(),
  covered_s: z.number(),
  gap_s: z.number(),
  gaps: z.number(),
});
export type DayRow = z.infer<typeof dayRow>;

/** Days `YYYY-MM-DD`, both ends included, in the order site, device, channel, day. */
export async function readDays(warehouse: Warehouse, from: string, to: string): Promise<DayRow[]> {
  const query = `
    SELECT * FROM \`wattlake.witness_daily\` WHERE date BETWEEN @from_date AND @to_date
    ORDER BY site, device, channel, date`;
  return z.array(dayRow).parse(await warehouse.query(query, { from_date: from, to_date: to }));
}

const kwh = (wh: number | undefined) => (wh === undefined ? "-" : (wh / 1000).toFixed(3));
const share = (covered_s: number, whole_s: number) => `${((100 * covered_s) / whole_s).toFixed(1)} %`;
const hours = (seconds: number) => (seconds / 3600).toFixed(2);

/** A row a channel and day, and a total after the days of each channel. */
export function formatReplay(rows: readonly DayRow[]): string {
  const header = ["day", "import", "export", "integral in", "out", "counter in", "out", "covered", "gaps", "gap h"];
  const cells = (label: string, row: Omit<DayRow, "site" | "date" | "device" | "channel" | "channel_name">): Cell[] => [
    label,
    kwh(row.import_wh),
    kwh(row.export_wh),
    kwh(row.integral_import_wh),
    kwh(row.integral_export_wh),
    kwh(row.counter_import_wh),
    kwh(row.counter_export_wh),
    share(row.covered_s, row.day_s),
    String(row.gaps),
    hours(row.gap_s),
  ];
  const channels = groupBy(
    rows,
    ({ site, device, channel, channel_name }) => `${site} · ${device} channel ${channel}, ${channel_name} (kWh)`,
  );
  return [...channels]
    .map(([title, days]) => {
      const lines = days.map((row) => cells(row.date, row));
      return `${title}\n${alignTable([header, ...lines, cells("total", total(days))])}`;
    })
    .join("\n\n");
}

function total(rows: readonly DayRow[]) {
  const sum = (value: (row: DayRow) => number | undefined) => {
    const known = rows.map(value).filter((each) => each !== undefined);
    return known.length > 0 ? known.reduce((a, b) => a + b, 0) : undefined;
  };
  return {
    import_wh: sum((row) => row.import_wh),
    export_wh: sum((row) => row.export_wh),
    integral_import_wh: sum((row) => row.integral_import_wh),
    integral_export_wh: sum((row) => row.integral_export_wh),
    counter_import_wh: sum((row) => row.counter_import_wh),
    counter_export_wh: sum((row) => row.counter_export_wh),
    day_s: sum((row) => row.day_s) ?? 0,
    covered_s: sum((row) => row.covered_s) ?? 0,
    gap_s: sum((row) => row.gap_s) ?? 0,
    gaps: sum((row) => row.gaps) ?? 0,
  };
}

/**
 * A row a day, a column a channel: import, and export where the channel has any; then the cost where the site has a tariff.
 * `*` marks a day that is not whole.
 */
export function formatDemo(rows: readonly DayRow[], costs: readonly CostRow[]): string {
  const sites = groupBy(rows, ({ site }) => site);
  const costsOf = (site: string) => costs.filter((each) => each.site === site);
  return [...sites].map(([site, own]) => `${site} (kWh)\n${alignTable(siteTable(own, costsOf(site)))}`).join("\n\n");
}

function siteTable(rows: readonly DayRow[], costs: readonly CostRow[]): Cell[][] {
  const channels = [...groupBy(rows, ({ device, channel }) => `${device}/${channel}`)];
  const exporting = (own: readonly DayRow[]) => own.some(({ export_wh }) => (export_wh ?? 0) > 0);
  const header = channels.flatMap(([, own]) => {
    const name = own[0]?.channel_name ?? "";
    return exporting(own) ? [`${name} in`, `${name} out`] : [name];
  });
  const cost = costColumn(costs);
  const days = new Map(rows.map(({ date, day_s }) => [date, day_s]));
  const lines = [...days].sort().map(([date, day_s]) => [
    date,
    ...channels.flatMap(([, own]) => {
      const row = own.find((each) => each.date === date);
      const mark = row && row.covered_s < row.day_s - 1 ? "*" : " ";
      const cell = (value: number | undefined) => `${value === undefined ? "-" : (value / 1000).toFixed(2)}${mark}`;
      return exporting(own) ? [cell(row?.import_wh), cell(row?.export_wh)] : [cell(row?.import_wh)];
    }),
    ...cost.map(({ cell }) => cell(date, day_s)),
  ]);
  return [["day", ...header, ...cost.map((each) => each.header)], ...lines];
}
