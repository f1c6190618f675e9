/** Kept rows: the same as computed ones after each kind of change, and computed once between two. */
import { openWarehouse, type Warehouse } from "../../../local/google/duckdb";
import type { NativeTable } from "../../../sql/tables";

const live: NativeTable = {
  name: "live",
  description: "",
  partition: { column: "date", expirationDays: 3 },
  columns: [
    { name: "date", type: "DATE", description: "" },
    { name: "wh", type: "FLOAT64", description: "" },
  ],
};
const views = [
  { name: "recent", sql: "SELECT date, wh, RAND() AS drawn FROM `wattlake.live`" },
  { name: "doubled", sql: "SELECT 2 * wh AS wh, drawn FROM `wattlake.recent`" },
  { name: "other", sql: "SELECT wh FROM `wattlake.live`" },
];

let warehouse: Warehouse;
beforeEach(async () => {
  const catalog = { tables: [], nativeTables: [live], functions: [], views };
  warehouse = await openWarehouse({ ...catalog, kept: ["recent"], mirrorDirectory: "/nowhere" });
  await warehouse.append(live, [{ date: "2025-06-01", wh: 1 }]);
});
afterEach(() => warehouse.close());

const ask = async () => {
  const rows = await warehouse.query("SELECT wh, drawn FROM `wattlake.doubled` ORDER BY wh");
  return { wh: rows.map((row) => row.wh), drawn: rows.map((row) => row.drawn) };
};

test("two questions without a change between them read the same rows", async () => {
  const first = await ask();
  expect(first.wh).toEqual([2]);
  await warehouse.query("SELECT wh FROM `wattlake.other`");
  expect(await ask()).toEqual(first);
});

test.each<[string, readonly number[], () => Promise<void> | void]>([
  ["rows are appended", [2, 10], () => warehouse.append(live, [{ date: "2025-06-02", wh: 5 }])],
  ["a script changes rows", [], () => warehouse.runScript("DELETE FROM `wattlake.live` WHERE wh = 1;")],
  ["rows expire", [], () => warehouse.dropExpired(Date.UTC(2025, 5, 9))],
  ["files are looked at again", [2], () => warehouse.refresh()],
  ["a file is written", [2], () => warehouse.outdate()],
])("after %s they are computed again", async (_, wh, change) => {
  const before = await ask();
  await change();
  const after = await ask();
  expect(after.wh).toEqual(wh);
  expect(after).not.toEqual(before);
});

test("a script that fails half-way outdates them too", async () => {
  await ask();
  const script = "DELETE FROM `wattlake.live` WHERE wh = 1;\nDELETE FROM `wattlake.live` WHERE nothing = 1;";
  await expect(warehouse.runScript(script)).rejects.toThrow("nothing");
  expect((await ask()).wh).toEqual([]);
});
