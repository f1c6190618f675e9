/** A bill line by line, recomputed by hand to the cent: rounding, tax, charges, demand, minimum, blocks, what is unknown. */
import type { Row } from "../../local/google/duckdb/rows";
import { every, makeScene, type Sample, total } from "./scene";
import { always, blocks, days, type Hours, period, windows } from "./tariff-rows";

const hour = 3600;
// Several small ones: the reference server compares each slot of a tariff with each slot of energy.
const june = () => makeScene("2025-06-02T00:00:00Z", "2025-06-01", "2025-06-04");
const [scene, bounds, demands] = [june(), june(), june()];
const autumn = makeScene("2025-10-25T22:00:00Z", "2025-10-25", "2025-10-27");
const scenes = [scene, bounds, demands, autumn];
beforeAll(async () => {
  for (const each of scenes) await each.open("bill");
});
afterAll(() => {
  for (const each of scenes) each.close();
});

const flow = (hours: number, power: (s: number) => number) => every(300, 0, hours * hour, (s): Sample => [s, power(s)]);
const near = (...values: readonly (number | null)[]) =>
  values.map((value) => (value === null ? null : expect.closeTo(value, 9)));
const column = (rows: readonly Row[], name: string) => rows.map((row) => row[name]);
const ofPlan = (rows: readonly Row[], plan: string) => rows.filter((row) => row.plan === plan);

const both = days("2025-06-02", "2025-06-04");
const toCents = (of: "slot" | "band" | "line", amount_mode = "half_up") => ({
  ...{ amount_rounding: of, amount_step: 0.01, amount_mode },
});
const charge = (price: number, given = {}) => ({
  ...{ plan: "p", component: "standing", component_name: "Standing charge", kind: "fixed", version: "2025-06-02" },
  ...{ period_start: "2025-06-02", quantity: 2, unit: "day", price, vat: 0.23, is_example: false },
  ...given,
});
const dayAndNight: readonly Hours[] = [
  ["00:00-06:00", "night", 0.1013],
  ["06:00-22:15", "day", 0.3007],
  ["22:15-24:00", "night", 0.1013],
];

const whole = scene.meter({
  samples: flow(48, () => 4000),
  tariffs: {
    billing_periods: [period("2025-06-02", "2025-06-04", toCents("line")), period("2025-06-01", "2025-06-02")],
    tariff_windows: [
      ...windows(both, dayAndNight, { vat: 0.23 }),
      ...windows(both, always(0.0533), { component: "net", component_name: "Network", kind: "network", vat: 0.23 }),
      ...windows(["2025-06-01"], always(9)),
    ],
    tariff_charges: [charge(0.3333), charge(9, { period_start: "2025-06-01" })],
  },
});
test("each line is rounded, tax is the tax of their sum", () => {
  const bill = whole("bill");
  expect(column(bill, "component")).toEqual(["energy", "energy", "net", "standing"]);
  expect(column(bill, "band")).toEqual(["day", "night", "all", null]);
  // 65 and 31 quarter hours of 1 kWh on each of two days.
  expect(column(bill, "quantity")).toEqual(near(130, 62, 192, 2));
  // 39.091, 6.2806, 10.2336, 0.6666.
  expect(column(bill, "net")).toEqual(near(39.09, 6.28, 10.23, 0.67));
  // 56.27 x 0.23 = 12.9421; so far 8.9907, 10.4351, 12.788.
  expect(column(bill, "vat")).toEqual(near(8.99, 1.45, 2.35, 0.15));
  expect(total(bill, "gross")).toBeCloseTo(69.21, 9);
  expect(column(bill, "at_most")).toEqual(near(...bill.map(({ gross }) => Number(gross))));
  expect(column(bill, "measured_share")).toEqual([1, 1, 1, null]);
});

test("a period without a record has no bill", () => {
  expect(new Set(column(whole("bill"), "period_start"))).toEqual(new Set(["2025-06-02"]));
});

const versions = scene.meter({
  // 12.6 kWh a day.
  samples: flow(48, () => 525),
  tariffs: {
    billing_periods: (["band", "line"] as const).map((of) =>
      period("2025-06-02", "2025-06-04", {
        ...{ plan: of, ...toCents(of) },
        ...{ quantity_rounding: of, quantity_step_kwh: 1, quantity_mode: "half_up" },
      }),
    ),
    tariff_windows: ["band", "line"].flatMap((plan) => [
      ...windows(both.slice(0, 1), always(0.111), { plan }),
      ...windows(both.slice(1), always(0.222), { plan }),
    ]),
  },
});
test("a price that changes within the period is a line of its own; what is rounded by band adds up to the band", () => {
  const band = ofPlan(versions("bill"), "band");
  expect(column(band, "version")).toEqual(["2025-06-02", "2025-06-03"]);
  // 25.2 kWh are 25: 13 and 12. 1.443 and 2.664 are 4.107: 1.44 and 2.67.
  expect(column(band, "quantity")).toEqual(near(13, 12));
  expect(column(band, "net")).toEqual(near(1.44, 2.67));
  const line = ofPlan(versions("bill"), "line");
  expect(column(line, "quantity")).toEqual(near(13, 13));
  expect(column(line, "net")).toEqual(near(1.44, 2.89));
});

const ties = scene.meter({
  // 0.5 kWh in the hour of each day.
  samples: flow(48, (s) => (s % (24 * hour) < hour ? 500 : 0)),
  tariffs: {
    billing_periods: ["half_up", "half_even"].map((mode) =>
      period("2025-06-02", "2025-06-04", { plan: mode, ...toCents("line", mode) }),
    ),
    tariff_windows: ["half_up", "half_even"].flatMap((plan) => windows(both, always(0.125), { plan, vat: 0.2 })),
  },
});
test("a line that ends in half a cent, by both modes", () => {
  // 1 kWh at 0.125; tax of 0.13 is 0.026, of 0.12 0.024.
  expect(ofPlan(ties("bill"), "half_up").map(({ net, vat }) => [net, vat])).toEqual([near(0.13, 0.03)]);
  expect(ofPlan(ties("bill"), "half_even").map(({ net, vat }) => [net, vat])).toEqual([near(0.12, 0.02)]);
});

const tiers = bounds.meter({
  samples: flow(48, () => 4000),
  tariffs: {
    billing_periods: [period("2025-06-02", "2025-06-04", toCents("line"))],
    tariff_windows: [
      ...windows(both.slice(0, 1), [["00:00-24:00", "all", null]], { has_blocks: true }),
      ...windows(both.slice(1), [["00:00-24:00", "all", null]], { has_blocks: true }),
    ],
    tariff_blocks: both.flatMap((version, index) =>
      blocks(
        ["2025-06-02", "2025-06-04"],
        [
          [100.5, 0.1],
          [null, index === 0 ? 0.3 : 0.4],
        ],
        { version },
      ),
    ),
  },
});
test("the use of a scope goes on when the version of the price changes within it", () => {
  // The first day is 96 kWh: 4.5 are left of the first block.
  expect(tiers("bill").map(({ version, block, quantity, net }) => [version, block, quantity, net])).toEqual([
    ["2025-06-02", 1, ...near(96, 9.6)],
    ["2025-06-03", 1, ...near(4.5, 0.45)],
    ["2025-06-03", 2, ...near(91.5, 36.6)],
  ]);
});

const demand = (component: string, given: object) => ({
  ...{ plan: "p", component, component_name: "Demand", version: "2025-06-02", period_start: "2025-06-02" },
  ...{ interval_minutes: 15, highest: 1, one_per_day: false, months: 1, minimum_kw: null, price: 2, vat: 0.1 },
  is_example: false,
  ...given,
});
const demandKinds = {
  a_quarter: {},
  b_hour: { interval_minutes: 60 },
  c_two_days: { highest: 2, one_per_day: true },
  d_three: { highest: 3 },
  e_minimum: { minimum_kw: 10 },
  f_evening: {},
};
const peaks = demands.meter({
  // 8 kW in a quarter hour of the first day, 6 kW in half an hour of the second.
  samples: flow(48, (s) =>
    s >= 10.25 * hour && s < 10.5 * hour ? 8000 : s >= 36 * hour && s < 36.5 * hour ? 6000 : 4000,
  ),
  tariffs: {
    billing_periods: [period("2025-06-02", "2025-06-04")],
    tariff_windows: [
      ...windows(both, always(0)),
      ...Object.keys(demandKinds).flatMap((component) =>
        windows(both, [[component === "f_evening" ? "18:00-20:00" : "10:00-13:00", "all", null]], {
          component,
          kind: "demand",
        }),
      ),
    ],
    tariff_demand: Object.entries(demandKinds).map(([component, given]) => demand(component, given)),
  },
});
test("demand: the highest quarter hour or hour, the mean of several, of different days, a minimum, hours", () => {
  const lines = peaks("bill").filter(({ kind }) => kind === "demand");
  expect(column(lines, "component")).toEqual(Object.keys(demandKinds));
  const kw = [8, 5, 7, 20 / 3, 10, 4];
  expect(column(lines, "quantity")).toEqual(near(...kw));
  expect(column(lines, "net")).toEqual(near(...kw.map((power) => power * 2)));
  expect(column(lines, "gross")).toEqual(near(...kw.map((power) => power * 2.2)));
  expect(column(lines, "at_most")).toEqual(column(lines, "gross"));
});

const lookBack = demands.meter({
  samples: flow(48, (s) => (s === 10 * hour ? 8000 : s >= 36 * hour && s < 36.5 * hour ? 6000 : 4000)),
  tariffs: {
    billing_periods: [period("2025-06-02", "2025-06-03"), period("2025-06-03", "2025-06-04")],
    tariff_windows: [
      ...windows(both, always(0)),
      ...windows(both, always(null), { component: "peak", kind: "demand" }),
    ],
    tariff_demand: both.map((period_start) => demand("peak", { period_start, months: 12, minimum_kw: 5.5 })),
  },
});
test("demand: the mean of the peaks of the periods so far, each at least the minimum", () => {
  const lines = lookBack("bill").filter(({ kind }) => kind === "demand");
  // 8 kW for five minutes are 5.333 kW in the quarter hour: 5.5.
  expect(column(lines, "quantity")).toEqual(near(5.5, (5.5 + 6) / 2));
});

const small = bounds.meter({
  samples: flow(48, () => 1000),
  tariffs: {
    billing_periods: [period("2025-06-02", "2025-06-04", { minimum_amount: 5, ...toCents("line") })],
    tariff_windows: windows(both, always(0.05), { vat: 0.2 }),
  },
});
test("what is missing to the minimum is a line", () => {
  // 48 kWh are 2.40, with tax 2.88.
  const [, line] = small("bill");
  expect(line).toMatchObject({ line: 2, component: "minimum", unit: "bill", quantity: 1, vat_rate: 0.2 });
  expect([line?.net, line?.vat, line?.gross]).toEqual(near(1.77, 0.35, 2.12));
  expect(total(small("bill"), "gross")).toBeCloseTo(5, 9);
});

const brackets = bounds.meter({
  samples: flow(48, () => 4000),
  tariffs: {
    billing_periods: [period("2025-06-02", "2025-06-04")],
    tariff_windows: windows(both, always(0.25)),
    tariff_charges: [
      charge(1, { max_annual_kwh: 100 }),
      charge(2, { min_annual_kwh: 100, max_annual_kwh: 500 }),
      charge(4, { min_annual_kwh: 500 }),
    ],
  },
});
test("a charge by the year's use takes the bracket of what is known of the year", () => {
  expect(
    brackets("bill")
      .slice(1)
      .map(({ price, net }) => [price, net]),
  ).toEqual([[2, 4]]);
});

const gap = bounds.meter({
  // The second day is not known, but for its last hour.
  samples: flow(48, () => 4000).filter(([s]) => s <= 24 * hour || s >= 47 * hour),
  tariffs: {
    billing_periods: [period("2025-06-02", "2025-06-04"), period("2025-06-02", "2025-06-04", { plan: "q" })],
    tariff_windows: [
      ...windows(both, always(0.25), { vat: 0.2 }),
      ...windows(both, always(null), { plan: "q" }),
      ...windows(both, always(null), { component: "peak", kind: "demand" }),
    ],
    tariff_demand: [demand("peak", {})],
  },
});
test("a bill with unknown time says what it may come to", () => {
  const [energy, peak] = ofPlan(gap("bill"), "p");
  expect([energy?.quantity, energy?.gross, energy?.at_least]).toEqual(near(100, 30, 30));
  expect(energy?.at_most).toBeCloseTo(30 + 23 * 27.6 * 0.3, 9);
  expect([energy?.measured_share, energy?.filled_share, energy?.unknown_share]).toEqual(near(25 / 48, 0, 23 / 48));
  expect([peak?.quantity, peak?.at_least, peak?.at_most]).toEqual(near(4, 8.8, 27.6 * 2.2));
});
test("a bill whose prices are not known has quantities and no amounts", () => {
  const [energy] = ofPlan(gap("bill"), "q");
  expect(energy?.quantity).toBeCloseTo(100, 9);
  expect([energy?.net, energy?.gross, energy?.at_least, energy?.at_most]).toEqual([null, null, null, null]);
  expect(energy?.is_price_known).toBe(false);
});

const sold = bounds.meter({
  samples: flow(48, (s) => (s < 24 * hour ? 1000 : -3000)),
  tariffs: {
    billing_periods: [period("2025-06-02", "2025-06-04", toCents("line"))],
    tariff_windows: [
      ...windows(both, always(0.3), { vat: 0.2 }),
      ...windows(both, always(0.0801), { component: "feed", kind: "feed_in", direction: "export" }),
    ],
  },
});
test("what is sold is a positive quantity and a negative amount, with its own tax", () => {
  // 24 kWh bought, 72 sold: 5.7672.
  expect(sold("bill").map(({ quantity, price, net, vat, gross }) => [quantity, price, net, vat, gross])).toEqual([
    near(24, 0.3, 7.2, 1.44, 8.64),
    near(72, 0.0801, -5.77, 0, -5.77),
  ]);
});

const warsaw = autumn.meter({
  timezone: "Europe/Warsaw",
  samples: flow(25, () => 4000),
  tariffs: {
    billing_periods: [period("2025-10-26", "2025-10-27", toCents("line"))],
    // Night until 06:00 local time: seven hours of it, the repeated one among them.
    tariff_windows: [
      ...[
        ["2025-10-25T22:00:00Z", "2025-10-26T05:00:00Z", "night", 0.1],
        ["2025-10-26T05:00:00Z", "2025-10-26T23:00:00Z", "day", 0.3],
      ].flatMap(([window_start, window_end, band, price]) =>
        windows(["2025-10-26"], always(0), { window_start, window_end, band, price }),
      ),
    ],
  },
});
test("a day of 25 hours has 100 quarter hours, the repeated hour twice", () => {
  expect(warsaw("bill").map(({ band, quantity, net }) => [band, quantity, net])).toEqual([
    ["day", ...near(72, 21.6)],
    ["night", ...near(28, 2.8)],
  ]);
  expect(column(warsaw("bill"), "unknown_share")).toEqual([0, 0]);
});
