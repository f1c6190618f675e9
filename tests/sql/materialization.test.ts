/** Stored slots: the same figures as computed ones, refreshed for late data, on DuckDB. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Reading } from "../../functions/readings/reading";
import { openWarehouse, type Warehouse } from "../../local/warehouse/warehouse";
import { readCatalog, withoutLive } from "../../sql/catalog";
import { materializeSlots, refreshScript } from "../../sql/materialization";
import { layOut, stackConfig, writeLake } from "./lake";

const meter = { id: "em", model: "EM", channels: [{ index: 0, name: "Grid", role: "grid" }] };
const config = stackConfig(
  [{ id: "home", timezone: "Europe/Warsaw", currency: "PLN", meters: [meter] }],
  "2025-06-01",
  "2025-06-05",
);
const materialization = materializeSlots(withoutLive(readCatalog()));

/** Constant power over some hours of a day. */
const readings = (from: string, hours: number, power_w: number): Reading[] =>
  Array.from({ length: hours * 12 + 1 }, (_, index) => ({
    ts: new Date(Date.parse(from) + index * 300_000).toISOString(),
    ...{ device: "em", channel: 0, power_w },
  }));

let mirrorDirectory: string;
let warehouse: Warehouse;
beforeEach(async () => {
  mirrorDirectory = mkdtempSync(join(tmpdir(), "wattlake-stored-"));
  const { table, catalog } = materialization;
  const nativeTables = [{ ...table, partition: { ...table.partition, expirationDays: 36_500 } }];
  warehouse = await openWarehouse({ ...catalog, nativeTables, mirrorDirectory });
});
afterEach(() => {
  warehouse.close();
  rmSync(mirrorDirectory, { recursive: true });
});

const refresh = async (first_date: string) => {
  for (const statement of materialization.refresh) await warehouse.query(statement, { first_date });
};
const slots = (view: string) => warehouse.query(`SELECT * FROM \`wattlake.${view}\` ORDER BY slot_start`);

test("only the view of the slots changes, and what is above it reads it by the same name", () => {
  const before = withoutLive(readCatalog()).views;
  const after = materialization.catalog.views;
  const unchanged = new Map(before.map(({ name, sql }) => [name, sql]));
  const changed = after.filter(({ name, sql }) => unchanged.get(name) !== sql).map(({ name }) => name);
  expect(changed).toEqual(["energy_slots_computed", "energy_slots"]);
  expect(after.find(({ name }) => name === "energy_slots")?.columns).toEqual(
    before.find(({ name }) => name === "energy_slots")?.columns,
  );
});

test("stored slots are what was computed; a refresh takes in late data, and no day twice", async () => {
  writeLake(await layOut(config, readings("2025-06-02T06:00:00Z", 4, 400)), mirrorDirectory);
  await warehouse.refresh();
  // These days are long past: before the first refresh energy_slots knows nothing of them.
  expect(await slots("energy_slots")).toEqual([]);
  await refresh("2000-01-01");
  expect(await slots("energy_slots")).toEqual(await slots("energy_slots_computed"));
  expect(await warehouse.query("SELECT date, import_wh FROM `wattlake.energy_daily`")).toEqual([
    { date: "2025-06-02", import_wh: 1600 },
  ]);

  writeLake(
    await layOut(config, [...readings("2025-06-02T06:00:00Z", 8, 400), ...readings("2025-06-03T06:00:00Z", 1, 100)]),
    mirrorDirectory,
  );
  await refresh("2025-06-02");
  expect(
    (await warehouse.query("SELECT date, import_wh FROM `wattlake.energy_daily` ORDER BY date")).map(
      (row) => row.import_wh,
    ),
  ).toEqual([3200, 100]);
});

test("the scheduled query is one transaction over the rendered names", () => {
  const script = refreshScript(materialization, "home.energy");
  expect(script).toContain(
    "FROM `home.energy.energy_slots_stored`\n);\nBEGIN TRANSACTION;\nDELETE FROM `home.energy.energy_slots_stored` WHERE date >= first_date;",
  );
  expect(script).toContain(
    "FROM `home.energy.energy_slots_computed` WHERE date >= first_date AND date < CURRENT_DATE();\nCOMMIT TRANSACTION;",
  );
  expect(script).not.toContain("wattlake.");
});
