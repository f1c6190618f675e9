/**
 * `npm run bench -- query`: `energy_daily` over a year, a month and a day of daily JSONL.gz, what it reads, and two floors
 * in the same run: a bare scan of the same files, and the same integral in PostgreSQL where Debian's package is installed.
 */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { ZoneDay } from "../components/reference/zone-days";
import { readingsKey } from "../functions/lake/keys";
import { toDate } from "../local/google/duckdb/native";
import { openWarehouse, type Warehouse } from "../local/google/duckdb/warehouse";
import { readCatalog, withoutLive } from "../sql/catalog";
import { materializeSlots, refreshScript } from "../sql/materialization";
import { copyDays, copyReadings, createDays, createReadings, dailyIntegral, startPostgres } from "./postgres";
import { site, writeQueryLake } from "./query-data";

const directory = join(__dirname, "../.wattlake/bench-query");
const year = 2025;
/** At least so many rounds, and so long: a short query needs more of them on a busy machine. */
const rounds = { least: 7, leastMs: 4_000 };

/** A range of local days, both included. */
interface Range {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}
const ranges: readonly Range[] = [
  { name: "year", from: `${year}-01-01`, to: `${year}-12-31` },
  { name: "month", from: `${year}-06-01`, to: `${year}-06-30` },
  { name: "day", from: `${year}-06-15`, to: `${year}-06-15` },
];

interface Timing {
  /** The fastest and the middle one of the rounds, ms. */
  readonly best: number;
  readonly median: number;
}

export async function runQueryBench(): Promise<void> {
  const lake = writeQueryLake(directory, year, (done, all) => {
    if (done % 30 === 0 || done === all) console.error(`writing the lake: ${done} of ${all} days`);
  });
  const warehouse = await openWarehouse({ ...withoutLive(readCatalog()), mirrorDirectory: directory });
  console.log(
    `${lake.readings.toLocaleString("en")} readings of two channels in ${lake.days.length} local days; best (median) of ${rounds.least} rounds or more\n`,
  );
  console.log("| range | files read | bytes | readings | bare scan | energy_daily | ratio |");
  console.log("|---|---|---|---|---|---|---|");
  for (const range of ranges) console.log(await measureRange(warehouse, range, lake.days));
  const [row] = await warehouse.query("SELECT SUM(import_wh) AS wh FROM `wattlake.power_energy`");
  warehouse.close();
  await measureStored();
  await measurePostgres(lake.days, Number(row?.wh));
}

const within = ({ from, to }: Range) => `WHERE site = 'home' AND date BETWEEN DATE '${from}' AND DATE '${to}'`;
const dailyOf = (range: Range) => `SELECT * FROM \`wattlake.energy_daily\` ${within(range)}`;

async function measureRange(warehouse: Warehouse, range: Range, days: readonly ZoneDay[]): Promise<string> {
  const daily = dailyOf(range);
  const { files, rows } = scanOf(await warehouse.explain(daily));
  const expected = filesOf(days.filter(({ date }) => date >= range.from && date <= range.to));
  if (expected.count !== files)
    throw new Error(`${range.name}: ${files} files opened, ${expected.count} hold the range`);
  const scan = `SELECT SUM(power_w) AS w FROM \`wattlake.daily_files\` ${within(range)}`;
  const [bare, views] = await time(
    () => warehouse.query(scan),
    () => warehouse.query(daily),
  );
  const ratio = views.best / bare.best;
  return `| ${[range.name, files, expected.bytes, rows].map((cell) => cell.toLocaleString("en")).join(" | ")} | ${ms(bare)} | ${ms(views)} | ${ratio.toFixed(1)} |`;
}

const planNode = z.looseObject({
  operator_cardinality: z.number().optional(),
  extra_info: z.record(z.string(), z.unknown()).optional(),
});

/** Files that the widest scan of the daily files opened, and the rows it gave: several views read them. */
function scanOf(plan: string): { files: number; rows: number } {
  const scans: { files: number; rows: number }[] = [];
  JSON.parse(plan, (_, value: unknown) => {
    const node = planNode.safeParse(value).data;
    const info = node?.extra_info ?? {};
    if (node && info.Function === "READ_JSON" && String(info["Filename(s)"]).includes("/daily/")) {
      scans.push({ files: Number(info["Total Files Read"]), rows: node.operator_cardinality ?? 0 });
    }
    return value;
  });
  const [widest] = scans.sort((a, b) => b.files - a.files || b.rows - a.rows);
  if (widest === undefined) throw new Error("the plan has no scan of the daily files");
  return widest;
}

function filesOf(days: readonly ZoneDay[]): { count: number; bytes: number } {
  const paths = days.flatMap(({ date }) => {
    const folder = join(directory, readingsKey(site, date), "..");
    return readdirSync(folder).map((name) => join(folder, name));
  });
  return { count: paths.length, bytes: paths.reduce((sum, path) => sum + statSync(path).size, 0) };
}

/** The same view over stored slots, as `warehouse.materialize` has them. */
async function measureStored(): Promise<void> {
  const materialization = materializeSlots(withoutLive(readCatalog()));
  const warehouse = await openWarehouse({ ...materialization.catalog, mirrorDirectory: directory });
  const script = refreshScript(materialization, "wattlake");
  const [stored] = await time(() => warehouse.runScript(script, { run_date: toDate(`${year}-01-01`) }));
  console.log(`\nWith warehouse.materialize, after ${ms(stored)} to store the year:\n`);
  console.log("| range | energy_daily |");
  console.log("|---|---|");
  for (const range of ranges) {
    const [timing] = await time(() => warehouse.query(dailyOf(range)));
    console.log(`| ${range.name} | ${ms(timing)} |`);
  }
  warehouse.close();
}

async function measurePostgres(days: readonly ZoneDay[], expectedWh: number): Promise<void> {
  const postgres = await startPostgres();
  if (postgres === undefined) {
    console.log("\nPostgreSQL: Debian's package is not installed; that floor is left out.");
    return;
  }
  try {
    postgres.run(createReadings);
    postgres.run(createDays);
    const warehouse = await openWarehouse({ ...withoutLive(readCatalog()), mirrorDirectory: directory });
    for (const { date } of days) {
      const rows = await warehouse.query(
        `SELECT device, channel, ts, power_w FROM \`wattlake.readings\` WHERE date = DATE '${date}'`,
      );
      postgres.run(
        copyReadings,
        rows.map((row) => `${row.device}\t${row.channel}\t${row.ts}\t${row.power_w}\n`).join(""),
      );
    }
    warehouse.close();
    postgres.run(copyDays, days.map((day) => `${day.date}\t${day.day_start}\t${day.day_end}\n`).join(""));
    postgres.run("ANALYZE");
    const total = Number(postgres.run(dailyIntegral));
    if (Math.abs(total / expectedWh - 1) > 1e-9)
      throw new Error(`PostgreSQL's integral is ${total} Wh, the view's ${expectedWh} Wh`);
    const [timing] = await time(async () => postgres.run(dailyIntegral));
    console.log(
      `\nThe same integral over the year in PostgreSQL ${postgres.version}, from a loaded table: ${ms(timing)}`,
    );
  } finally {
    postgres.stop();
  }
}

/** Runs each in turn, round after round, so that a busy moment of the machine meets all alike. */
async function time<Runs extends readonly (() => Promise<unknown>)[]>(
  ...runs: Runs
): Promise<{ [run in keyof Runs]: Timing }>;
async function time(...runs: readonly (() => Promise<unknown>)[]): Promise<Timing[]> {
  const times = runs.map((): number[] => []);
  const start = performance.now();
  for (let round = 0; round < rounds.least || performance.now() - start < rounds.leastMs; round++) {
    for (const [index, run] of runs.entries()) {
      const begin = performance.now();
      await run();
      times[index]?.push(performance.now() - begin);
    }
  }
  return times.map((list) => {
    list.sort((a, b) => a - b);
    return { best: list[0] ?? 0, median: list[Math.floor(list.length / 2)] ?? 0 };
  });
}

const ms = ({ best, median }: Timing) =>
  `${Math.round(best).toLocaleString("en")} (${Math.round(median).toLocaleString("en")}) ms`;
