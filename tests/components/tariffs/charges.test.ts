/** What does not depend on when energy is used: days, months, bills, kW, steps of annual use, demand; each by hand. */
import { component, planOf, rowsOf } from "./plans";

/** Days of a contract that are billed monthly on the 1st. */
const cut = { calendar: ["2026-04-11", "2026-06-11"] as const };
const fixed = (version: object) => planOf([component(version, { kind: "fixed" })]);
const quantities = (rows: ReturnType<typeof rowsOf>) =>
  rows.tariffCharges.map(({ period_start, quantity, unit }) => `${period_start} ${quantity} ${unit}`);

test("days are counted", () => {
  const rows = rowsOf({ plan: fixed({ fixed: { price: 0.5, per: "day" } }), ...cut });
  expect(quantities(rows)).toEqual(["2026-04-11 20 day", "2026-05-01 31 day", "2026-06-01 11 day"]);
  expect(rows.tariffCharges[0]).toEqual({
    ...{ site: "home", plan: "test", component: "energy", component_name: "Energy", kind: "fixed" },
    ...{ version: "2020-01-01", period_start: "2026-04-11", quantity: 20, unit: "day", price: 0.5, vat: 0 },
    ...{ min_annual_kwh: null, max_annual_kwh: null, is_example: true },
  });
});

test("a month that a contract has in part is charged by its days, or, not prorated, as a whole one", () => {
  const month = (prorated: boolean) => fixed({ fixed: { price: 6, per: "month", prorated } });
  expect(rowsOf({ plan: month(true), ...cut }).tariffCharges.map(({ quantity }) => quantity)).toEqual([
    20 / 30,
    1,
    11 / 30,
  ]);
  expect(rowsOf({ plan: month(false), ...cut }).tariffCharges.map(({ quantity }) => quantity)).toEqual([1, 1, 1]);
});

test("a bill of two months has two months", () => {
  const contract = { billing: { months: 2, startMonth: 2 } };
  const plan = fixed({ fixed: { price: 6, per: "month" } });
  expect(quantities(rowsOf({ plan, calendar: ["2026-02-01", "2026-05-31"], contract }))).toEqual([
    "2026-02-01 2 month",
    "2026-04-01 2 month",
  ]);
});

describe("a price that changes within the bill", () => {
  const versions = (fixedCharge: object) => [
    { from: "2020-01-01", until: "2026-04-21", example: true, vat: 0, fixed: { price: 1, ...fixedCharge } },
    { from: "2026-04-21", example: true, vat: 0.23, fixed: { price: 2, ...fixedCharge } },
  ];
  const charged = (fixedCharge: object, calendar: readonly [string, string]) => {
    const plan = planOf([{ id: "f", name: "F", kind: "fixed", versions: versions(fixedCharge) }]);
    return rowsOf({ plan, calendar }).tariffCharges.map(({ version, quantity, price, vat }) => [
      version,
      quantity,
      price,
      vat,
    ]);
  };
  const april = ["2026-04-01", "2026-04-30"] as const;

  test("is charged by the days of each", () => {
    expect(charged({ per: "month" }, april)).toEqual([
      ["2020-01-01", 20 / 30, 1, 0],
      ["2026-04-21", 10 / 30, 2, 0.23],
    ]);
  });

  test("comes to one whole month where months are not prorated, also of a contract that begins in it", () => {
    expect(charged({ per: "month", prorated: false }, ["2026-04-11", "2026-04-30"])).toEqual([
      ["2020-01-01", 0.5, 1, 0],
      ["2026-04-21", 0.5, 2, 0.23],
    ]);
  });

  test("comes to one bill", () => {
    expect(charged({ per: "bill" }, april).map(([, quantity]) => quantity)).toEqual([20 / 30, 10 / 30]);
  });
});

test("a credit comes only in bills that begin in its months", () => {
  const plan = planOf([component({ fixed: { price: -36.18, per: "bill", months: [4, 10] } }, { kind: "credit" })]);
  expect(quantities(rowsOf({ plan, calendar: ["2026-01-01", "2026-12-31"] }))).toEqual([
    "2026-04-01 1 bill",
    "2026-10-01 1 bill",
  ]);
});

test("a year is charged by its days, or, not prorated, with its first bill", () => {
  const year = (prorated: boolean) => fixed({ fixed: { price: 73, per: "year", prorated } });
  const calendar = ["2027-12-01", "2028-02-29"] as const;
  expect(rowsOf({ plan: year(true), calendar }).tariffCharges.map(({ quantity }) => quantity)).toEqual([
    31 / 365,
    31 / 366,
    29 / 366,
  ]);
  expect(quantities(rowsOf({ plan: year(false), calendar }))).toEqual(["2027-12-01 1 year", "2028-01-01 1 year"]);
});

test("kW are paid for by the day, those of a period by its name, kVA by the month", () => {
  const power = (per: string, powerPeriod?: string) => fixed({ fixed: { price: 0.1, per, powerPeriod } });
  const calendar = ["2026-04-01", "2026-04-30"] as const;
  const contract = { contractedPower: { punta: 4.6, valle: 3.3 } };
  expect(quantities(rowsOf({ plan: power("kw_day", "valle"), calendar, contract }))).toEqual(["2026-04-01 99 kW day"]);
  expect(quantities(rowsOf({ plan: power("kw_day", "punta"), calendar, contract: { contractedPower: 2 } }))).toEqual([
    "2026-04-01 60 kW day",
  ]);
  expect(quantities(rowsOf({ plan: power("kva_month"), calendar, contract: { contractedPower: 9 } }))).toEqual([
    "2026-04-01 9 kVA month",
  ]);
  expect(() => rowsOf({ plan: power("kw_day", "valle"), calendar })).toThrow("no contractedPower valle");
});

describe("a charge by the use of a year", () => {
  const steps = [{ upTo: 500, price: 4.29 }, { upTo: 1200, price: 10.31 }, { price: 17.18 }];
  const plan = planOf([component({ brackets: { per: "month", of: "annual_kwh", steps } }, { kind: "capacity" })]);
  const calendar = ["2026-04-01", "2026-04-30"] as const;
  const bounds = (contract: object) =>
    rowsOf({ plan, calendar, contract }).tariffCharges.map(({ price, min_annual_kwh, max_annual_kwh }) => [
      price,
      min_annual_kwh,
      max_annual_kwh,
    ]);

  test("leaves the step to the measured use", () => {
    expect(bounds({})).toEqual([
      [4.29, null, 500],
      [10.31, 500, 1200],
      [17.18, 1200, null],
    ]);
  });

  test("has the step of the use that was agreed on; the step's end belongs to it", () => {
    expect(bounds({ annualUse: 500 })).toEqual([[4.29, null, null]]);
    expect(bounds({ annualUse: 500.1 })).toEqual([[10.31, null, null]]);
    expect(bounds({ annualUse: 9000 })).toEqual([[17.18, null, null]]);
  });
});

test("demand is priced for the months of the bill, without VAT, and says how its peak is found", () => {
  const demand = { price: 48, per: "year", interval: 15, highest: 1, months: 12, minimum: 2.5 };
  const plan = planOf([component({ demand, vat: 0.2, prices: "gross" }, { kind: "demand" })]);
  const { tariffDemand } = rowsOf({ plan, calendar: ["2026-04-16", "2026-05-31"] });
  expect(tariffDemand).toEqual([
    {
      ...{ site: "home", plan: "test", component: "energy", component_name: "Energy", version: "2020-01-01" },
      ...{ period_start: "2026-04-16", interval_minutes: 15, highest: 1, one_per_day: false, months: 12 },
      ...{ minimum_kw: 2.5, price: expect.closeTo((48 / 1.2 / 12) * 0.5, 12), vat: 0.2, is_example: true },
    },
    expect.objectContaining({ period_start: "2026-05-01", price: expect.closeTo(48 / 1.2 / 12, 12) }),
  ]);
});
