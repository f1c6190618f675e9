/** What is made of bills and slots: plans side by side, peaks, base load, profiles, what shifting saves, the bill to come. */
import { type Engines, openEngines } from "./engines";
import { layOut, stackConfig } from "./lake";
import { every, makeScene, type Sample } from "./scene";
import { always, blocks, type Hours, period, windows } from "./tariff-rows";

const hour = 3600;
const house = makeScene("2025-06-02T00:00:00Z", "2025-06-01", "2025-06-03");
const months = makeScene("2025-05-31T00:00:00Z", "2025-05-31", "2025-06-02");
const running = makeScene("2025-06-02T00:00:00Z", "2025-06-02", "2025-06-03");
let engines: Engines;
beforeAll(async () => {
  const views = ["tariff_comparison", "peak_demand", "base_load_daily", "load_profile", "shift_savings"] as const;
  await house.open(...views);
  await months.open("period_comparison");
  await running.open("bill_estimate");
  engines = await openEngines();
});
afterAll(() => {
  for (const scene of [house, months, running, engines]) scene.close();
});

const flow = (hours: number, power: (s: number) => number) => every(300, 0, hours * hour, (s): Sample => [s, power(s)]);
const near = (...values: readonly (number | null)[]) =>
  values.map((value) => (value === null ? null : expect.closeTo(value, 9)));

/** 400 W at night, 1 kW by day, 3 kW from 18:00 to 22:00: 2.4, 14 and 12 kWh. */
const use = (s: number) => (s < 6 * hour ? 400 : s >= 18 * hour && s < 22 * hour ? 3000 : 1000);
const day = ["2025-06-02"];
const bands: readonly Hours[] = [
  ["00:00-03:00", "day", 0.2],
  ["03:00-04:00", "night", 0.1],
  ["04:00-18:00", "day", 0.2],
  ["18:00-22:00", "evening", 0.4],
  ["22:00-24:00", "day", 0.2],
];
const family = house.meter({
  maxPower: 3200,
  samples: flow(24, use),
  tariffs: {
    billing_periods: [
      period("2025-06-02", "2025-06-03"),
      period("2025-06-02", "2025-06-03", { plan: "q", is_own: false, minimum_amount: 7.5 }),
    ],
    tariff_windows: [...windows(day, bands), ...windows(day, always(0.25), { plan: "q" })],
  },
});
test("tariff_comparison: the same energy under every plan", () => {
  // 0.4 kWh at 0.1, 16 at 0.2, 12 at 0.4 are 8.04; 28.4 at 0.25 are 7.10, and at least 7.50.
  const columns = ["plan", "is_own", "import_kwh", "gross", "own_gross", "difference"];
  expect(family("tariff_comparison").map((row) => columns.map((name) => row[name]))).toEqual([
    ["p", true, ...near(28.4, 8.04, 8.04, 0)],
    ["q", false, ...near(28.4, 7.5, 8.04, -0.54)],
  ]);
});

test("peak_demand: the highest quarter hour, half hour and hour of the month", () => {
  expect(family("peak_demand").map((row) => [row.month, row.interval_minutes, row.peak_kw, row.peak_start])).toEqual(
    [15, 30, 60].map((minutes) => ["2025-06-01", minutes, expect.closeTo(3, 9), "2025-06-02T18:00:00.000Z"]),
  );
});

test("base_load_daily: what the night uses", () => {
  const [row] = family("base_load_daily");
  expect([row?.base_load_w, row?.base_wh, row?.consumption_wh]).toEqual(near(400, 9600, 28_400));
});

test("load_profile: the mean power by weekday and quarter hour", () => {
  const rows = family("load_profile");
  expect(rows).toHaveLength(96);
  expect(rows[72]).toMatchObject({
    month: "2025-06-01",
    weekday: 1,
    quarter: 72,
    days: 1,
    consumption_days: 1,
    import_days: 1,
  });
  expect([rows[0]?.consumption_w, rows[72]?.import_w]).toEqual(near(400, 3000));
});

test("shift_savings: the dearest energy above the base load goes to the cheapest room of the day", () => {
  // Above the base load: 10.4 kWh in the evening, 8.4 by day. The connection leaves 2.8 kWh of room in the cheap hour.
  const [row] = family("shift_savings");
  expect([row?.saving_10_percent, row?.saving_20_percent, row?.saving_30_percent, row?.ceiling]).toEqual(
    near(
      1.04 * 0.3 + 0.84 * 0.1,
      2.08 * 0.3 + (2.8 - 2.08) * 0.1,
      2.8 * 0.3 + (3.12 - 2.8) * 0.2,
      2.8 * 0.3 + (10.4 - 2.8) * 0.2,
    ),
  );
  expect(row?.gross).toBeCloseTo(8.04, 9);
});

const flat = house.meter({
  samples: flow(24, use),
  tariffs: { billing_periods: [period("2025-06-02", "2025-06-03")], tariff_windows: windows(day, always(0.25)) },
});
test("shift_savings: one price saves nothing", () => {
  const [row] = flat("shift_savings");
  expect([row?.saving_10_percent, row?.ceiling]).toEqual([0, 0]);
});

const spring = months.meter({
  samples: flow(48, (s) => (s < 24 * hour ? 1000 : 2000)),
  tariffs: {
    billing_periods: [period("2025-05-31", "2025-06-02")],
    tariff_windows: windows(["2025-05-31", "2025-06-01"], always(0.25), { vat: 0.2 }),
  },
});
test("period_comparison: a month beside the month before, as means of a day", () => {
  const [may, june] = spring("period_comparison");
  expect([may?.gross_per_day, may?.previous_gross_per_day]).toEqual(near(7.2, null));
  expect([june?.gross_per_day, june?.previous_gross_per_day, june?.year_before_gross_per_day]).toEqual(
    near(14.4, 7.2, null),
  );
  expect([june?.consumption_per_day_wh, june?.previous_consumption_per_day_wh]).toEqual(near(48_000, 24_000));
});

const halfway = running.meter({
  samples: flow(24, use),
  tariffs: {
    billing_periods: [period("2025-06-02", "2025-06-04")],
    tariff_windows: windows(["2025-06-02", "2025-06-03"], bands),
    tariff_charges: [
      {
        ...{ plan: "p", component: "standing", component_name: "Standing", kind: "fixed", version: "2025-06-02" },
        ...{ period_start: "2025-06-02", quantity: 2, unit: "day", price: 0.5, vat: 0.2, is_example: false },
      },
    ],
  },
});
test("bill_estimate: the rest of the period is used as the days before", () => {
  const [row] = halfway("bill_estimate");
  expect([row?.known_gross, row?.expected_gross, row?.estimate_gross]).toEqual(near(8.04 + 1.2, 8.04, 17.28));
  expect(row?.expected_share).toBeCloseTo(0.5, 9);
});

test("explain_cost: each slot has its energy, its price's version and what decided", async () => {
  const meter = { id: "em", model: "EM", channels: [{ index: 0, name: "Grid", role: "grid" }] };
  const site = { id: "home", timezone: "UTC", currency: "EUR", meters: [meter] };
  const laid = await layOut(
    stackConfig([site], "2025-06-02", "2025-06-03"),
    flow(2, () => 4000).map(([s]) => ({
      ts: new Date(Date.parse("2025-06-02") + s * 1000).toISOString(),
      ...{ device: "em", channel: 0, power_w: 4000 },
    })),
  );
  const own = (rows: readonly object[]) => rows.map((row) => ({ ...row, site: "home" }));
  const lake = {
    ...laid,
    billing_periods: own([period("2025-06-02", "2025-06-03")]),
    tariff_windows: own([
      ...windows(day, [["00:00-01:00", "all", null]], { has_blocks: true, component: "tiers" }),
      ...windows(day, [
        ["00:00-01:30", "all", 0.2],
        ["01:30-02:00", "all", null],
      ]),
    ]),
    tariff_blocks: own(
      blocks(
        ["2025-06-02", "2025-06-03"],
        [
          [1.5, 0.1],
          [null, 0.3],
        ],
        { component: "tiers" },
      ),
    ),
  };
  const definition = engines.catalog.views.find(({ name }) => name === "explain_cost");
  if (definition === undefined) throw new Error("no explain_cost");
  const { rows } = await engines.zetaSqlFunction(lake, definition, [
    { name: "of_site", type: "STRING", value: "home" },
    { name: "from_date", type: "DATE", value: "2025-06-02" },
    { name: "to_date", type: "DATE", value: "2025-06-02" },
  ]);
  const told = (component: string) =>
    rows
      .filter((row) => row.component === component)
      .map(({ rule, block, version, energy_wh, net }) => [rule, block, version, energy_wh, net]);
  expect(told("tiers")).toEqual([
    ["price of the block", 1, day[0], ...near(1000, 0.1)],
    ["price of the block", 1, day[0], ...near(500, 0.05)],
    ["price of the block", 2, day[0], ...near(500, 0.15)],
    ["price of the block", 2, day[0], ...near(1000, 0.3)],
    ["price of the block", 2, day[0], ...near(1000, 0.3)],
  ]);
  expect(told("energy").slice(5)).toEqual([
    ["price of the band", null, day[0], ...near(1000, 0.2)],
    ["price not known", null, day[0], ...near(1000, null)],
    ["price not known", null, day[0], ...near(1000, null)],
  ]);
});
