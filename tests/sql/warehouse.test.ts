/**
 * The warehouse over a mirror that fills up: without a file it is refused, over the program's own files it is empty and
 * typed, and new files are seen by the next query.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { readingsKey, referenceKeys } from "../../functions/lake/keys";
import { openWarehouse, type Warehouse } from "../../local/google/duckdb/warehouse";
import { readCatalog, withoutLive } from "../../sql/catalog";
import { firstFileOf } from "../../sql/first-files";
import { materializeSlots } from "../../sql/materialization";
import { withStepsInside } from "../../sql/nesting";
import { tables } from "../../sql/tables";
import { stackConfig, writeEmptyLake } from "./lake";
import { fileScans } from "./plan";

let mirrorDirectory: string;
let warehouse: Warehouse;
beforeEach(async () => {
  mirrorDirectory = mkdtempSync(join(tmpdir(), "wattlake-mirror-"));
  writeEmptyLake(mirrorDirectory);
  warehouse = await openWarehouse({ ...withoutLive(readCatalog()), mirrorDirectory });
});
afterEach(() => {
  warehouse.close();
  rmSync(mirrorDirectory, { recursive: true });
});

function put(key: string, ...rows: object[]): void {
  const path = join(mirrorDirectory, key);
  mkdirSync(dirname(path), { recursive: true });
  const text = rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  writeFileSync(path, key.endsWith(".gz") ? gzipSync(text) : text);
}
const reading = (ts: string, fields: object) => ({ ts, device: "em", channel: 0, ...fields });

test("the first files are read as the tables' others are, in no partition that data can have, and have no row", async () => {
  for (const table of tables.filter(({ hive }) => hive)) {
    const { key = "", path = "" } = firstFileOf(table) ?? {};
    expect(key).toMatch(
      /^(daily|manifests\/days)\/site=NONE\/date=1970-01-01\/first\.jsonl|^manifests\/hours\/date=1970-01-01\/first\.json$/,
    );
    expect(basename(key)).not.toContain("=");
    const bytes = readFileSync(join(__dirname, "../..", path));
    expect((key.endsWith(".gz") ? gunzipSync(bytes) : bytes).length).toBe(0);
    expect(fileScans(await warehouse.explain(`SELECT * FROM \`wattlake.${table.name}\``))).toMatchObject([
      { opened: 1 },
    ]);
    expect(await warehouse.query(`SELECT * FROM \`wattlake.${table.name}\``)).toEqual([]);
  }
  // A configuration can have neither the site nor the day.
  const site = { id: "NONE", timezone: "UTC", currency: "EUR", meters: [{ id: "em", model: "EM", channels: [] }] };
  expect(() => stackConfig([site], "1970-01-01", "1970-01-02")).toThrow(/sites\[0\]\.id .*calendar\.from /s);
});

test.each(tables.map(({ name }) => name))("without a file of %s nothing is created over it", async (name) => {
  const catalog = withoutLive(readCatalog());
  const table = tables.find((each) => each.name === name);
  const key = (table && firstFileOf(table)?.key) ?? table?.uris[0] ?? "";
  rmSync(join(mirrorDirectory, key));
  const refused = table?.hive
    ? `Cannot query hive partitioned data for table ${name} without any associated files.`
    : `Not found: URI gs://${basename(mirrorDirectory)}/${key}`;
  await expect(openWarehouse({ ...catalog, mirrorDirectory })).rejects.toThrow(refused);
  await expect(warehouse.query(`SELECT * FROM \`wattlake.${name}\``)).rejects.toThrow(refused);
  const others = tables.filter((other) => other !== table);
  for (const other of others) await warehouse.query(`SELECT * FROM \`wattlake.${other.name}\``);
});

test("before data arrives every view is empty and typed", async () => {
  const { catalog, recent: kept } = materializeSlots(withoutLive(readCatalog()));
  const deployed = await openWarehouse({ ...withStepsInside(catalog, kept), kept, mirrorDirectory });
  for (const view of catalog.views.filter(({ parameters }) => parameters.length === 0)) {
    const { columns, rows } = await deployed.execute(`SELECT * FROM \`wattlake.${view.name}\``);
    expect(columns.map(({ name, type }) => ({ name, type }))).toEqual(
      view.columns.map(({ name, type }) => ({ name, type })),
    );
    expect(rows).toEqual([]);
  }
  deployed.close();
});

test("a query of a day sees its files, new ones too, and no other query's", async () => {
  const powers = (condition: string) =>
    warehouse
      .query(`SELECT power_w FROM \`wattlake.readings\` WHERE ${condition} ORDER BY power_w`)
      .then((rows) => rows.map(({ power_w }) => power_w));
  const [first, second, third] = ["2025-06-01", "2025-06-02", "2025-06-03"].map((date) => `date = DATE '${date}'`);
  expect(await powers(`${first}`)).toEqual([]);
  put(readingsKey("home", "2025-06-01"), reading("2025-06-01T10:00:00.125Z", { power_w: 1 }));
  put(readingsKey("other", "2025-06-02"), reading("2025-06-02T10:00:00.125Z", { power_w: 2 }));
  const conditions = [`${first}`, "TRUE", `${second}`, `${third}`, `${first} AND site = 'other'`, `${first} OR TRUE`];
  const expected = [[1], [1, 2], [2], [], [], [1, 2]];
  expect(await Promise.all(conditions.map(powers))).toEqual(expected);
  put(readingsKey("home", "2025-06-02"), reading("2025-06-02T10:00:00.125Z", { power_w: 3 }));
  put(readingsKey("home", "2025-06-03"), reading("2025-06-03T10:00:00.125Z", { power_w: 4 }));
  expect(await Promise.all(conditions.map(powers))).toEqual([[1], [1, 2, 3, 4], [2, 3], [4], [], [1, 2, 3, 4]]);
  rmSync(join(mirrorDirectory, readingsKey("home", "2025-06-02")));
  rmSync(join(mirrorDirectory, dirname(readingsKey("home", "2025-06-03"))), { recursive: true });
  expect(await Promise.all(conditions.map(powers))).toEqual(expected);
  await expect(warehouse.query(`SELECT nothing FROM \`wattlake.readings\` WHERE ${first}`)).rejects.toThrow("nothing");
  expect(await powers("TRUE")).toEqual([1, 2]);
});

test("a query sees the files that are there when it starts", async () => {
  const days = () => warehouse.query("SELECT date, ts, power_w, voltage_v FROM `wattlake.readings` ORDER BY ts");
  put(readingsKey("home", "2025-06-01"), reading("2025-06-01T10:00:00.125Z", { power_w: 5 }));
  const first = { date: "2025-06-01", ts: "2025-06-01T10:00:00.125Z", power_w: 5, voltage_v: null };
  expect(await days()).toEqual([first]);
  put(readingsKey("home", "2025-06-02"), reading("2025-06-02T10:00:00.000Z", { voltage_v: 230, unknown_field: [1] }));
  expect(await days()).toEqual([
    first,
    { date: "2025-06-02", ts: "2025-06-02T10:00:00.000Z", power_w: null, voltage_v: 230 },
  ]);
});

test("a reference file that changes, goes or comes back is followed", async () => {
  const zones = () => warehouse.query("SELECT timezone FROM `wattlake.meters`");
  expect(await zones()).toEqual([]);
  put(referenceKeys.meters, { site: "home", timezone: "Europe/Warsaw", device: "em", channel: 0 });
  expect(await zones()).toEqual([{ timezone: "Europe/Warsaw" }]);
  put(referenceKeys.meters, { site: "home", timezone: "Europe/Berlin", device: "em", channel: 0 });
  expect(await zones()).toEqual([{ timezone: "Europe/Berlin" }]);
  rmSync(join(mirrorDirectory, referenceKeys.meters));
  await expect(zones()).rejects.toThrow("Not found: URI gs://");
  put(referenceKeys.meters, { site: "home", timezone: "Europe/Warsaw", device: "em", channel: 0 });
  expect(await zones()).toEqual([{ timezone: "Europe/Warsaw" }]);
});

test("values are plain: dates and instants text, lists and records as such, big integers exact", async () => {
  const [row] = await warehouse.query(`
    SELECT DATE '2025-06-01' AS d, TIMESTAMP '2025-06-01 00:00:00.123456+02' AS t, CAST(1.5 AS NUMERIC) AS n, TRUE AS b,
      9007199254740993 AS big, [1, 2] AS list, STRUCT('a' AS name, 2 AS size) AS record, CAST(NULL AS STRING) AS nothing`);
  expect(row).toEqual({
    ...{ d: "2025-06-01", t: "2025-05-31T22:00:00.123456Z", n: 1.5, b: true, big: "9007199254740993" },
    ...{ list: [1, 2], record: { name: "a", size: 2 }, nothing: null },
  });
});

test("a question that is under way when the warehouse is closed is answered; one that comes later is refused", async () => {
  const own = await openWarehouse({ tables: [], nativeTables: [], functions: [], views: [], mirrorDirectory });
  const count = "SELECT COUNT(*) AS n FROM UNNEST(GENERATE_ARRAY(1, 300000)) AS a, UNNEST(GENERATE_ARRAY(1, 100)) AS b";
  const answers = Promise.all([own.query(count), own.query(count)]);
  own.close();
  own.close();
  expect(await answers).toEqual([[{ n: 30_000_000 }], [{ n: 30_000_000 }]]);
  await expect(own.query("SELECT 1 AS one")).rejects.toThrow("The warehouse is closed.");
});
