/** A price that is corrected for a past month: compiled anew, it changes that month's amounts, and no others. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compileTariffs } from "../../components/reference/tariffs/compile";
import { openWarehouse } from "../../local/google/duckdb/warehouse";
import { readCatalog } from "../../sql/catalog";
import { planOf } from "../components/tariffs/plans";
import { layOut, stackConfig, writeLake } from "./lake";

const meters = [{ id: "em", model: "EM", maxGap: "20 m", channels: [{ index: 0, name: "Grid", role: "grid" }] }];
const home = { id: "home", timezone: "Europe/Warsaw", currency: "PLN", tariff: "pl-g11", meters };
const config = stackConfig([home], "2026-05-29", "2026-06-02");

/** 2 kW all the time, as a reading every quarter of an hour. */
const readings = Array.from({ length: 5 * 96 }, (_, at) => ({
  ...{ device: "em", channel: 0, power_w: 2000 },
  ts: new Date(Date.parse("2026-05-28T22:00:00Z") + at * 900_000).toISOString(),
}));

/** What each month and day cost with this price of May; in June a kWh costs 1. */
async function costs(priceOfMay: number) {
  const version = (from: string, until: string, price: number) => ({ from, until, example: true, vat: 0.25, price });
  const plan = planOf([
    {
      ...{ id: "energy", name: "Energy", kind: "energy" },
      versions: [version("2026-01-01", "2026-06-01", priceOfMay), version("2026-06-01", "2027-01-01", 1)],
    },
  ]);
  const rows = compileTariffs(config, () => ({ ...plan, id: "pl-g11" }));
  const plain = (table: readonly object[]) => table.map((row) => ({ ...row }));
  const mirrorDirectory = mkdtempSync(join(tmpdir(), "wattlake-reprice-"));
  const lake = await layOut(config, readings);
  writeLake(
    { ...lake, billing_periods: plain(rows.billingPeriods), tariff_windows: plain(rows.tariffWindows) },
    mirrorDirectory,
  );
  const warehouse = await openWarehouse({ ...readCatalog(), mirrorDirectory });
  try {
    return {
      months: await warehouse.query(
        "SELECT CAST(period_start AS STRING) AS month, SUM(net) AS net FROM `wattlake.cost_slots` GROUP BY month ORDER BY month",
      ),
      days: await warehouse.query(
        "SELECT CAST(date AS STRING) AS date, ROUND(SUM(net), 6) AS net FROM `wattlake.cost_daily` GROUP BY date ORDER BY date",
      ),
    };
  } finally {
    warehouse.close();
    rmSync(mirrorDirectory, { recursive: true });
  }
}

test("exactly that month's cost changes", async () => {
  const [before, after] = [await costs(0.5), await costs(0.75)];
  // 48 kWh a day: three days of May, two of June but for the time after the last reading.
  expect(before.months).toEqual([
    { month: "2026-05-29", net: expect.closeTo(3 * 24, 9) },
    { month: "2026-06-01", net: expect.closeTo(95.5, 9) },
  ]);
  expect(after.months).toEqual([{ month: "2026-05-29", net: expect.closeTo(3 * 36, 9) }, before.months[1]]);
  const changed = after.days.filter((day, at) => day.net !== before.days[at]?.net).map(({ date }) => date);
  expect(changed).toEqual(["2026-05-29", "2026-05-30", "2026-05-31"]);
});
