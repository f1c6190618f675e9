/** A filter on site and date reaches the files, through every window, join and group of every view: by DuckDB's plan. */
import type { Reading } from "../../functions/readings/reading";
import { toDate } from "../../local/google/duckdb/native";
import type { Parameters } from "../../local/google/duckdb/parameters";
import type { Row } from "../../local/google/duckdb/rows";
import type { Warehouse } from "../../local/google/duckdb/warehouse";
import { readCatalog, type View, withoutBlocks } from "../../sql/catalog";
import { type Engines, expectSame, openEngines } from "./engines";
import { layOut, stackConfig } from "./lake";
import { fileScans } from "./plan";
import { always, days as daysOf, period, windows } from "./tariff-rows";
import type { PlainRow } from "./zetasql-values";

const catalog = withoutBlocks(readCatalog());
const channels = (...roles: string[]) => roles.map((role, index) => ({ index, name: `${role} ${index}`, role }));
const sites = ["a", "b"].map((id) => ({
  ...{ id, timezone: "Europe/Warsaw", currency: "PLN" },
  // Of generation 2, so that what a meter says of its silent channels is asked too.
  meters: [{ id: `em-${id}`, model: "Pro3EM", channels: channels("grid", "grid", "solar") }],
}));
const days = ["2025-05-31", "2025-06-01", "2025-06-02", "2025-06-03", "2025-06-04"];

function readings(): Reading[] {
  const instants = days.flatMap((day) => [`${day}T08:00:00.000Z`, `${day}T08:05:00.000Z`]);
  return ["em-a", "em-b"].flatMap((device) =>
    [0, 1, 2].flatMap((channel) => instants.map((ts): Reading => ({ ts, device, channel, power_w: 100 }))),
  );
}

let engines: Engines;
let keeping: Engines;
/** Computes every step of a question. */
let warehouse: Warehouse;
/** Has the rows that money views ask for. */
let kept: Warehouse;
beforeAll(async () => {
  engines = await openEngines(catalog, []);
  keeping = await openEngines(catalog, ["billed_energy"]);
  const lake = await layOut(stackConfig(sites, "2025-05-31", "2025-06-04"), readings());
  const hours = days.map((date) => ({ date, hour: `${date}T08`, quarantine: [] }));
  const ofBoth = (rows: readonly PlainRow[]) =>
    rows.flatMap((row) => [sites[0], sites[1]].map((site) => ({ ...row, site: site?.id })));
  const tariffs = {
    billing_periods: ofBoth([period("2025-05-01", "2025-06-01"), period("2025-06-01", "2025-07-01")]),
    tariff_windows: ofBoth(windows(daysOf("2025-05-30", "2025-06-06"), always(0.25))),
  };
  const all = { ...lake, ...tariffs, hour_manifests: hours };
  warehouse = await engines.duckDb(all);
  kept = await keeping.duckDb(all);
});
afterAll(() => {
  engines.close();
  keeping.close();
});

/** What each scan of files below a folder opened. */
const opened = async (query: string, folder: string, parameters: Parameters = {}) =>
  fileScans(await warehouse.explain(query, parameters))
    .filter(({ paths }) => paths.includes(`/${folder}/`))
    .map((scan) => scan.opened);

const reads = (view: View, table: string): boolean =>
  view.dependencies.some(
    (name) => name === table || catalog.views.some((other) => other.name === name && reads(other, table)),
  );
const overFiles = catalog.views.filter((view) => view.parameters.length === 0 && reads(view, "daily_files"));
const daily = overFiles.filter(({ columns }) => columns.some(({ name }) => name === "date"));
const monthly = overFiles.filter(({ columns }) => columns.some(({ name }) => name === "month"));
// A bill is of whole periods, and a demand charge may look back a year.
const billed = overFiles.filter(
  (view) => !daily.includes(view) && view.columns.some(({ name }) => name === "period_start"),
);

test("every view over the files has a date, a month or a billing period", () => {
  expect(overFiles.length).toBeGreaterThan(12);
  expect([...daily, ...monthly, ...billed].map(({ name }) => name).sort()).toEqual(
    overFiles.map(({ name }) => name).sort(),
  );
});

test.each(daily.map(({ name }) => name))("%s: two days of a site open the two files of each", async (name) => {
  const scans = await opened(
    `SELECT * FROM \`wattlake.${name}\` WHERE site = 'a' AND date BETWEEN DATE '2025-06-02' AND DATE '2025-06-03'`,
    "daily",
  );
  expect(scans.length).toBeGreaterThan(0);
  expect(new Set(scans)).toEqual(new Set([4]));
});

test.each(daily)("$name: days asked for alone are the same as among all", async (view) => {
  const { name, columns } = view;
  // What is asked for here is in the step of this view, or in one below it that is judged by itself.
  const asked = reads(view, "billed_energy") ? kept : warehouse;
  const order = columns.map((_, index) => index + 1).join(", ");
  const filter = "WHERE date BETWEEN DATE '2025-06-01' AND DATE '2025-06-02'";
  const alone = await asked.execute(`SELECT * FROM \`wattlake.${name}\` ${filter} ORDER BY ${order}`);
  expect(alone.rows).not.toEqual([]);
  const all = await asked.execute(`SELECT * FROM \`wattlake.${name}\` ORDER BY ${order}`);
  const isAsked = ({ date }: Row) => date === "2025-06-01" || date === "2025-06-02";
  expectSame(alone, { ...all, rows: all.rows.filter(isAsked) });
});

test("days given as parameters open their files, as civil dates and as text", async () => {
  const query = "SELECT * FROM `wattlake.energy_daily` WHERE site = @site AND date BETWEEN @from_date AND @to_date";
  for (const day of ["2025-06-02", toDate("2025-06-02")]) {
    expect(new Set(await opened(query, "daily", { site: "a", from_date: day, to_date: day }))).toEqual(new Set([2]));
  }
});

// BigQuery's pruning follows DATE_TRUNC as well; DuckDB's does not.
test.each(monthly.map(({ name }) => name))("%s: a site's months open the site's files", async (name) => {
  const scans = await opened(
    `SELECT * FROM \`wattlake.${name}\` WHERE site = 'a' AND month = DATE '2025-05-01'`,
    "daily",
  );
  expect(new Set(scans)).toEqual(new Set([10]));
});

// DuckDB does not follow a site into a step that is asked for twice, so the bill itself reads every site's files.
test.each(["bill_energy", "bill_charges", "bill_demand"])("%s: a site's lines open the site's files", async (name) => {
  const scans = await opened(`SELECT * FROM \`wattlake.${name}\` WHERE site = 'a'`, "daily");
  expect(scans.length).toBeGreaterThan(0);
  expect(new Set(scans)).toEqual(new Set([10]));
});

test("the manifests of a day are found by its date as well", async () => {
  const query = "SELECT * FROM `wattlake.data_quality_daily` WHERE site = 'a' AND date = DATE '2025-06-02'";
  expect(await opened(query, "manifests/days")).toEqual([1]);
  expect(await opened(query, "manifests/hours")).toEqual([1]);
});

test("energy_between opens the days around its instants, data_quality_between the 28 days before", async () => {
  const between =
    "SELECT * FROM `wattlake.energy_between`(TIMESTAMP '2025-06-01 20:00:00+00', TIMESTAMP '2025-06-01 23:00:00+00')";
  expect(new Set(await opened(between, "daily"))).toEqual(new Set([12]));
  const quality = "SELECT * FROM `wattlake.data_quality_between`(DATE '2025-06-02', DATE '2025-06-02')";
  expect(new Set(await opened(quality, "daily"))).toEqual(new Set([12]));
});

test("with blocks, a day's cost opens the earlier days of its site as well", async () => {
  const lake = await layOut(stackConfig(sites, "2025-05-31", "2025-06-04"), readings());
  const all = await openEngines(readCatalog(), []);
  try {
    const plan = await (await all.duckDb(lake)).explain(
      "SELECT * FROM `wattlake.cost_slots` WHERE site = 'a' AND date = DATE '2025-06-02'",
    );
    const scans = fileScans(plan).filter(({ paths }) => paths.includes("/daily/"));
    expect(new Set(scans.map((scan) => scan.opened))).toEqual(new Set([2, 10]));
  } finally {
    all.close();
  }
});
