/** Streamed rows on disk: all of them after a restart, also after a process that was killed, and none that has expired. */
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keepRows } from "../../../local/google/bigquery/kept-rows";
import { openWarehouse, type Warehouse } from "../../../local/google/duckdb";
import { liveReadings } from "../../../sql/tables";

const now = Date.parse("2026-06-10T12:00:00Z");
const table = { ...liveReadings, partition: { ...liveReadings.partition, expirationDays: 3 } };
const row = (date: string, power_w: number) => ({
  site: "home",
  date,
  ts: `${date}T12:00:00.25Z`,
  channel: 1,
  power_w,
});

let directory: string;
let warehouses: Warehouse[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "wattlake-rows-"));
  warehouses = [];
});
afterEach(() => {
  for (const warehouse of warehouses) warehouse.close();
  rmSync(directory, { recursive: true });
});

async function open(at = now): Promise<Warehouse> {
  const args = { tables: [], nativeTables: [table], functions: [], views: [], mirrorDirectory: directory };
  const warehouse = await keepRows(await openWarehouse(args), [table], directory, at);
  warehouses.push(warehouse);
  return warehouse;
}

const rows = (warehouse: Warehouse) =>
  warehouse.query("SELECT site, date, ts, channel, power_w FROM `d.live_readings` ORDER BY power_w");

it("are the same after a restart, and kept with those that come then", async () => {
  const first = await open();
  await first.append(table, [row("2026-06-10", 1), row("2026-06-10", 2)]);
  const second = await open();
  expect(await rows(second)).toEqual(await rows(first));
  await second.append(table, [row("2026-06-10", 3)]);
  expect((await rows(await open())).map(({ power_w }) => power_w)).toEqual([1, 2, 3]);
});

it("lose nothing to a line that was cut", async () => {
  await (await open()).append(table, [row("2026-06-10", 1)]);
  appendFileSync(join(directory, "live_readings.jsonl"), '\n{"site":"ho');
  await (await open()).append(table, [row("2026-06-10", 2)]);
  expect((await rows(await open())).map(({ power_w }) => power_w)).toEqual([1, 2]);
});

it("leave table and file when their partition expires, while it is open and at the next start", async () => {
  const warehouse = await open();
  await warehouse.append(table, [row("2026-06-07", 1), row("2026-06-08", 2), row("2026-06-09", 3)]);
  await warehouse.dropExpired(now);
  expect((await rows(warehouse)).map(({ power_w }) => power_w)).toEqual([2, 3]);
  expect(readFileSync(join(directory, "live_readings.jsonl"), "utf8").match(/"power_w"/g)).toHaveLength(2);
  expect((await rows(await open(now + 86_400_000))).map(({ power_w }) => power_w)).toEqual([3]);
});
