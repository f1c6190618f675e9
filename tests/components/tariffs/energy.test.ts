/** What a kilowatt-hour costs: windows of local days and blocks of use, each by hand; and that rows are those of the tables. */
import { gzipSync } from "node:zlib";
import { compileTariffs } from "../../../components/reference/tariffs/compile";
import { parseConfig } from "../../../config";
import { tariffTables } from "../../../sql/tariff-tables";
import { component, planOf, rowsOf } from "./plans";

const windows = (rows: ReturnType<typeof rowsOf>) =>
  rows.tariffWindows.map(({ date, window_start, window_end, band, price }) =>
    [date, window_start.slice(5, 16), window_end.slice(5, 16), band, price].join(" "),
  );
const meters = (id: string) => [{ id, model: "EM", channels: [{ index: 0, name: "Grid", role: "grid" }] }];
const warsaw = { timezone: "Europe/Warsaw", currency: "PLN" };
const night = { name: "night", price: 0.1, when: [{ hours: ["22:00-06:00"] }] };
const day = { name: "day", price: 0.3, otherwise: true };

test("the windows of a day lie within it, in UTC, also where the clock changes", () => {
  const plan = planOf([component({ bands: [night, day] })]);
  expect(windows(rowsOf({ plan, calendar: ["2026-03-29", "2026-03-30"] }))).toEqual([
    "2026-03-29 03-28T23:00 03-29T04:00 night 0.1",
    "2026-03-29 03-29T04:00 03-29T20:00 day 0.3",
    "2026-03-29 03-29T20:00 03-29T22:00 night 0.1",
    "2026-03-30 03-29T22:00 03-30T04:00 night 0.1",
    "2026-03-30 03-30T04:00 03-30T20:00 day 0.3",
    "2026-03-30 03-30T20:00 03-30T22:00 night 0.1",
  ]);
});

test("a row is what the plan says, without VAT", () => {
  const plan = planOf([component({ price: 0.615, vat: 0.23, prices: "gross" })]);
  expect(rowsOf({ plan, calendar: ["2026-06-01", "2026-06-01"] }).tariffWindows).toEqual([
    {
      ...{ site: "home", plan: "test", component: "energy", component_name: "Energy", kind: "energy" },
      ...{ direction: "import", version: "2020-01-01", band: "all", date: "2026-06-01" },
      ...{ window_start: "2026-05-31T22:00:00.000Z", window_end: "2026-06-01T22:00:00.000Z" },
      ...{ price: 0.615 / 1.23, has_blocks: false, vat: 0.23, is_example: true },
    },
  ]);
});

test("a price that is not known yet is not the last one", () => {
  const [startMs, endMs] = [Date.parse("2026-05-31T22:00Z"), Date.parse("2026-06-01T10:00Z")];
  const plan = {
    ...planOf([component({ series: { name: "spot", times: 2, plus: 0.1 } })]),
    prices: new Map([["spot", [{ startMs, endMs, value: 0.2 }]]]),
  };
  expect(windows(rowsOf({ plan, calendar: ["2026-06-01", "2026-06-01"] }))).toEqual([
    "2026-06-01 05-31T22:00 06-01T10:00 all 0.5",
    "2026-06-01 06-01T10:00 06-01T22:00 all ",
  ]);
});

test("a plan holds while its energy has a price, whatever goes on beside it", () => {
  const plan = planOf([
    component({ price: 0.5, until: "2026-01-03" }),
    component({ price: 0.005 }, { id: "tax", name: "Tax", kind: "tax" }),
  ]);
  const rows = rowsOf({ plan, calendar: ["2026-01-01", "2026-01-31"] });
  expect(rows.billingPeriods.map((row) => [row.period_start, row.period_end, row.days])).toEqual([
    ["2026-01-01", "2026-01-03", 2],
  ]);
  expect(rows.tariffWindows.map(({ component: id, date }) => `${id} ${date}`)).toEqual([
    "energy 2026-01-01",
    "energy 2026-01-02",
    "tax 2026-01-01",
    "tax 2026-01-02",
  ]);
});

test("prices end where the configuration says, also those until further notice", () => {
  const home = { id: "home", ...warsaw, tariff: "pl-g11", meters: meters("A") };
  const calendar = { from: "2028-12-30", to: "2035-12-31" };
  const dates = (tariffs: object) => {
    const { tariffWindows } = compileTariffs(parseConfig({ sites: [home], tariffs, warehouse: { calendar } }));
    return new Set(tariffWindows.map(({ date }) => date));
  };
  expect([...dates({})]).toEqual(["2028-12-30", "2028-12-31"]);
  expect([...dates({ until: "2028-12-31" })]).toEqual(["2028-12-30"]);
  expect(dates({ until: "2030-01-01" }).size).toBe(2 + 365);
});

describe("blocks", () => {
  const blocks = (rows: ReturnType<typeof rowsOf>) =>
    rows.tariffBlocks.map(({ band, scope_start, scope_end, from_kwh, until_kwh, price }) =>
      [band, scope_start, scope_end, from_kwh, until_kwh, price].join(" "),
    );
  const steps = [{ upTo: 30, price: 0.1 }, { price: 0.2 }];

  test("of a month are of the share of it that the contract has, where they are prorated", () => {
    const calendar = ["2026-04-21", "2026-05-31"] as const;
    const of = (prorated: boolean) =>
      blocks(rowsOf({ plan: planOf([component({ blocks: { per: "month", prorated, steps } })]), calendar }));
    expect(of(true)).toEqual([
      " 2026-04-21 2026-05-01 0 10 0.1",
      " 2026-04-21 2026-05-01 10  0.2",
      " 2026-05-01 2026-06-01 0 30 0.1",
      " 2026-05-01 2026-06-01 30  0.2",
    ]);
    expect(of(false)[0]).toBe(" 2026-04-21 2026-05-01 0 30 0.1");
  });

  test("of a month are of the calendar's, and of a bill of the bill's, whatever day a bill begins on", () => {
    const from12th = { billing: { months: 1, day: 12 } };
    const scopes = (per: string) => {
      const plan = planOf([component({ blocks: { per, steps } })], from12th);
      const rows = rowsOf({ plan, calendar: ["2026-01-12", "2026-03-11"] });
      return [...new Set(rows.tariffBlocks.map(({ scope_start, scope_end }) => `${scope_start} ${scope_end}`))];
    };
    expect(scopes("month")).toEqual(["2026-01-12 2026-02-01", "2026-02-01 2026-03-01", "2026-03-01 2026-03-12"]);
    expect(scopes("bill")).toEqual(["2026-01-12 2026-02-12", "2026-02-12 2026-03-12"]);
  });

  test("of a day are one for each day, and their windows have no price", () => {
    const rows = rowsOf({
      plan: planOf([component({ vat: 0.25, prices: "gross", blocks: { per: "day", steps } })]),
      calendar: ["2026-04-30", "2026-05-01"],
    });
    expect(blocks(rows)).toEqual([
      " 2026-04-30 2026-05-01 0 30 0.08",
      " 2026-04-30 2026-05-01 30  0.16",
      " 2026-05-01 2026-05-02 0 30 0.08",
      " 2026-05-01 2026-05-02 30  0.16",
    ]);
    expect(rows.tariffWindows.map(({ band, price, has_blocks }) => [band, price, has_blocks])).toEqual(
      Array(2).fill(["all", null, true]),
    );
  });

  test("of a bill count the days on which their band holds", () => {
    const bands = [
      {
        name: "summer",
        blocks: { per: "bill", steps: [{ upToPerDay: 8, price: 0.3 }, { price: 0.4 }] },
        when: [{ seasons: ["summer"] }],
      },
      { name: "winter", price: 0.25, otherwise: true },
    ];
    const plan = planOf([component({ bands })], { seasons: { summer: [{ from: "06-01", to: "09-30" }] } });
    const rows = rowsOf({ plan, calendar: ["2026-05-12", "2026-06-11"], contract: { billing: { day: 12 } } });
    expect(blocks(rows)).toEqual(["summer 2026-05-12 2026-06-12 0 88 0.3", "summer 2026-05-12 2026-06-12 88  0.4"]);
    const priced = new Map(rows.tariffWindows.map(({ band, price, has_blocks }) => [band, [price, has_blocks]]));
    expect([...priced]).toEqual([
      ["winter", [0.25, false]],
      ["summer", [null, true]],
    ]);
  });
});

test("how a bill is rounded, its least amount and its netting are in its row", () => {
  const plan = planOf([component({ price: 0.5 })], {
    netting: "hour",
    rounding: { quantity: { of: "band", to: 1, mode: "half_even" } },
    minimumBill: { perDay: 0.4 },
  });
  expect(rowsOf({ plan, calendar: ["2026-02-01", "2026-02-28"] }).billingPeriods).toEqual([
    {
      ...{ site: "home", plan: "test", is_own: true, period_start: "2026-02-01", period_end: "2026-03-01", days: 28 },
      ...{ currency: "PLN", netting: "hour", minimum_amount: 0.4 * 28, is_example: true },
      ...{ quantity_rounding: "band", quantity_step_kwh: 1, quantity_mode: "half_even" },
      ...{ amount_rounding: null, amount_step: null, amount_mode: null },
    },
  ]);
});

const compared = parseConfig({
  sites: [
    {
      id: "home",
      ...warsaw,
      tariff: [
        { plan: "pl-g12", until: "2026-02-01" },
        { plan: "pl-g11", from: "2026-02-01" },
      ],
      meters: meters("A"),
    },
    { id: "cottage", ...warsaw, meters: meters("B") },
    { id: "london", timezone: "Europe/London", currency: "GBP", meters: meters("C") },
  ],
  tariffs: { compare: ["pl-g11"] },
  warehouse: { calendar: { from: "2026-01-01", to: "2026-03-31" } },
});

test("a plan that is compared stands beside the site's own on the days on which it is not that itself", () => {
  const { billingPeriods, tariffWindows } = compileTariffs(compared);
  expect(billingPeriods.map(({ site, plan, is_own, period_start }) => [site, plan, is_own, period_start])).toEqual([
    ["home", "pl-g12", true, "2026-01-01"],
    ["home", "pl-g11", true, "2026-02-01"],
    ["home", "pl-g11", true, "2026-03-01"],
    ["home", "pl-g11", false, "2026-01-01"],
    ["cottage", "pl-g11", false, "2026-01-01"],
    ["cottage", "pl-g11", false, "2026-02-01"],
    ["cottage", "pl-g11", false, "2026-03-01"],
  ]);
  const keys = tariffWindows.map((row) => [row.site, row.plan, row.component, row.window_start].join(" "));
  expect(new Set(keys).size).toBe(keys.length);
});

test("the rows are those of the tables, column by column", () => {
  const bands = [{ ...night, price: undefined, blocks: { per: "day", steps: [{ price: 1 }] } }, day];
  const plan = planOf([
    component({ bands }),
    component({ fixed: { price: 1, per: "day" } }, { id: "fixed", kind: "fixed" }),
    component({ demand: { price: 1 } }, { id: "demand", kind: "demand" }),
  ]);
  const rows = rowsOf({ plan, calendar: ["2026-01-01", "2026-01-01"] });
  const { billingPeriods, tariffWindows, tariffBlocks, tariffCharges, tariffDemand } = rows;
  const firsts = [billingPeriods, tariffWindows, tariffBlocks, tariffCharges, tariffDemand].map(([first]) => first);
  expect(firsts.map((row) => Object.keys(row ?? {}).sort())).toEqual(
    tariffTables.map(({ columns }) => columns.map(({ name }) => name).sort()),
  );
});

test("the same configuration gives the same bytes", () => {
  const bytes = () => gzipSync(JSON.stringify(compileTariffs(compared))).toString("base64");
  expect(bytes()).toBe(bytes());
});
