/** What `npm run tariff` says. */
import { join } from "node:path";
import { readArguments } from "../../tools/tariff/arguments";
import { checkText } from "../../tools/tariff/check";
import { dayText } from "../../tools/tariff/day";
import { readGiven } from "../../tools/tariff/given";
import { PlanFolder } from "../configuration/tariffs/plan-folder";

const folder = new PlanFolder();
afterAll(() => folder.remove());

const zones = `bands: [{ name: night, price: 0.1, when: [{ hours: ["01:00-02:30"] }] }, { name: day, price: 0.3, otherwise: true }]`;
const sources = "sources: { sheet: { title: The sheet, date: 2025-12-17, url: https://example.org/sheet } }";

test("a day has each band with its price, and says what is an example and where the rest is from", () => {
  folder.calendar("2026-01-01", "2027-01-01", "2026-12-24");
  const tariff = folder.plan(
    `{ from: 2026-01-01, source: sheet, vat: 0.2, ${zones} }, { from: 2026-12-01, example: true, vat: 0.2, price: 1 }`.replace(
      "{ from: 2026-01-01,",
      "{ from: 2026-01-01, until: 2026-12-01,",
    ),
    `${sources}\ncalendar: test`,
  );
  expect(dayText(tariff, "2026-11-30").split("\n")).toEqual([
    "plan, Plan",
    "Monday, 2026-11-30, Europe/Warsaw; prices in EUR",
    "",
    "Energy (energy), from 2026-01-01 until 2026-12-01, VAT 20%",
    "  00:00-01:00  day    0.30 net, 0.36 with VAT per kWh",
    "  01:00-02:30  night  0.10 net, 0.12 with VAT per kWh",
    "  02:30-24:00  day    0.30 net, 0.36 with VAT per kWh",
    "  source: sheet",
    "",
    "Source sheet: The sheet, 2025-12-17, https://example.org/sheet",
  ]);
  expect(dayText(tariff, "2026-12-24")).toContain("Thursday, 2026-12-24 (holiday: Day of 12-24), Europe/Warsaw");
  expect(dayText(tariff, "2026-12-24")).toContain("example: the prices are from no source");
  expect(dayText(tariff, "2025-12-31")).toContain("Energy (energy)\n  not valid on this day");
  expect(checkText(tariff).split("\n")).toEqual([
    "plan, Plan: no mistake found.",
    "  Energy (energy)",
    "    from 2026-01-01 until 2026-12-01: source: sheet",
    "    from 2026-12-01 on: example: the prices are from no source",
    "Holidays are known until 2027-01-01 (Test).",
    "Source sheet: The sheet, 2025-12-17, https://example.org/sheet",
  ]);
});

test("where the clock changes, times have their offset", () => {
  const tariff = folder.plan(`{ from: 2026-01-01, example: true, vat: 0, ${zones} }`);
  const hours = dayText(tariff, "2026-10-25").match(/^ {2}\d\S+/gm);
  expect(hours?.map((text) => text.trim())).toEqual([
    "00:00+02:00-01:00+02:00",
    "01:00+02:00-02:30+02:00",
    "02:30+02:00-02:00+01:00",
    "02:00+01:00-02:30+01:00",
    "02:30+01:00-24:00+01:00",
  ]);
});

test.each([
  [
    "blocks: { per: day, steps: [{ upTo: 10, price: 1 }, { price: 2 }] }",
    "kind: energy",
    "per kWh: up to 10 kWh a day 1.00 net, 1.10 with VAT; above 2.00 net",
  ],
  [
    "blocks: { per: bill, steps: [{ upToPerDay: 9.5, price: 1 }, { price: 2 }] }",
    "kind: energy",
    "per kWh: up to 9.5 kWh times days 1.00",
  ],
  ["series: { name: none-yet }", "kind: energy", "00:00-24:00  all  not yet known (series none-yet)"],
  [
    "fixed: { price: 5, per: kw_day, powerPeriod: valle }",
    "kind: fixed",
    "5.00 net, 5.50 with VAT per kW and day, contracted power valle",
  ],
  [
    "fixed: { price: -30, per: bill, months: [4, 10] }",
    "kind: credit",
    "per bill, in bills that begin in the months 4, 10",
  ],
  [
    "brackets: { per: month, of: annual_kwh, steps: [{ upTo: 500, price: 1 }, { price: 2 }] }",
    "kind: capacity",
    "per month: up to 500 kWh a year 1.00",
  ],
  [
    "demand: { price: 4, highest: 3, onePerDay: true, months: 12, minimum: 2.5, when: [{ days: [sun] }] }",
    "kind: demand",
    "not at any hour of this day",
  ],
  [
    "demand: { price: 4, highest: 3, onePerDay: true, months: 12, minimum: 2.5 }",
    "kind: demand",
    "per kW and month (3 highest mean of 15 minutes, one a day, over 12 months, at least 2.5 kW)",
  ],
  ["price: -0.05", "kind: feed_in, direction: export", "Energy (feed_in, for exported energy)"],
])("%s is told", (pricing, component, said) => {
  folder.write("series/none-yet.csv", "start,end,price\n");
  const tariff = folder.plan(`{ from: 2026-01-01, example: true, vat: 0.1, ${pricing} }`, "", component);
  expect(dayText(tariff, "2026-06-01")).toContain(said);
});

test("a plan is given by its name or by its file", () => {
  folder.plan("{ from: 2026-01-01, example: true, vat: 0, price: 1 }");
  expect(readGiven(join(folder.path, "plan.yaml")).id).toBe("plan");
  expect(readGiven("pl-g12").id).toBe("pl-g12");
  expect(() => readGiven("pl-g21")).toThrow('pl-g21 is no plan of tariffs/ (did you mean "pl-g');
});

test("the command line", () => {
  expect(readArguments(["check", "pl-g12"])).toEqual({ what: "check", plan: "pl-g12" });
  expect(readArguments(["show", "pl-g12", "--day", "2026-12-24"])).toEqual({
    what: "show",
    plan: "pl-g12",
    day: "2026-12-24",
  });
  expect(readArguments(["--help"])).toEqual({ what: "help" });
  expect(() => readArguments([])).toThrow("the first word must be check, show or import");
  expect(() => readArguments(["check"])).toThrow("the plan is missing");
  expect(() => readArguments(["show", "pl-g12", "--day", "24.12."])).toThrow("--day must be a day YYYY-MM-DD");
  expect(() => readArguments(["check", "a", "b"])).toThrow("b is one word too many");
});
