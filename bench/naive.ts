/**
 * `npm run bench -- naive`: what the usual ways to turn watts into kilowatt-hours make of one real household's six days,
 * beside wattlake's. Each way is a few lines of GoogleSQL over the same readings.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Reading } from "../functions/readings/reading";
import { openWarehouse, type Warehouse } from "../local/google/duckdb/warehouse";
import { readCatalog, withoutLive } from "../sql/catalog";
import { captureConfig, captureFolder, captureReadings, hasCapture } from "../tests/sql/capture";
import { layOut, writeLake } from "../tests/sql/lake";

/** Consumption of channel 1 and export of channel 0, kWh. */
interface Totals {
  readonly consumption: number;
  readonly exported: number;
}

interface Method {
  readonly name: string;
  /** Gives `channel`, `import_wh`, `export_wh`, in any number of rows. */
  readonly sql: string;
}

/** Pairs of neighbouring readings with their time apart in hours, by channel and `partition`. */
const pairs = (partition: string) => `
  SELECT channel, power_w, LEAD(power_w) OVER w AS next_power_w,
    TIMESTAMP_DIFF(LEAD(ts) OVER w, ts, MICROSECOND) / 3.6e9 AS hours
  FROM \`wattlake.readings\`
  WINDOW w AS (PARTITION BY channel${partition} ORDER BY ts)`;

const positive = (power: string) => `IF(${power} > 0, ${power}, 0)`;
const rises = (counter: string) => `
  SELECT channel, ${counter} AS wh, LAG(${counter}) OVER (PARTITION BY channel ORDER BY ts) AS previous_wh
  FROM \`wattlake.readings\``;
const resetAtAnyDecrease = (counter: string, name: string, other: string) => `
  SELECT channel, SUM(IF(wh >= previous_wh, wh - previous_wh, wh)) AS ${name}, 0 AS ${other}
  FROM (${rises(counter)}) WHERE previous_wh IS NOT NULL GROUP BY channel`;

const methods: readonly Method[] = [
  {
    name: "average power of the day times 24 hours",
    sql: `SELECT channel, AVG(${positive("power_w")}) * 24 AS import_wh, AVG(${positive("-power_w")}) * 24 AS export_wh
          FROM \`wattlake.readings\` GROUP BY channel, date`,
  },
  {
    name: "pairs of readings inside the hour only",
    sql: `SELECT channel, ${positive("power_w")} * hours AS import_wh, ${positive("-power_w")} * hours AS export_wh
          FROM (${pairs(", TIMESTAMP_TRUNC(ts, HOUR)")}) WHERE hours IS NOT NULL`,
  },
  {
    name: "right Riemann sum, gaps included",
    sql: `SELECT channel, ${positive("next_power_w")} * hours AS import_wh, ${positive("-next_power_w")} * hours AS export_wh
          FROM (${pairs("")}) WHERE hours IS NOT NULL`,
  },
  {
    name: "any decrease of the counter is a reset",
    sql: `${resetAtAnyDecrease("import_counter_wh", "import_wh", "export_wh")}
          UNION ALL SELECT channel, 0 AS import_wh, export_wh FROM (${resetAtAnyDecrease("export_counter_wh", "export_wh", "import_wh")})`,
  },
  {
    name: "wattlake: integral of covered time (`power_energy`)",
    sql: "SELECT channel, import_wh, export_wh FROM `wattlake.power_energy`",
  },
  {
    name: "wattlake: cleaned counters (`counter_energy`)",
    sql: "SELECT channel, import_wh, export_wh FROM `wattlake.counter_energy`",
  },
  {
    name: "**wattlake: best estimate (`energy_slots`)**",
    sql: "SELECT channel, import_wh, export_wh FROM `wattlake.energy_slots`",
  },
];

/** The table of all methods, as Markdown. */
export async function naiveTable(): Promise<string> {
  const readings = captureReadings();
  const truth = counted(readings);
  const mirrorDirectory = mkdtempSync(join(tmpdir(), "wattlake-naive-"));
  writeLake(await layOut(captureConfig("hold"), readings), mirrorDirectory);
  const warehouse = await openWarehouse({ ...withoutLive(readCatalog()), mirrorDirectory });
  try {
    const rows = [
      "| method | consumption kWh | error | export kWh | error |",
      "|---|---|---|---|---|",
      `| the meter's counters, last less first | ${truth.consumption.toFixed(1)} | | ${truth.exported.toFixed(1)} | |`,
    ];
    for (const method of methods) rows.push(await row(warehouse, method, truth));
    return rows.join("\n");
  } finally {
    warehouse.close();
    rmSync(mirrorDirectory, { recursive: true });
  }
}

export async function runNaiveBench(): Promise<void> {
  if (!hasCapture) throw new Error(`the real capture is not at ${captureFolder}`);
  console.log(await naiveTable());
}

/** What the meter's own counters show: last value less first. */
function counted(readings: readonly Reading[]): Totals {
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
