/** Faults that owners of meters have reported, each with the answer that follows from physics: by the views, on both engines. */
import type { Row } from "../../local/google/duckdb/rows";
import { type Engines, openEngines } from "./engines";
import { fieldCaseReadings, hasFieldCases } from "./field-cases";
import { layOut, stackConfig } from "./lake";
import { total } from "./scene";

const describeCases = hasFieldCases ? describe : describe.skip;

/** What is right: import in kWh, and how far off a figure may be. */
const cases = [
  ["counter-rolls-back", 10, 0.1],
  ["counter-stands-still", 10, 0.1],
  ["two-resets-with-power", 10, 0.2],
  ["two-resets-counters-alone", 4.96, 1e-9],
  ["falls-to-a-smaller-value", 0.29, 0.02],
  ["spike-of-a-young-counter", 1.2, 0.012],
  ["zero-over-midnight", 0.024, 0.002],
] as const;
type Name = (typeof cases)[number][0];

describeCases("field cases (skipped without ../shared/data/field-cases)", () => {
  let engines: Engines;
  let rows: readonly Row[];

  beforeAll(async () => {
    engines = await openEngines();
    const readings = new Map(cases.map(([name]) => [name, fieldCaseReadings(name)]));
    const sites = [...readings].map(([id, [first]]) => ({
      ...{ id, timezone: "UTC", currency: "EUR" },
      meters: [{ id: first?.device, model: "EM", channels: [{ index: 0, name: "Grid", role: "grid" }] }],
    }));
    const lake = await layOut(stackConfig(sites, "2025-06-01", "2025-06-04"), [...readings.values()].flat());
    rows = await engines.agreed(lake, "SELECT * FROM `wattlake.energy_slots` ORDER BY site, slot_start");
  });
  afterAll(() => engines.close());

  const slotsOf = (name: Name) => rows.filter(({ site }) => site === name);
  const words = (name: Name, column: string) => [...new Set(slotsOf(name).map((row) => row[column]))].sort();

  test.each(cases)("%s: %d kWh", (name, expected, tolerance) => {
    expect(Math.abs(Number(total(slotsOf(name), "import_wh")) / 1000 - expected)).toBeLessThanOrEqual(tolerance);
    // No slot is above what the meter can carry, and what was never exported is exactly 0.
    expect(slotsOf(name).filter(({ import_wh }) => Number(import_wh) > (120 * 230) / 4)).toEqual([]);
    expect([null, 0]).toContain(total(slotsOf(name), "export_wh"));
  });

  test("counter-stands-still: the counter is disputed throughout, the integral stands", () => {
    expect(words("counter-stands-still", "source")).toEqual(["integral"]);
    expect(words("counter-stands-still", "quality")).toEqual(["disputed"]);
    expect(total(slotsOf("counter-stands-still"), "disputed_s")).toBe(36_000);
  });

  test("counter-rolls-back: the one step of the break is not believed, all others are", () => {
    expect(total(slotsOf("counter-rolls-back"), "disputed_s")).toBe(600);
  });

  test("two-resets-counters-alone: what counters alone tell is labelled as filled", () => {
    expect(words("two-resets-counters-alone", "source")).toEqual(["counter_gap"]);
    expect(words("two-resets-counters-alone", "quality")).toEqual(["filled"]);
  });
});
