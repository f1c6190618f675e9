/** The table of `npm start`: what a day costs beside its energy, where the site has a tariff. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openWarehouse, type Warehouse } from "../../local/google/duckdb/warehouse";
import { costNotes, readCosts, readUnpaidDays } from "../../local/session/costs";
import { formatDemo, readDays } from "../../local/session/report";
import { readCatalog, withoutLive } from "../../sql/catalog";
import { layOut, stackConfig, writeLake } from "../sql/lake";
import { always, days, period, windows } from "../sql/tariff-rows";

const directory = mkdtempSync(join(tmpdir(), "wattlake-costs-"));
let warehouse: Warehouse;
beforeAll(async () => {
  const site = (id: string) => ({
    ...{ id, timezone: "UTC", currency: "EUR" },
    meters: [{ id: `em-${id}`, model: "3EM", channels: [{ index: 0, name: "Grid", role: "grid" }] }],
  });
  const at = (hour: number) => new Date(Date.UTC(2025, 5, 1) + hour * 3_600_000).toISOString();
  // 1 kW from the first hour of June on; on the second day two hours are not known; it ends at noon of the third.
  const hours = Array.from({ length: 60 * 20 + 1 }, (_, index) => index / 20).filter(
    (hour) => hour <= 30 || hour >= 32,
  );
  const readings = ["paid", "free"].flatMap((id) =>
    hours.map((hour) => ({ ts: at(hour), device: `em-${id}`, channel: 0, power_w: 1000 })),
  );
  const lake = await layOut(
    stackConfig([site("paid"), site("free"), site("late")], "2025-06-01", "2025-06-04"),
    readings,
  );
  const month = days("2025-06-01", "2025-07-01");
  const flat = always(0.2);
  const rows = [
    ...windows(month, flat, { vat: 0.25, is_example: true }).map((row) =>
      row.date === "2025-06-03" ? { ...row, price: null } : row,
    ),
    ...windows(month, flat, { component: "grid", component_name: "Grid", kind: "network" }),
  ];
  const of = (row: object) => ({ ...row, site: "paid" });
  const compared = period("2025-06-01", "2025-07-01", { plan: "other", is_own: false, currency: "EUR" });
  writeLake(
    {
      ...lake,
      billing_periods: [
        ...[period("2025-06-01", "2025-07-01"), compared].map(of),
        // A plan that it is compared with is no plan that it pays by.
        ...[compared, period("2025-06-03", "2025-07-01")].map((row) => ({ ...row, site: "late" })),
      ],
      tariff_windows: [...rows, ...windows(month, flat, { plan: "other" })].map(of),
    },
    directory,
  );
  warehouse = await openWarehouse({ ...withoutLive(readCatalog()), mirrorDirectory: directory });
});
afterAll(() => {
  warehouse.close();
  rmSync(directory, { recursive: true });
});

test("a column in the site's currency, with what is known at least; a site without a tariff has none", async () => {
  const [rows, costs] = [
    await readDays(warehouse, "2025-06-01", "2025-06-04"),
    await readCosts(warehouse, "2025-06-01", "2025-06-04"),
  ];
  // Energy at 0.25 with tax, network at 0.20; of the third day's energy the price is not known.
  expect(formatDemo(rows, costs).split("\n")).toEqual([
    "free (kWh)",
    "day           Grid",
    "----------  ------",
    "2025-06-01  24.00",
    "2025-06-02  22.00*",
    "2025-06-03  12.00*",
    "",
    "paid (kWh)",
    "day           Grid     EUR",
    "----------  ------  ------",
    "2025-06-01  24.00   10.80",
    "2025-06-02  22.00*   9.90*",
    "2025-06-03  12.00*   2.40*",
  ]);
  expect(costNotes(costs, [])).toEqual([
    "Costs have VAT in them and no fixed charges; one with * is at least so much.",
    "Some prices of p are an example: put those of your own bill into tariffs/p.yaml.",
  ]);
  expect(costNotes([], [])).toEqual([]);
});

test("a day of a site without a plan is told; a site without any has none to miss", async () => {
  const unpaid = await readUnpaidDays(warehouse, "2025-06-01", "2025-06-04");
  expect(unpaid).toEqual([
    { site: "late", date: "2025-06-01" },
    { site: "late", date: "2025-06-02" },
  ]);
  expect(costNotes([], unpaid)).toEqual([
    "Costs have VAT in them and no fixed charges; one with * is at least so much.",
    "No plan holds at late on 2025-06-01, 2025-06-02: no cost is known.",
  ]);
});
