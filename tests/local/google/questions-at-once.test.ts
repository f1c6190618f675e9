/** Questions at once: one that takes long, as a bill does, holds up no other. */
import { openWarehouse, type Warehouse } from "../../../local/google/duckdb";
import type { NativeTable } from "../../../sql/tables";

const live: NativeTable = {
  name: "live",
  description: "",
  partition: { column: "date" },
  columns: [
    { name: "date", type: "DATE", description: "" },
    { name: "power_w", type: "FLOAT64", description: "" },
  ],
};
/** Long enough for questions beside it. */
const numbers = "UNNEST(GENERATE_ARRAY(1, 6000))";
const long = `SELECT COUNTIF(MOD(a * b, 7) = 3) AS amount FROM ${numbers} AS a, ${numbers} AS b`;
const views = [
  { name: "power", sql: "SELECT MAX(power_w) AS power_w FROM `wattlake.live`" },
  { name: "slow", sql: long },
];

let warehouse: Warehouse;
beforeEach(async () => {
  const catalog = { tables: [], nativeTables: [live], functions: [], views };
  warehouse = await openWarehouse({ ...catalog, kept: ["slow"], mirrorDirectory: "/nowhere" });
});
afterEach(() => warehouse.close());

test.each([
  ["an answer that takes long", long],
  ["rows to keep that take long", "SELECT amount FROM `wattlake.slow`"],
])("beside %s live power is asked for and told", async (_, question) => {
  const order: string[] = [];
  const asked = warehouse.query(question).then(() => order.push("long"));
  for (const power_w of [611, 612]) {
    await warehouse.append(live, [{ date: "2025-06-01", power_w }]);
    expect(await warehouse.query("SELECT power_w FROM `wattlake.power`")).toEqual([{ power_w }]);
    order.push("live");
  }
  await asked;
  expect(order).toEqual(["live", "live", "long"]);
});

test("more questions than are computed at once are all answered", async () => {
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, n) => warehouse.query("SELECT @n AS n", { n: BigInt(n) })),
  );
  expect(answers.map(([row]) => Number(row?.n))).toEqual(Array.from({ length: 12 }, (_, n) => n));
});
