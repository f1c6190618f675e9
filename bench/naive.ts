/**
 * `npm run bench -- naive`: what the usual ways to turn watts into kilowatt-hours make of one real household's six days, and
 * of the field cases, beside wattlake's. Each way is a few lines of GoogleSQL over the same readings.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Reading } from "../functions/readings/reading";
import { openWarehouse, type Warehouse } from "../local/google/duckdb/warehouse";
import { readCatalog, withoutLive } from "../sql/catalog";
import { captureConfig, captureFolder, captureReadings, hasCapture } from "../tests/sql/capture";
import { fieldCasesFolder, hasFieldCases } from "../tests/sql/field-case";
import { layOut, writeLake } from "../tests/sql/lake";
import { type FieldCase, fieldCases, writeFieldCases } from "./field-cases";
import { writePage } from "./marked-page";

/** Consumption of channel 1 and export of channel 0, kWh. */
interface Totals {
  readonly consumption: number;
  readonly exported: number;
}

interface Method {
  readonly name: string;
  /** Gives `site`, `channel`, `import_wh`, `export_wh`, in any number of rows. */
  readonly sql: string;
}

/** A channel of a meter. */
const key = "site, device, channel";

/** Pairs of neighbouring readings with their time apart in hours, by channel and `partition`. */
const pairs = (partition: string) => `
  SELECT ${key}, power_w, LEAD(power_w) OVER w AS next_power_w,
    TIMESTAMP_DIFF(LEAD(ts) OVER w, ts, MICROSECOND) / 3.6e9 AS hours
  FROM \`wattlake.readings\`
  WINDOW w AS (PARTITION BY ${key}${partition} ORDER BY ts)`;

const positive = (power: string) => `IF(${power} > 0, ${power}, 0)`;

/** What each step of a counter from `previous_wh` to `wh` is worth, both directions alike. */
const counted = (worth: string) => `
  ${stepsOf("import_counter_wh", `${worth} AS import_wh, 0 AS export_wh`)}
  UNION ALL
  ${stepsOf("export_counter_wh", `0 AS import_wh, ${worth} AS export_wh`)}`;
const stepsOf = (counter: string, worth: string) => `
  SELECT ${key}, ${worth}
  FROM (
    SELECT ${key}, ${counter} AS wh, LAG(${counter}) OVER (PARTITION BY ${key} ORDER BY ts) AS previous_wh
    FROM \`wattlake.readings\` WHERE ${counter} IS NOT NULL
  ) WHERE previous_wh IS NOT NULL`;

const methods: readonly Method[] = [
  {
    name: "average power of the day times 24 hours",
    sql: `SELECT ${key}, AVG(${positive("power_w")}) * 24 AS import_wh, AVG(${positive("-power_w")}) * 24 AS export_wh
          FROM \`wattlake.readings\` GROUP BY ${key}, date`,
  },
  {
    name: "pairs of readings inside the hour only",
    sql: `SELECT ${key}, ${positive("power_w")} * hours AS import_wh, ${positive("-power_w")} * hours AS export_wh
          FROM (${pairs(", TIMESTAMP_TRUNC(ts, HOUR)")}) WHERE hours IS NOT NULL`,
  },
  {
    name: "right Riemann sum, gaps included",
    sql: `SELECT ${key}, ${positive("next_power_w")} * hours AS import_wh, ${positive("-next_power_w")} * hours AS export_wh
          FROM (${pairs("")}) WHERE hours IS NOT NULL`,
  },
  { name: "any decrease of the counter is a reset", sql: counted("IF(wh >= previous_wh, wh - previous_wh, wh)") },
  {
    name: "Home Assistant: only a fall below 90 % is a reset",
    sql: counted("IF(wh < 0.9 * previous_wh, wh, wh - previous_wh)"),
  },
  { name: "evcc: a fall adds nothing", sql: counted("IF(wh >= previous_wh, wh - previous_wh, 0)") },
  {
    name: "wattlake: integral of covered time (`power_energy`)",
    sql: "SELECT site, channel, import_wh, export_wh FROM `wattlake.power_energy`",
  },
  {
    name: "wattlake: cleaned counters (`counter_energy`)",
    sql: "SELECT site, channel, import_wh, export_wh FROM `wattlake.counter_energy`",
  },
  {
    name: "**wattlake: best estimate (`energy_slots`)**",
    sql: "SELECT site, channel, import_wh, export_wh FROM `wattlake.energy_slots`",
  },
];

/** The table of all methods on the capture, as Markdown. */
export async function naiveTable(): Promise<string> {
  const readings = captureReadings();
  const truth = ofCounters(readings);
  const lake = await layOut(captureConfig("hold"), readings);
  return withWarehouse(
    async (directory) => writeLake(lake, directory),
    async (warehouse) => {
      const rows = [
        "| method | consumption kWh | error | export kWh | error |",
        "|---|---|---|---|---|",
        `| the meter's counters, last less first | ${truth.consumption.toFixed(1)} | | ${truth.exported.toFixed(1)} | |`,
      ];
      for (const method of methods) rows.push(await row(warehouse, method, truth));
      return rows.join("\n");
    },
  );
}

/** The table of all methods on the field cases, a column a case, as Markdown. */
export const fieldCaseTable = (): Promise<string> =>
  withWarehouse(writeFieldCases, async (warehouse) => {
    const cells = (first: string, values: readonly string[]) => `| ${[first, ...values].join(" | ")} |`;
    const rows = [
      cells(
        "import kWh",
        fieldCases.map(({ name }) => name.replaceAll("-", " ")),
      ),
      cells(
        "---",
        fieldCases.map(() => "---"),
      ).replaceAll(" ", ""),
      cells(
        "**right**",
        fieldCases.map(({ right_kwh }) => `**${right_kwh}**`),
      ),
    ];
    for (const { name, sql } of methods) {
      const sites = await warehouse.query(
        `SELECT site, SUM(import_wh) / 1000 AS kwh FROM (${sql}) AS energy GROUP BY site`,
      );
      rows.push(
        cells(
          name,
          fieldCases.map((each) => caseCell(sites.find(({ site }) => site === each.name)?.kwh, each)),
        ),
      );
    }
    return rows.join("\n");
  });

/** As many digits as the right figure has, two at least; a dash where the method says nothing. */
function caseCell(kwh: unknown, { right_kwh }: FieldCase): string {
  if (typeof kwh !== "number") return "-";
  const digits = Math.max(2, String(right_kwh).split(".")[1]?.length ?? 0);
  // Less than half of the last digit may be on either side of zero.
  return (Math.round(kwh * 10 ** digits) / 10 ** digits + 0).toFixed(digits);
}

async function withWarehouse<T>(
  fill: (directory: string) => Promise<void>,
  work: (warehouse: Warehouse) => Promise<T>,
): Promise<T> {
  const mirrorDirectory = mkdtempSync(join(tmpdir(), "wattlake-naive-"));
  try {
    await fill(mirrorDirectory);
    const warehouse = await openWarehouse({ ...withoutLive(readCatalog()), mirrorDirectory });
    try {
      return await work(warehouse);
    } finally {
      warehouse.close();
    }
  } finally {
    rmSync(mirrorDirectory, { recursive: true });
  }
}

export async function runNaiveBench(): Promise<void> {
  if (!hasCapture) throw new Error(`the real capture is not at ${captureFolder}`);
  if (!hasFieldCases) throw new Error(`the field cases are not at ${fieldCasesFolder}`);
  const tables = { naive: await naiveTable(), "field cases": await fieldCaseTable() };
  console.log(Object.values(tables).join("\n\n"));
  if (process.argv.includes("--write")) writePage("energy.md", tables);
}

/** What the meter's own counters show: last value less first. */
function ofCounters(readings: readonly Reading[]): Totals {
  const rise = (channel: number, counter: "import_counter_wh" | "export_counter_wh") => {
    const own = readings.filter((reading) => reading.channel === channel).sort((a, b) => (a.ts < b.ts ? -1 : 1));
    return (Number(own.at(-1)?.[counter]) - Number(own[0]?.[counter])) / 1000;
  };
  return { consumption: rise(1, "import_counter_wh"), exported: rise(0, "export_counter_wh") };
}

async function row(warehouse: Warehouse, { name, sql }: Method, truth: Totals): Promise<string> {
  const [totals] = await warehouse.query(`
    SELECT SUM(IF(channel = 1, import_wh, 0)) / 1000 AS consumption, SUM(IF(channel = 0, export_wh, 0)) / 1000 AS exported
    FROM (${sql}) AS energy`);
  const [consumption, exported] = [Number(totals?.consumption), Number(totals?.exported)];
  return `| ${name} | ${kwh(consumption)} | ${error(consumption, truth.consumption)} | ${kwh(exported)} | ${error(exported, truth.exported)} |`;
}

const kwh = (value: number) => value.toLocaleString("en", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** Relative to the truth: percent, or as a factor where it is beyond recognition. */
function error(value: number, expected: number): string {
  const relative = value / expected - 1;
  if (relative > 9) return `x${Math.round(value / expected)}`;
  const percent = Math.abs(relative * 100).toFixed(1);
  return percent === "0.0" ? "0.0 %" : `${relative < 0 ? "-" : "+"}${percent} %`;
}
