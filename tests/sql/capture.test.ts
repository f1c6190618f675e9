/** The real household capture gives the reference figures of each method, and the counter's own total by the best one. */
import { needing, sharedData } from "../needs";
import { captureConfig, captureReadings } from "./capture";
import { type Engines, openEngines } from "./engines";
import { type Lake, layOut } from "./lake";

const { describe: describeCapture } = needing(sharedData("home-capture"));

/** kWh [import, export] of channel 0 and 1. */
type Totals = readonly [readonly [number, number], readonly [number, number]];

describeCapture("the real capture", () => {
  let engines: Engines;
  let lakes: Readonly<Record<"hold" | "trapezoid", Lake>>;

  beforeAll(async () => {
    engines = await openEngines();
    const readings = captureReadings();
    lakes = {
      hold: await layOut(captureConfig("hold"), readings),
      trapezoid: await layOut(captureConfig("trapezoid"), readings),
    };
  });
  afterAll(() => engines.close());

  async function expectTotals(lake: Lake, view: string, expected: Totals, tolerance: number) {
    const rows = await (await engines.duckDb(lake)).query(`
      SELECT channel, SUM(import_wh) / 1000 AS imported, SUM(export_wh) / 1000 AS exported
      FROM \`wattlake.${view}\` GROUP BY channel ORDER BY channel`);
    for (const [channel, [imported, exported]] of expected.entries()) {
      expect(Math.abs(Number(rows[channel]?.imported) - imported)).toBeLessThan(tolerance);
      expect(Math.abs(Number(rows[channel]?.exported) - exported)).toBeLessThan(tolerance);
    }
  }

  test("the integral alone, power held", async () => {
    await expectTotals(
      lakes.hold,
      "power_energy",
      [
        [0.649, 107.828],
        [56.886, 0],
      ],
      0.002,
    );
  });

  test("the integral alone, trapezoid", async () => {
    await expectTotals(
      lakes.trapezoid,
      "power_energy",
      [
        [0.541, 107.622],
        [57.022, 0],
      ],
      0.002,
    );
  });

  test.each(["hold", "trapezoid"] as const)("%s: the best estimate is what the counters show", async (integration) => {
    await expectTotals(
      lakes[integration],
      "energy_slots",
      [
        [0.7, 108.5],
        [59.2, 0],
      ],
      1e-9,
    );
    await expectTotals(
      lakes[integration],
      "counter_energy",
      [
        [0.7, 108.5],
        [59.2, 0],
      ],
      1e-9,
    );
  });

  test("on covered time the integral is within 1 % of the counter", async () => {
    const rows = await (await engines.duckDb(lakes.hold)).query(`
      SELECT channel, SUM(ratio_integral_wh) / SUM(ratio_counter_wh) AS ratio
      FROM \`wattlake.data_quality_daily\` GROUP BY channel ORDER BY channel`);
    expect(rows).toHaveLength(2);
    for (const { ratio } of rows) expect(Math.abs(Number(ratio) - 1)).toBeLessThan(0.01);
  });

  test("the 7.42 h gap is filled from the counter and says so", async () => {
    const warehouse = await engines.duckDb(lakes.hold);
    const [gap] = await warehouse.query(`
      SELECT SUM(gap_s) / 3600 AS gap_h, SUM(filled_s) / 3600 AS filled_h, SUM(gaps) AS gaps, COUNT(*) AS slots
      FROM \`wattlake.energy_slots\` WHERE channel = 1 AND source = 'counter_gap' AND quality = 'filled'`);
    expect(gap).toEqual({ gap_h: 26724 / 3600, filled_h: 26724 / 3600, gaps: 1, slots: 30 });
  });

  test("ZetaSQL and DuckDB agree on a day, slot by slot", async () => {
    const day = { ...lakes.hold, daily_files: lakes.hold.daily_files.filter((row) => row.date === "2025-06-03") };
    const rows = await engines.agreed(
      day,
      "SELECT * FROM `wattlake.energy_slots` ORDER BY site, date, device, channel, slot_start",
    );
    expect(rows.length).toBe(2 * 96);
  });
});
