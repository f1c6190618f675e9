/** What a slot and a day cost: bands, blocks, netting, rounding of slots, what is not known, on both engines. */
import { every, makeScene, type Sample, total } from "./scene";
import { always, blocks, days, period, windows } from "./tariff-rows";

const scene = makeScene("2025-06-02T00:00:00Z", "2025-06-01", "2025-06-04");
beforeAll(() => scene.open("tariff_slots", "cost_slots", "cost_daily"));
afterAll(() => scene.close());

const hour = 3600;
const flow = (hours: number, power: (s: number) => number | null) =>
  every(300, 0, hours * hour, (s): Sample => [s, power(s)]);
const june = period("2025-06-01", "2025-07-01");
const calendar = days("2025-06-01", "2025-06-05");
const near = (...values: readonly (number | null)[]) =>
  values.map((value) => (value === null ? null : expect.closeTo(value, 9)));

const bands = scene.meter({
  samples: flow(24, () => 4000),
  tariffs: {
    billing_periods: [june],
    tariff_windows: [
      ...windows(
        calendar,
        [
          ["00:00-06:00", "night", 0.1],
          ["06:00-22:15", "day", 0.3],
          ["22:15-24:00", "night", 0.1],
        ],
        { vat: 0.23 },
      ),
      ...windows(calendar, always(0.05), { component: "net", component_name: "Network", kind: "network", vat: 0.05 }),
    ],
  },
});
test("a slot costs its energy times its band's price, by component", () => {
  const slots = bands("cost_slots").filter(({ component }) => component === "energy");
  expect(slots).toHaveLength(96);
  expect(slots.filter(({ band }) => band === "night")).toHaveLength(24 + 7);
  expect([slots[0]?.net, slots[0]?.vat, slots[0]?.gross]).toEqual(near(0.1, 0.023, 0.123));
  expect(slots[88]).toMatchObject({ slot_start: "2025-06-02T22:00:00.000Z", band: "day", price: 0.3 });
  expect(slots[89]).toMatchObject({ slot_start: "2025-06-02T22:15:00.000Z", band: "night", price: 0.1 });
  const daily = bands("cost_daily");
  expect(daily.map(({ component, band, price }) => [component, band, price])).toEqual([
    ["energy", "day", 0.3],
    ["energy", "night", 0.1],
    ["net", "all", 0.05],
  ]);
  expect(daily.map(({ energy_wh }) => energy_wh)).toEqual(near(65_000, 31_000, 96_000));
  expect(daily.map(({ gross }) => gross)).toEqual(near(65 * 0.3 * 1.23, 31 * 0.1 * 1.23, 96 * 0.05 * 1.05));
  expect(daily.map(({ at_least, at_most }) => [at_least, at_most])).toEqual(
    daily.map(({ gross }) => near(Number(gross), Number(gross))),
  );
  expect(daily.map(({ measured_share, unknown_share }) => [measured_share, unknown_share])).toEqual([
    [1, 0],
    [1, 0],
    [1, 0],
  ]);
});

test("the calendar's slots have a price whether or not there is energy; days without a record cost nothing known", () => {
  expect(bands("tariff_slots")).toHaveLength(4 * 96 * 2);
  expect(new Set(bands("cost_slots").map(({ date }) => date))).toEqual(new Set(["2025-06-02"]));
});

const gap = scene.meter({
  // From 01:00 to 03:00 nothing is known: the meter has no counter.
  samples: flow(4, () => 4000).filter(([s]) => s <= hour || s >= 3 * hour),
  tariffs: { billing_periods: [june], tariff_windows: windows(calendar, always(0.25), { vat: 0.2 }) },
});
test("a slot whose energy is not known has no cost, and the day says how much it may be", () => {
  const slots = gap("cost_slots");
  expect(slots.map(({ net }) => net === null)).toEqual([
    ...Array(4).fill(false),
    ...Array(8).fill(true),
    ...Array(4).fill(false),
  ]);
  const [daily] = gap("cost_daily");
  expect([daily?.net, daily?.gross, daily?.at_least]).toEqual(near(2, 2.4, 2.4));
  // Two hours of all that the connection can carry: 27.6 kW.
  expect(daily?.at_most).toBeCloseTo(2.4 + 2 * 27.6 * 0.25 * 1.2, 9);
  expect([daily?.measured_share, daily?.filled_share, daily?.unknown_share]).toEqual(near(0.5, 0, 0.5));
});

const filled = scene.meter({
  samples: every(300, 0, 4 * hour, (s): Sample => [s, 4000, 1000 + (4000 * s) / hour, 0]).filter(
    ([s]) => s <= hour || s >= 3 * hour,
  ),
  tariffs: { billing_periods: [june], tariff_windows: windows(calendar, always(0.25)) },
});
test("energy that the counter tells of a gap costs as much, and is told apart", () => {
  const [daily] = filled("cost_daily");
  expect([daily?.net, daily?.at_most]).toEqual(near(4, 4));
  expect([daily?.measured_share, daily?.filled_share, daily?.unknown_share]).toEqual(near(0.5, 0.5, 0));
});

const silentRoof = scene.meter({
  roles: ["grid", "solar"],
  samples: [flow(2, () => 4000), flow(2, () => 100).slice(0, 13)],
  tariffs: { billing_periods: [june], tariff_windows: windows(calendar, always(0.25)) },
});
test("what the roof does not tell makes no cost of the grid uncertain", () => {
  const [daily] = silentRoof("cost_daily");
  expect([daily?.net, daily?.at_most, daily?.measured_share]).toEqual(near(2, 2, 1));
});

const later = scene.meter({
  samples: flow(4, () => 4000),
  tariffs: {
    billing_periods: [june],
    tariff_windows: windows(calendar, [
      ["00:00-02:00", "all", 0.25],
      ["02:00-24:00", "all", null],
    ]),
  },
});
test("a price that is not known yet makes the cost unknown, never the last price", () => {
  expect(later("cost_slots").map(({ net, is_price_known }) => [net === null, is_price_known])).toEqual([
    ...Array(8).fill([false, true]),
    ...Array(8).fill([true, false]),
  ]);
  const [daily] = later("cost_daily");
  expect([daily?.energy_wh, daily?.net, daily?.price]).toEqual(near(16_000, 2, 0.25));
  expect([daily?.at_least, daily?.at_most, daily?.is_price_known]).toEqual([null, null, false]);
});

const tiers = scene.meter({
  samples: flow(24, () => 4000),
  tariffs: {
    billing_periods: [june],
    tariff_windows: windows(calendar, [["00:00-24:00", "all", null]], { has_blocks: true }),
    tariff_blocks: blocks(
      ["2025-06-01", "2025-07-01"],
      [
        [2.5, 0.1],
        [4, 0.2],
        [null, 0.4],
      ],
    ),
  },
});
test("blocks: a slot that crosses a limit costs its parts, one that ends at it does not cross", () => {
  const slots = tiers("cost_slots");
  expect(slots.map(({ net }) => net).slice(0, 5)).toEqual(near(0.1, 0.1, 0.05 + 0.1, 0.2, 0.4));
  expect(slots.map(({ price }) => price).slice(0, 5)).toEqual(near(0.1, 0.1, 0.15, 0.2, 0.4));
  expect(tiers("cost_daily")[0]?.net).toBeCloseTo(2.5 * 0.1 + 1.5 * 0.2 + 92 * 0.4, 9);
});

const dailyTiers = scene.meter({
  samples: flow(48, () => 4000),
  tariffs: {
    billing_periods: [june],
    tariff_windows: windows(
      calendar,
      [
        ["00:00-12:00", "morning", null],
        ["12:00-24:00", "evening", null],
      ],
      { has_blocks: true },
    ),
    tariff_blocks: [...days("2025-06-01", "2025-06-05")].flatMap((date, index, all) =>
      ["morning", "evening"].flatMap((band) =>
        blocks(
          [date, all[index + 1] ?? "2025-06-05"],
          [
            [8, 0.1],
            [null, band === "morning" ? 0.2 : 0.5],
          ],
          { version: "2025-06-01", band },
        ),
      ),
    ),
  },
});
test("blocks by day and band begin anew with each", () => {
  expect(dailyTiers("cost_daily").map(({ date, band, net }) => [date, band, net])).toEqual(
    ["2025-06-02", "2025-06-03"].flatMap((date) => [
      [date, "evening", expect.closeTo(8 * 0.1 + 40 * 0.5, 9)],
      [date, "morning", expect.closeTo(8 * 0.1 + 40 * 0.2, 9)],
    ]),
  );
});

const unknownTier = scene.meter({
  samples: flow(4, () => 4000).filter(([s]) => s <= hour || s >= 3 * hour),
  tariffs: {
    billing_periods: [june],
    tariff_windows: windows(calendar, [["00:00-24:00", "all", null]], { has_blocks: true }),
    tariff_blocks: blocks(
      ["2025-06-01", "2025-07-01"],
      [
        [6, 0.1],
        [null, 0.4],
      ],
    ),
  },
});
test("blocks: what is not known is no use, and may cost as much as the dearest block", () => {
  const [daily] = unknownTier("cost_daily");
  expect(daily?.net).toBeCloseTo(6 * 0.1 + 2 * 0.4, 9);
  expect(daily?.at_most).toBeCloseTo(6 * 0.1 + 2 * 0.4 + 2 * 27.6 * 0.4, 9);
});

const exporting = scene.meter({
  // 2 kWh in, then 1 kWh out within the first hour; 4 kWh out in the second.
  samples: flow(2, (s) => (s < 1800 ? 4000 : s < hour ? -2000 : -4000)),
  tariffs: {
    billing_periods: [june, period("2025-06-01", "2025-07-01", { plan: "q", netting: "hour" })],
    tariff_windows: ["p", "q"].flatMap((plan) => [
      ...windows(calendar, always(0.3), { plan }),
      ...windows(calendar, always(0.1), { plan, component: "feed", kind: "feed_in", direction: "export" }),
    ]),
  },
});
test("export is a negative cost; netting sets it off against import within the hour", () => {
  const cost = (plan: string, component: string) =>
    exporting("cost_daily")
      .filter((row) => row.plan === plan && row.component === component)
      .map(({ energy_wh, gross }) => [Number(energy_wh), Number(gross)].map((value) => Math.round(value * 1e6) / 1e6));
  expect(cost("p", "energy")).toEqual([[2000, 0.6]]);
  expect(cost("p", "feed")).toEqual([[5000, -0.5]]);
  expect(cost("q", "energy")).toEqual([[1000, 0.3]]);
  expect(cost("q", "feed")).toEqual([[4000, -0.4]]);
  const netted = exporting("cost_slots").filter((row) => row.plan === "q" && row.component === "energy");
  expect(netted.map(({ energy_wh }) => energy_wh)).toEqual(near(500, 500, 0, 0, 0, 0, 0, 0));
});

const rounded = scene.meter({
  // 0.125 kWh a slot at 0.10 and 0.30: 0.0125 and 0.0375.
  samples: flow(2, () => 500),
  tariffs: {
    billing_periods: ["half_up", "half_even"].map((amount_mode) =>
      period("2025-06-01", "2025-07-01", {
        ...{ plan: amount_mode, amount_rounding: "slot", amount_step: 0.005, amount_mode },
        ...{ quantity_rounding: "slot", quantity_step_kwh: 0.01, quantity_mode: amount_mode },
      }),
    ),
    tariff_windows: ["half_up", "half_even"].flatMap((plan) => windows(calendar, always(0.25), { plan })),
  },
});
test("rounding of each slot, quantity first, by both modes at a tie", () => {
  const slot = (plan: string) => rounded("cost_slots").find((row) => row.plan === plan);
  // 0.125 is 0.13 or 0.12; 0.13 x 0.25 = 0.0325 is 0.035 or, of 0.12, 0.03.
  expect([slot("half_up")?.energy_wh, slot("half_up")?.net]).toEqual(near(130, 0.035));
  expect([slot("half_even")?.energy_wh, slot("half_even")?.net]).toEqual(near(120, 0.03));
  const sum = (plan: string) =>
    total(
      rounded("cost_slots").filter((row) => row.plan === plan),
      "net",
    );
  expect([sum("half_up"), sum("half_even")]).toEqual(near(8 * 0.035, 8 * 0.03));
});
