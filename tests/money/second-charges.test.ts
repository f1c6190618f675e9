/** The second calculation's charges that do not depend on the hour, over bills that a person has added up. */
import { PlanFolder } from "../configuration/tariffs/plan-folder";
import { type Contract, secondBills } from "./second-calculation";
import { days, type Load, load, slotsOf } from "./slots";

const plans = new PlanFolder();
afterAll(() => plans.remove());

const near = (value: number | null) => (value === null ? null : Math.round(value * 1e9) / 1e9);

/** A plan whose energy is free, with the other component's versions beside it. */
function planOf(versions: string, kind = "fixed", keys = "") {
  const rest = `versions: [{ from: 2020-01-01, example: true, vat: 0, price: 0 }] }, { id: charge, name: Charge, kind: ${kind}`;
  return plans.plan(versions, keys, `kind: energy, ${rest}`);
}

function charges(plan: ReturnType<typeof planOf>, contract: Omit<Contract, "plan">, ...loads: readonly Load[]) {
  const bill = secondBills({ plan, ...contract }, slotsOf(plan.timezone, ...loads));
  return bill.flatMap(({ component, period_start, quantity, unit, net }) =>
    component === "energy" ? [] : [[period_start, near(quantity), unit, near(net)]],
  );
}
const version = (rest: string, from = "2020-01-01") => `{ from: ${from}, example: true, vat: 0.2, ${rest} }`;
const used = load(["2026-06-11"], 250);
const june = { from: "2026-06-01", until: "2026-07-01" };
const late = { from: "2026-06-11", until: "2026-07-01" };

test.each<[string, Omit<Contract, "plan">, number, string, number]>([
  ["price: 0.6, per: day", late, 20, "day", 12],
  ["price: 9, per: month", late, near(20 / 30) ?? 0, "month", 6],
  ["price: 9, per: month, prorated: false", late, 1, "month", 9],
  ["price: 9, per: bill", late, 1, "bill", 9],
  ["price: 73, per: year", late, near(20 / 365) ?? 0, "year", 4],
  ["price: 73, per: year, prorated: false", late, 1, "year", 73],
  ["price: 0.1, per: kw_day", { ...late, contractedPower: 4.6 }, 92, "kW day", 9.2],
  ["price: 3, per: kva_month, powerPeriod: P2", { ...june, contractedPower: { P1: 1, P2: 6 } }, 6, "kVA month", 18],
  ["price: -36.18, per: bill, months: [6]", june, 1, "bill", -36.18],
])("fixed: { %s }", (text, contract, quantity, unit, net) => {
  expect(charges(planOf(version(`fixed: { ${text} }`)), contract, used)).toEqual([
    [contract.from, quantity, unit, net],
  ]);
});

test("a charge of other months is not on the bill; one of a year is on the first bill that begins in it", () => {
  const april = planOf(version("fixed: { price: 1, per: bill, months: [4] }"));
  expect(charges(april, june, used)).toEqual([]);
  const yearly = planOf(version("fixed: { price: 1, per: year, prorated: false }"));
  const contract = { from: "2025-12-05", until: "2026-02-01", billing: { day: 12 } };
  expect(charges(yearly, contract, load(days("2025-12-05", "2026-02-01"), 0))).toEqual([
    ["2025-12-05", 1, "year", 1],
    ["2026-01-12", 1, "year", 1],
  ]);
});

test("two months from the twelfth: each is a month, whatever days it has", () => {
  const plan = planOf(version("fixed: { price: 9, per: month }"), "fixed", "billing: { months: 2, day: 12 }");
  const contract = { from: "2026-01-12", until: "2026-03-12" };
  expect(charges(plan, contract, load(["2026-02-01"], 1))).toEqual([["2026-01-12", 2, "month", 18]]);
});

test("a change of the price within the month: each version its days; of an indivisible month likewise", () => {
  const plan = (rest: string) =>
    planOf(
      `{ from: 2020-01-01, until: 2026-06-11, example: true, vat: 0, fixed: { price: 9, per: month, ${rest} } },
       ${version(`fixed: { price: 12, per: month, ${rest} }`, "2026-06-11")}`,
    );
  const expected = [
    ["2026-06-01", near(10 / 30), "month", 3],
    ["2026-06-01", near(20 / 30), "month", 8],
  ];
  expect(charges(plan("prorated: true"), june, used)).toEqual(expected);
  expect(charges(plan("prorated: false"), june, used)).toEqual(expected);
});

test.each([
  [500, 4],
  [500.001, 10],
  [1200, 10],
  [1201, 17],
])("brackets: %d kWh a year cost %d", (annualUse, net) => {
  const steps = "steps: [{ upTo: 500, price: 4 }, { upTo: 1200, price: 10 }, { price: 17 }]";
  const plan = planOf(version(`brackets: { per: month, of: annual_kwh, ${steps} }`), "capacity");
  expect(charges(plan, { ...june, annualUse }, used)).toEqual([["2026-06-01", 1, "month", net]]);
  const measured = load(["2026-06-11"], (quarter) => (quarter === 0 ? annualUse * 1000 : 0));
  expect(charges(plan, june, measured)).toEqual([["2026-06-01", 1, "month", net]]);
});

const spikes = load(
  days("2026-06-08", "2026-06-14"),
  (quarter) => ({ 32: 1000, 33: 2000, 34: 3000, 80: 1500 })[quarter] ?? 0,
);
test.each([
  ["interval: 15", 12],
  ["interval: 30", 6],
  ["interval: 60", 6],
  ["interval: 15, highest: 8", (6 * 12 + 2 * 8) / 8],
  ["interval: 15, highest: 8, onePerDay: true", 12],
  ['interval: 15, when: [{ hours: ["19:00-21:00"] }]', 6],
  ['interval: 15, minimum: 7, when: [{ hours: ["19:00-21:00"] }]', 7],
  ['interval: 15, when: [{ hours: ["01:00-02:00"] }]', 0],
])("demand: { %s } is %d kW", (text, kw) => {
  const plan = planOf(version(`demand: { price: 2, ${text} }`), "demand");
  const expected = kw === 0 ? [] : [["2026-06-01", kw, "kW", 2 * kw]];
  expect(charges(plan, june, spikes)).toEqual(expected);
});

test("demand of twelve months is the mean of those that there are, each at least the minimum", () => {
  const plan = planOf(version("demand: { price: 12, per: year, months: 12, minimum: 2.5 }"), "demand");
  const months = [load(["2026-04-10"], 1000), load(["2026-05-10"], 100), load(["2026-06-10"], 2000)];
  const bill = charges(plan, { from: "2026-04-01", until: "2026-07-01" }, ...months);
  expect(bill).toEqual([
    ["2026-04-01", 4, "kW", 4],
    ["2026-05-01", 3.25, "kW", 3.25],
    ["2026-06-01", near(14.5 / 3), "kW", near(14.5 / 3)],
  ]);
});

test("an interval of which a quarter is not known does not count", () => {
  const plan = planOf(version("demand: { price: 1, interval: 30 }"), "demand");
  const holed = load(["2026-06-11"], (quarter) => (quarter === 1 ? null : ([3000, 0, 500, 500][quarter] ?? 0)));
  expect(charges(plan, june, holed)).toEqual([["2026-06-01", 2, "kW", 2]]);
});

test("what is missing to the minimum, with tax", () => {
  const charge = version("fixed: { price: 5, per: bill }");
  const minimum = (text: string) =>
    charges(
      planOf(charge, "fixed", `minimumBill: { ${text} }\nrounding: { amount: { of: line, to: 0.01 } }`),
      june,
      used,
    );
  expect(minimum("perBill: 6")).toEqual([["2026-06-01", 1, "bill", 5]]);
  // Thirty days at 0.4 are 12; 6 of it are there.
  expect(minimum("perDay: 0.4").at(-1)).toEqual(["2026-06-01", 1, "bill", 5]);
  expect(minimum("perDay: 0.4")).toHaveLength(2);
});
