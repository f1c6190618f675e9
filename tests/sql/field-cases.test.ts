/** Faults that owners of meters have reported, through the pipeline and on both engines: what the readings must carry. */

import { type FieldCase, fieldCaseDays, fieldCaseMessages, fieldCaseSites, fieldCases } from "../../bench/field-cases";
import type { Row } from "../../local/google/duckdb/rows";
import { startLakes } from "../functions/lake";
import { needing, sharedData } from "../needs";
import { type Engines, openEngines } from "./engines";
import { readFieldCase, throughPipeline } from "./field-case";
import { stackConfig } from "./lake";
import { total } from "./scene";

const { test: withFieldCases, describe: describeCases } = needing(sharedData("field-cases"));

let engines: Engines;
let lakes: Awaited<ReturnType<typeof startLakes>>;
beforeAll(async () => {
  jest.spyOn(console, "log").mockImplementation();
  lakes = await startLakes();
  engines = await openEngines();
});
afterAll(async () => {
  engines.close();
  await lakes.close();
});

/** A site in UTC with one meter of one channel. */
const siteOf = (id: string, model: string, role: "grid" | "load") => ({
  id: "home",
  timezone: "UTC",
  currency: "EUR",
  meters: [{ id, model, channels: [{ index: 0, name: role, role }] }],
});

withFieldCases("forty days away: the counter's energy in every day between, labelled", async () => {
  const config = stackConfig([siteOf("shellyem-s18", "EM", "grid")], "2025-06-01", "2025-07-14");
  const messages = await readFieldCase("forty-days-away");
  const lake = await throughPipeline(lakes, config, messages, "2025-07-14T00:00:00.000Z");
  const query = "SELECT date, import_wh, export_wh, filled_s, gap_s FROM `wattlake.energy_daily` ORDER BY date";
  const days = await engines.agreed(lake, query);
  expect(days.map(({ date }) => date)).toEqual(
    Array.from({ length: 41 }, (_, i) => new Date(Date.UTC(2025, 5, 2 + i)).toISOString().slice(0, 10)),
  );
  expect(total(days, "import_wh")).toBeCloseTo(200_033.3, 6);
  const between = days.slice(1, -1);
  expect(between.every(({ filled_s, gap_s }) => filled_s === 86_400 && gap_s === 86_400)).toBe(true);
  const evenly = (199_966.7 * 86_400) / (40 * 86_400 - 600);
  for (const { import_wh } of between) expect(import_wh).toBeCloseTo(evenly, 6);
  const slots =
    "SELECT DISTINCT source, quality FROM `wattlake.energy_slots` WHERE date = DATE '2025-06-20' ORDER BY 1";
  expect(await engines.agreed(lake, slots)).toEqual([{ source: "counter_gap", quality: "filled" }]);
});

withFieldCases("power that becomes null is not held: the rest is a gap", async () => {
  const config = stackConfig([siteOf("shellyemg3-s06", "EMG3", "load")], "2025-06-01", "2025-06-03");
  const lake = await throughPipeline(
    lakes,
    config,
    await readFieldCase("power-becomes-null"),
    "2025-06-02T12:00:00.000Z",
  );
  const rows = await engines.agreed(lake, "SELECT * FROM `wattlake.energy_slots` ORDER BY slot_start");
  expect(Math.abs((total(rows, "import_wh") ?? 0) - 5.6)).toBeLessThan(1);
  expect([total(rows, "covered_s"), total(rows, "gap_s")]).toEqual([10, 7200]);
  expect(rows.slice(1).every(({ import_wh, quality }) => import_wh === null && quality === "missing")).toBe(true);
});

describeCases("what is right", () => {
  let rows: readonly Row[];
  beforeAll(async () => {
    const config = stackConfig(fieldCaseSites(), fieldCaseDays.from, fieldCaseDays.to);
    const lake = await throughPipeline(lakes, config, await fieldCaseMessages(), "2025-08-01T00:00:00.000Z");
    rows = await engines.agreed(lake, "SELECT * FROM `wattlake.energy_slots` ORDER BY site, slot_start");
  });

  const slotsOf = (name: string) => rows.filter(({ site }) => site === name);
  const words = (name: string, column: string) => [...new Set(slotsOf(name).map((row) => row[column]))].sort();

  test.each([...fieldCases])("$name: $right_kwh kWh", ({ name, right_kwh, within_kwh }: FieldCase) => {
    expect(Math.abs(Number(total(slotsOf(name), "import_wh")) / 1000 - right_kwh)).toBeLessThanOrEqual(within_kwh);
    // No slot is above what the meter can carry, and what was never exported is exactly 0.
    expect(slotsOf(name).filter(({ import_wh }) => Number(import_wh) > (120 * 230) / 4)).toEqual([]);
    expect([null, 0]).toContain(total(slotsOf(name), "export_wh"));
  });

  test("a counter that stands still is disputed throughout, the integral stands", () => {
    expect(words("counter-stands-still", "source")).toEqual(["integral"]);
    expect(words("counter-stands-still", "quality")).toEqual(["disputed"]);
    expect(total(slotsOf("counter-stands-still"), "disputed_s")).toBe(36_000);
  });

  test("of a counter that rolls back the one step of the break is not believed, all others are", () => {
    expect(total(slotsOf("counter-rolls-back"), "disputed_s")).toBe(600);
  });

  test("what counters alone tell is labelled as filled", () => {
    expect(words("two-resets-counters-alone", "source")).toEqual(["counter_gap"]);
    expect(words("two-resets-counters-alone", "quality")).toEqual(["filled"]);
  });
});
