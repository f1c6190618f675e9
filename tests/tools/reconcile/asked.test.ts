/** What `npm run reconcile` asks of slots, prices and counters, over two billed days. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Source } from "../../../tools/query/answer";
import { openSource } from "../../../tools/query/sources";
import { askRecorded } from "../../../tools/reconcile/recorded";
import { layOut, stackConfig, writeLake } from "../../sql/lake";
import { days, period, windows } from "../../sql/tariff-rows";

const directory = mkdtempSync(join(tmpdir(), "wattlake-asked-"));
const state = join(directory, "state");
const quarterMs = 900_000;
const start = Date.parse("2026-06-30");

let source: Source;
beforeAll(async () => {
  const meter = { id: "em", model: "EM", integration: "hold", channels: [{ index: 0, name: "Grid", role: "grid" }] };
  const site = { id: "home", timezone: "UTC", currency: "EUR", meters: [meter] };
  // 2 kW for four days, and a counter that begins at 1000 kWh.
  const readings = Array.from({ length: 4 * 96 }, (_, quarter) => ({
    ...{ ts: new Date(start + quarter * quarterMs).toISOString(), device: "em", channel: 0 },
    ...{ power_w: 2000, import_counter_wh: 1_000_000 + quarter * 500 },
  }));
  const lake = await layOut(stackConfig([site], "2026-06-30", "2026-07-03"), readings);
  const [june, july] = [days("2026-06-30", "2026-07-01"), days("2026-07-01", "2026-07-04")];
  const ofSite = { site: "home", vat: 0.2 };
  mkdirSync(state);
  const toCents = { amount_rounding: "line", amount_step: 0.01, amount_mode: "half_up" };
  writeLake(
    {
      ...lake,
      billing_periods: [
        period("2026-06-30", "2026-07-01", ofSite),
        period("2026-07-01", "2026-07-03", { ...ofSite, ...toCents }),
        period("2026-07-03", "2026-07-04", ofSite),
      ],
      tariff_windows: [
        ...windows(june, [["00:00-24:00", "day", 0.25]], ofSite),
        ...windows(
          july,
          [
            ["00:00-06:00", "night", 0.1],
            ["06:00-24:00", "day", 0.3],
          ],
          ofSite,
        ),
      ],
    },
    join(state, "gcs", "mirror-bucket"),
  );
  source = await openSource({ state });
});
afterAll(() => {
  source.close();
  rmSync(directory, { recursive: true });
});

test("slots, prices and counters", async () => {
  const recorded = askRecorded(source, { site: "home", from: "2026-07-01", to: "2026-07-02", lines: [] });
  const slots = await recorded.slots("energy");
  expect(slots).toHaveLength(4 * 96 - 1);
  expect(slots[96]).toEqual({
    ...{ start_ms: Date.parse("2026-07-01"), date: "2026-07-01", version: "2026-07-01", band: "night" },
    energy_wh: expect.closeTo(500, 6),
  });
  expect(await recorded.prices("p", "energy")).toEqual([
    { version: "2026-06-30", band: "day", price: 0.25, vat: 0.2 },
    { version: "2026-07-01", band: "day", price: 0.3, vat: 0.2 },
    { version: "2026-07-01", band: "night", price: 0.1, vat: 0.2 },
  ]);
  expect(await recorded.counters()).toEqual([
    { device: "em", channel: 0, readings: 192, from_wh: 1_048_000, to_wh: 1_143_500 },
  ]);
});
