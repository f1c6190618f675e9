/** The functions of the dataset, called as views call them, on both engines. */
import { type Engines, openEngines } from "./engines";
import { type Lake, layOut, stackConfig } from "./lake";

const meter = { id: "em", model: "EM", channels: [{ index: 0, name: "Grid", role: "grid" }] };
const site = { id: "home", timezone: "Europe/Warsaw", currency: "PLN", meters: [meter] };

let engines: Engines;
let lake: Lake;
beforeAll(async () => {
  engines = await openEngines();
  lake = await layOut(stackConfig([site], "2025-06-01", "2025-06-02"), []);
});
afterAll(() => engines.close());

const rows = (query: string) => engines.agreed(lake, query);
const hour = "3.6e9";

test.each([
  ["import", `100.0, 300.0, ${hour}`, 200],
  ["export", `-100.0, -300.0, ${hour}`, 0],
  ["import that ends in the middle: a triangle of half the time", `400.0, -400.0, ${hour}`, 100],
  ["import that begins late", `-300.0, 100.0, ${hour}`, 12.5],
  ["power that comes to zero", `100.0, 0.0, ${hour}`, 50],
  ["no power", `0.0, 0.0, ${hour}`, 0],
  ["no time", "100.0, -100.0, 0.0", 0],
  ["whole numbers", "100, -100, 3600000000", 25],
  ["power that is not known at the start", `CAST(NULL AS FLOAT64), 100.0, ${hour}`, null],
  ["power that is not known at the end", `-100.0, CAST(NULL AS FLOAT64), ${hour}`, null],
])("positive_integral_wh of %s", async (_, given, expected) => {
  expect(await rows(`SELECT \`wattlake.positive_integral_wh\`(${given}) AS wh`)).toEqual([{ wh: expected }]);
});

test("positive_integral_wh: what flows in less what flows out is the trapezoid, whatever the signs", async () => {
  const [row] = await rows(`
    SELECT COUNT(*) AS cases, MAX(ABS(in_wh - out_wh - (a + b) / 2)) AS net_error_wh, MIN(in_wh) AS least_wh
    FROM (
      SELECT
        a, b,
        \`wattlake.positive_integral_wh\`(a, b, ${hour}) AS in_wh,
        \`wattlake.positive_integral_wh\`(-a, -b, ${hour}) AS out_wh
      FROM UNNEST([-2300.5, -0.1, 0.0, 7.25, 11000.0]) AS a, UNNEST([-4000.0, -0.3, 0.0, 0.2, 2300.5]) AS b
    )`);
  expect(row?.cases).toBe(25);
  expect(row?.least_wh).toBe(0);
  expect(Number(row?.net_error_wh)).toBeLessThan(1e-9);
});

test.each([
  ["a tie goes up", "2.675, 0.01, 'half_up'", 2.68],
  ["a tie that a float misses by a hair", "1.005, 0.01, 'half_up'", 1.01],
  ["a negative tie goes away from zero", "-2.675, 0.01, 'half_up'", -2.68],
  ["below a tie", "2.6749, 0.01, 'half_up'", 2.67],
  ["a tie to the even multiple below", "2.665, 0.01, 'half_even'", 2.66],
  ["a tie to the even multiple above", "2.675, 0.01, 'half_even'", 2.68],
  ["a negative tie to the even multiple", "-2.665, 0.01, 'half_even'", -2.66],
  ["above a tie", "2.6651, 0.01, 'half_even'", 2.67],
  ["whole numbers", "1234.5, 1.0, 'half_even'", 1234],
  ["a multiple stays", "0.07, 0.01, 'half_up'", 0.07],
  ["five hundredths", "1.075, 0.05, 'half_up'", 1.1],
  ["no mode", "2.675, 0.01, CAST(NULL AS STRING)", 2.675],
  ["no step", "2.675, CAST(NULL AS FLOAT64), CAST(NULL AS STRING)", 2.675],
  ["no value", "CAST(NULL AS FLOAT64), 0.01, 'half_up'", null],
])("rounded: %s", async (_, given, expected) => {
  expect(await rows(`SELECT \`wattlake.rounded\`(${given}) AS amount`)).toEqual([{ amount: expected }]);
});
