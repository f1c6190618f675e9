/** The balance of a site with sun and batteries, on both engines: what the house uses, and what charged a battery. */
import * as fc from "fast-check";
import { every, makeScene, type RowsOf, type Sample } from "./scene";

const scene = makeScene("2025-06-02T00:00:00Z", "2025-06-01", "2025-06-04");
const hour = 3600;
const roles = ["grid", "solar", "battery"] as const;

beforeAll(() => scene.open("site_slots", "site_daily"));
afterAll(() => scene.close());

/** An hour of each tuple of grid, solar and battery power, W, with a reading every five minutes. */
const hoursOf = (...powers: readonly (readonly [grid: number, solar: number, battery: number])[]) =>
  scene.meter({
    roles,
    samples: roles.map((_, channel) =>
      every(300, 0, powers.length * hour, (s): Sample => {
        const at = Math.min(Math.floor(s / hour), powers.length - 1);
        return [s, powers[at]?.[channel] ?? 0];
      }),
    ),
  });

/** The sums of the four slots of an hour, Wh; null where none is known. */
function hourly(rowsOf: RowsOf, at: number, ...columns: readonly string[]) {
  const rows = rowsOf("site_slots").slice(4 * at, 4 * at + 4);
  return columns.map((column) => {
    const known = rows.flatMap((row) => (typeof row[column] === "number" ? [row[column]] : []));
    return known.length === 0 ? null : Math.round(known.reduce((sum, wh) => sum + wh, 0) * 1e6) / 1e6;
  });
}
const charge = ["battery_charge_wh", "charge_solar_wh", "charge_grid_wh"] as const;
const use = ["consumption_wh", "self_consumption_wh"] as const;

const days = hoursOf([-1500, 3000, -1000], [1200, 0, -800], [-300, 200, 600], [700, 400, -500], [0, 0, 450]);
test("what the sun leaves charges a battery, and counts as used on the site", () => {
  expect(hourly(days, 0, ...charge, ...use)).toEqual([1000, 1000, 0, 500, 1500]);
});
test("at night the grid charges it", () => {
  expect(hourly(days, 1, ...charge, ...use)).toEqual([800, 0, 800, 400, 0]);
});
test("where a battery discharges into the grid the sun still feeds the house first", () => {
  expect(hourly(days, 2, "battery_discharge_wh", ...charge, ...use)).toEqual([600, 0, 0, 0, 500, 200]);
});
test("what the grid brings for a battery takes nothing from what the sun gives the house", () => {
  expect(hourly(days, 3, ...charge, ...use)).toEqual([500, 0, 500, 600, 400]);
});
test("a house that lives on its battery uses what that gives", () => {
  expect(hourly(days, 4, "import_wh", "battery_discharge_wh", ...use)).toEqual([0, 450, 450, 0]);
});
test("a day adds its slots up, and shows what went into the battery and came out of it", () => {
  expect(days("site_daily")[0]).toMatchObject({
    battery_discharge_wh: expect.closeTo(1050, 6),
    battery_charge_wh: expect.closeTo(2300, 6),
    charge_solar_wh: expect.closeTo(1000, 6),
    charge_grid_wh: expect.closeTo(1300, 6),
    consumption_wh: expect.closeTo(500 + 400 + 500 + 600 + 450, 6),
  });
});

const silent = scene.meter({
  roles,
  samples: [every(300, 0, hour, (s): Sample => [s, 500]), every(300, 0, hour, (s): Sample => [s, 100]), []],
});
test("where a battery channel is silent, consumption and self-consumption are unknown", () => {
  expect(hourly(silent, 0, "import_wh", "solar_wh", ...charge, ...use)).toEqual([
    500,
    100,
    null,
    null,
    null,
    null,
    null,
  ]);
  expect(silent("site_slots").map((row) => row.quality)).toEqual(Array(4).fill("missing"));
});

const noBattery = scene.meter({ roles: ["grid"], samples: every(300, 0, hour, (s): Sample => [s, 500]) });
test("a site without batteries has no battery's energy, rather than none of it", () => {
  expect(hourly(noBattery, 0, "battery_discharge_wh", ...charge, "consumption_wh")).toEqual([
    null,
    null,
    null,
    null,
    500,
  ]);
});

// Homes that keep the balance but for clamps that differ by up to 30 W, and clamps that fit nothing.
const watts = (min: number, max: number) => fc.integer({ min, max });
const home = fc
  .tuple(watts(0, 4000), watts(0, 6000), watts(-3000, 3000), watts(-30, 30))
  .map(([load, solar, battery, error]) => {
    return [load - solar - battery + error, solar, battery] as const;
  });
const nonsense = fc.tuple(watts(-6000, 6000), watts(-100, 6000), watts(-3000, 3000));
const drawn = fc.sample(fc.array(fc.oneof(home, nonsense), { minLength: 3, maxLength: 6 }), { seed: 16, numRuns: 12 });
const houses = drawn.map((powers) => hoursOf(...powers));
test("consumption is never negative, and the balance closes wherever all parts are known", () => {
  const rows = houses.flatMap((rowsOf) => rowsOf("site_slots"));
  const seen = { unknown: 0, noisy: 0, exact: 0 };
  for (const row of rows) {
    const wh = (column: string) => Number(row[column]);
    const [sources, sinks] = [
      wh("import_wh") + wh("solar_wh") + wh("battery_discharge_wh"),
      wh("export_wh") + wh("battery_charge_wh"),
    ];
    const noise = Math.max(5, sinks / 20);
    if (row.consumption_wh === null) {
      seen.unknown++;
      expect(sinks - sources).toBeGreaterThan(noise);
      expect([row.charge_solar_wh, row.charge_grid_wh, row.self_consumption_wh]).toEqual([null, null, null]);
      continue;
    }
    seen[wh("unexplained_wh") > 0 ? "noisy" : "exact"]++;
    expect(wh("consumption_wh")).toBeGreaterThanOrEqual(0);
    expect(wh("consumption_wh") + sinks).toBeCloseTo(sources + wh("unexplained_wh"), 6);
    expect(wh("unexplained_wh")).toBeLessThanOrEqual(noise);
    for (const column of ["charge_solar_wh", "charge_grid_wh", "self_consumption_wh"])
      expect(wh(column)).toBeGreaterThanOrEqual(0);
    expect(wh("charge_solar_wh") + wh("charge_grid_wh")).toBeLessThanOrEqual(wh("battery_charge_wh") + 1e-6);
    expect(wh("self_consumption_wh")).toBeLessThanOrEqual(wh("solar_wh") + 1e-6);
    expect(wh("charge_grid_wh")).toBeLessThanOrEqual(wh("import_wh") + 1e-6);
  }
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0);
});
