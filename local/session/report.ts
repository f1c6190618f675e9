/** What the views say, as tables for a terminal: energy a day and channel, and the counters' figures beside it. */
import { z } from "zod";
import type { Warehouse } from "../cloud";
import { groupBy } from "../group";
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

const accountRow = z.object({
  messages: z.number(),
  fanned_out: z.number(),
  readings: z.number(),
  merged: z.number(),
  duplicates: z.number(),
  quarantined: z.number(),
  ignored: z.number(),
});

/** What the manifests say became of all messages of the lake, as a line. */
export async function readAccount(warehouse: Warehouse): Promise<string> {
  const [row] = await warehouse.query(`
SELECT SUM(messages) AS messages, SUM(fanned_out) AS fanned_out, SUM(staged) AS readings, SUM(merged) AS merged,
  SUM(duplicates) AS duplicates, SUM(quarantined) AS quarantined,
  SUM((SELECT IFNULL(SUM(i.messages), 0) FROM UNNEST(ignored) AS i)) AS ignored
FROM \`wattlake.hour_manifests\``);
  const { messages, fanned_out, ...rest } = accountRow.parse(row);
  const count = (number: number) => number.toLocaleString("en");
  const parts = Object.entries(rest).map(([what, number]) => `${count(number)} ${what}`);
  const more = fanned_out > 0 ? ` and ${count(fanned_out)} further parts of them` : "";
  return `Manifests: ${count(messages)} messages${more} = ${parts.join(" + ")}`;
}

/**
 * A counter's figure of a day runs from the last reading before the day, where there is one, to the last of the day: so
 * the days of an unbroken record add up to its last counter less its first. Of one instant the record counts, then the
 * smaller value, as in `readings`.
 */
const daysQuery = `
WITH counter_readings AS (
  SELECT site, date, device, channel, ts, recorded, 'import' AS direction, import_counter_wh AS counter_wh
  FROM \`wattlake.day_readings\` WHERE edge IS NULL OR edge = 'before'
  UNION ALL
  SELECT site, date, device, channel, ts, recorded, 'export' AS direction, export_counter_wh AS counter_wh
  FROM \`wattlake.day_readings\` WHERE edge IS NULL OR edge = 'before'
),
ordered AS (
  SELECT site, date, device, channel, direction, counter_wh,
    ROW_NUMBER() OVER (PARTITION BY site, date, device, channel, direction ORDER BY ts, recorded DESC, counter_wh) AS from_start,
    ROW_NUMBER() OVER (PARTITION BY site, date, device, channel, direction ORDER BY ts DESC, recorded DESC, counter_wh) AS from_end
  FROM counter_readings
  WHERE counter_wh IS NOT NULL
),
deltas AS (
  SELECT site, date, device, channel, direction,
    MAX(IF(from_end = 1, counter_wh, NULL)) - MAX(IF(from_start = 1, counter_wh, NULL)) AS delta_wh
  FROM ordered
  GROUP BY site, date, device, channel, direction
),
counters AS (
  SELECT site, date, device, channel,
    MAX(IF(direction = 'import', delta_wh, NULL)) AS counter_import_wh,
    MAX(IF(direction = 'export', delta_wh, NULL)) AS counter_export_wh
  FROM deltas
  GROUP BY site, date, device, channel
),
integrals AS (
  SELECT site, date, device, channel, SUM(import_wh) AS integral_import_wh, SUM(export_wh) AS integral_export_wh
  FROM \`wattlake.power_energy\`
  GROUP BY site, date, device, channel
)
SELECT e.site, e.date, e.device, e.channel, m.channel_name, e.import_wh, e.export_wh,
  i.integral_import_wh, i.integral_export_wh, c.counter_import_wh, c.counter_export_wh,
  e.day_s, e.covered_s, e.gap_s, e.gaps
FROM \`wattlake.energy_daily\` AS e
JOIN \`wattlake.meters\` AS m ON m.site = e.site AND m.device = e.device AND m.channel = e.channel
LEFT JOIN integrals AS i ON i.site = e.site AND i.date = e.date AND i.device = e.device AND i.channel = e.channel
LEFT JOIN counters AS c ON c.site = e.site AND c.date = e.date AND c.device = e.device AND c.channel = e.channel
WHERE e.date BETWEEN @from_date AND @to_date
ORDER BY site, device, channel, date`;

/** Days `YYYY-MM-DD`, both ends included, in the order site, device, channel, day. */
export async function readDays(warehouse: Warehouse, from: string, to: string): Promise<DayRow[]> {
  return z.array(dayRow).parse(await warehouse.query(daysQuery, { from_date: from, to_date: to }));
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

/** A row a day, a column a channel: import, and export where the channel has any; `*` marks a day that is not whole. */
export function formatDemo(rows: readonly DayRow[]): string {
  const sites = groupBy(rows, ({ site }) => site);
  return [...sites].map(([site, own]) => `${site} (kWh)\n${alignTable(siteTable(own))}`).join("\n\n");
}

function siteTable(rows: readonly DayRow[]): Cell[][] {
  const channels = [...groupBy(rows, ({ device, channel }) => `${device}/${channel}`)];
  const exporting = (own: readonly DayRow[]) => own.some(({ export_wh }) => (export_wh ?? 0) > 0);
  const header = channels.flatMap(([, own]) => {
    const name = own[0]?.channel_name ?? "";
    return exporting(own) ? [`${name} in`, `${name} out`] : [name];
  });
  const dates = [...new Set(rows.map(({ date }) => date))].sort();
  const lines = dates.map((date) => [
    date,
    ...channels.flatMap(([, own]) => {
      const row = own.find((each) => each.date === date);
      const mark = row && row.covered_s < row.day_s - 1 ? "*" : " ";
      const cell = (value: number | undefined) => `${value === undefined ? "-" : (value / 1000).toFixed(2)}${mark}`;
      return exporting(own) ? [cell(row?.import_wh), cell(row?.export_wh)] : [cell(row?.import_wh)];
    }),
  ]);
  return [["day", ...header], ...lines];
}
