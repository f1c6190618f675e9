/**
 * The nightly checks on both engines: each tells of its own fault in a sentence and of nothing else, and all hold over healthy
 * data. ZetaSQL evaluates each query of the script, DuckDB the deployed script itself.
 */
import type { Reading } from "../../functions/readings/reading";
import { toDate } from "../../local/google/duckdb/native";
import type { Warehouse } from "../../local/google/duckdb/warehouse";
import { readCatalog, withoutLive } from "../../sql/catalog";
import { type Check, checksScript, findingsQuery, readChecks, verdictQuery } from "../../sql/checks";
import { dependenciesOf } from "../../sql/sql-files";
import { type Engines, expectSame, openEngines } from "./engines";
import { type Lake, layOut, stackConfig } from "./lake";
import { fileScans } from "./plan";

const runDate = "2025-06-10";
const [fromDate, toDay] = ["2025-06-08", "2025-06-09"];
const catalog = withoutLive(readCatalog());
const checks = readChecks();
const june = (...days: number[]) => days.map((day) => `2025-06-${String(day).padStart(2, "0")}`);
const stepS = 900;
/** A reading each, over six hours. */
const sixHours = 25;

interface SiteDays {
  readonly days: readonly string[];
  /** Mean power of a step, W. @default about 1000, never the same twice: that would be a message sent again */
  readonly power?: (date: string, step: number) => number;
  /** What the counter moves for a Wh in a step. @default 1 */
  readonly counted?: (date: string, step: number) => number;
  readonly meter?: object;
  /** @default those of six hours */
  readonly steps?: number;
}

const aboutAKilowatt = (date: string, step: number) => 988 + step + Number(date.slice(-2)) / 10;

/** Hours from midnight of each day, a reading a quarter of an hour; the counter tells what flowed, in tenths of a Wh. */
function readingsOf(
  device: string,
  { days, power = aboutAKilowatt, counted = () => 1, steps = sixHours }: SiteDays,
): Reading[] {
  let counter = 50_000;
  return days.flatMap((date) =>
    Array.from({ length: steps }, (_, step): Reading => {
      const power_w = power(date, step);
      const reading = { power_w, import_counter_wh: Math.round(counter * 10) / 10, export_counter_wh: 0 };
      const ts = new Date(Date.parse(date) + step * stepS * 1000).toISOString();
      if (step < steps - 1) counter += (power_w * stepS * counted(date, step)) / 3600;
      return { ts, device, channel: 0, ...reading };
    }),
  );
}

/** The week before the days that are checked, and the last of them. */
const week = june(1, 2, 3, 4, 5, 6, 7, 9);
const faulty: Readonly<Record<string, SiteDays>> = {
  // Its clamp reads a twentieth low, always: a matter of the metering point. That is healthy.
  calibrated: { days: june(7, 8, 9), counted: () => 1.06 },
  silent: { days: june(5) },
  // Each day between has a file of its own, with edges alone.
  removed: { days: ["2025-05-27", ...june(5)], meter: { until: "2025-06-06" } },
  // For four hours of the 8th the counter stands.
  disputed: {
    days: june(7, 8),
    counted: (date, step) => (date === fromDate && step >= 4 && step < 20 ? 0 : 1),
    meter: { maxPower: 2000 },
  },
  // On the 9th the clamp has slipped: the counter and the power are not what they were to each other.
  drifting: { days: week, steps: 9, counted: (date) => (date === toDay ? 1.08 : 1) },
  // The same, of a meter whose ratio is another every day.
  noisy: { days: week, steps: 9, counted: (date) => (date === toDay ? 1.08 : 1 + (Number(date.slice(-2)) % 3) * 0.03) },
  repeating: { days: june(9) },
  hot: { days: june(9), power: (_, step) => (step < 3 ? 1108 : 500) + step, meter: { maxPower: 1000 } },
  cut: { days: june(7, 8) },
};

async function lakeOf(sites: Readonly<Record<string, SiteDays>>): Promise<Lake> {
  const channels = ({ meter }: SiteDays) => [
    { index: 0, name: "Grid", role: "grid", ...(meter && "maxPower" in meter && meter) },
  ];
  const configured = Object.entries(sites).map(([id, site]) => ({
    ...{ id, timezone: "UTC", currency: "EUR" },
    meters: [
      {
        ...{ id: `em-${id}`, model: "3EM", maxGap: "20 m", channels: channels(site) },
        ...(site.meter && "until" in site.meter && site.meter),
      },
    ],
  }));
  const readings = Object.entries(sites).flatMap(([id, site]) => readingsOf(`em-${id}`, site));
  return layOut(stackConfig(configured, "2025-05-27", toDay), readings);
}

/** The faults that are not in the readings: what a compilation counted, and a file that was copied in part. */
function damaged(lake: Lake): Lake {
  const repeats = (row: Lake["day_manifests"][number]) =>
    row.site === "repeating" && row.date === toDay
      ? { ...row, channels: [{ device: "em-repeating", channel: 0, readings: sixHours, duplicates: 2, conflicts: 1 }] }
      : row;
  const cut = lake.daily_files.findIndex(
    ({ site, date, edge }) => site === "cut" && date === "2025-06-07" && edge === undefined,
  );
  return {
    ...lake,
    day_manifests: lake.day_manifests.map(repeats),
    daily_files: lake.daily_files.filter((_, index) => index !== cut),
  };
}

const findings: Readonly<Record<string, string>> = {
  above_rating: "hot, em-hot channel 0, 2025-06-09: 3 quarter hours with more than 1000 W, up to 1110 W.",
  disputed_counter:
    "disputed, em-disputed channel 0, 2025-06-08: the counter contradicts the power for 18 % of the day.",
  drifting_meter: "drifting, em-drifting channel 0, 2025-06-09: power and counter have drifted apart by 7 %.",
  incomplete_day: "cut has 24 readings of 2025-06-07, not the 25 that were written.",
  repeated_messages:
    "repeating, em-repeating channel 0, 2025-06-09: 2 messages repeat and 1 contradict one of the 25 readings.",
  silent_site: "silent has no readings after 2025-06-05.",
};

let engines: Engines;
let faults: Lake;
let healthy: Lake;
beforeAll(async () => {
  // What most checks are made of is computed once.
  engines = await openEngines(catalog, ["slot_estimates"]);
  [faults, healthy] = [damaged(await lakeOf(faulty)), await lakeOf({ healthy: { days: june(7, 8, 9) } })];
});
afterAll(() => engines.close());

const dates: Readonly<Record<string, string>> = { from_date: fromDate, to_date: toDay };

const dated = (check: Check) => findingsQuery(check).replace(/\b(from|to)_date\b/g, (name) => `DATE '${dates[name]}'`);
/** How many daily files a query opens. */
const opened = async (warehouse: Warehouse, sql: string) =>
  fileScans(await warehouse.explain(sql))
    .filter(({ paths }) => paths.includes("/daily/"))
    .reduce((sum, scan) => sum + scan.opened, 0);

/** What each check finds, by name, after seeing that the engines agree. */
async function found(lake: Lake): Promise<Record<string, unknown>> {
  const warehouse = await engines.duckDb(lake);
  const answers: Record<string, unknown> = {};
  for (const check of checks) {
    const sql = dated(check);
    const columns = [{ name: "findings", type: "STRING" as const, description: "" }];
    const view = { ...check, description: check.rule, parameters: [], columns, sql, dependencies: dependenciesOf(sql) };
    const expected = await engines.zetaSqlStep(lake, view, "findings");
    expectSame(await warehouse.execute(sql), expected);
    answers[check.name] = expected.rows[0]?.findings ?? null;
  }
  return answers;
}

const verdict = (lake: Lake, answers: Record<string, unknown>) =>
  engines.zetaSql(
    lake,
    verdictQuery(Object.keys(answers).map((name) => `@${name}`)),
    Object.entries(answers).map(([name, text]) => ({
      name,
      type: "STRING",
      value: text === null ? null : String(text),
    })),
  );
const nightly = async (lake: Lake) =>
  (await engines.duckDb(lake)).runScript(checksScript(checks, "wattlake"), { run_date: toDate(runDate) });

test("each fault is found by its own check, and by no other; a healthy site and one that was taken away by none", async () => {
  const answers = await found(faults);
  expect(answers).toEqual(findings);
  const all = Object.values(findings).join(" ");
  await expect(verdict(faults, answers)).rejects.toThrow(all);
  await expect(nightly(faults)).rejects.toThrow(all);
});

test("healthy data passes", async () => {
  const answers = Object.fromEntries(checks.map(({ name }) => [name, null]));
  expect((await verdict(healthy, answers)).rows).toEqual([{ verdict: "All checks hold." }]);
  await expect(nightly(healthy)).resolves.toBeUndefined();
});

test("a check that reads tables reads the files of its days alone", async () => {
  const warehouse = await engines.duckDb(faults);
  const direct = checks.filter(({ dependencies }) => dependencies.includes("daily_files"));
  expect(direct).not.toEqual([]);
  const all = await opened(warehouse, "SELECT COUNT(*) FROM `wattlake.daily_files` WHERE edge IS NULL");
  // Those of May lie before the days of every check.
  for (const check of direct) expect(await opened(warehouse, dated(check))).toBeLessThanOrEqual(all - 5);
});
