/** The second calculation over bills that a person has added up. */
import type { Tariff } from "../../configuration/tariffs";
import { PlanFolder } from "../configuration/tariffs/plan-folder";
import { type BillLine, type Contract, secondBills } from "./second-calculation";
import { days, load, slotsOf } from "./slots";

const plans = new PlanFolder();
afterAll(() => plans.remove());

const price = (rest: string) => `{ from: 2020-01-01, example: true, vat: 0.2, ${rest} }`;
const june = { from: "2026-06-01", until: "2026-07-01" };
const billOf = (plan: Tariff, contract: Omit<Contract, "plan">, ...parts: Parameters<typeof slotsOf>[1][]) =>
  secondBills({ plan, ...contract }, slotsOf(plan.timezone, ...parts));
const brief = (lines: readonly BillLine[]) =>
  lines.map(({ band, block, quantity, net }) => [band, block, near(quantity), near(net)]);
const near = (value: number | null) => (value === null ? null : Math.round(value * 1e9) / 1e9);

test("bands: seasons, day types with holidays, hours across midnight; tax on the sum, to the cent", () => {
  plans.calendar("2020-01-01", "2027-01-01", "2026-06-04");
  const plan = plans.plan(
    `{ from: 2020-01-01, until: 2027-01-01, example: true, vat: 0.23, bands: [
       { name: night, price: 0.1, when: [{ hours: ["22:00-06:00"] }, { dayTypes: [free] }] },
       { name: noon, price: 0.2, when: [{ seasons: [warm], dayTypes: [working], hours: ["12:00-14:15"] }] },
       { name: day, price: 0.5, otherwise: true } ] }`,
    `calendar: test
seasons: { warm: [{ from: "04-01", to: "09-30" }] }
dayTypes: { working: { days: [mon, tue, wed, thu, fri], holidays: except }, free: { days: [sat, sun], holidays: also } }
rounding: { amount: { of: line, to: 0.01 } }`,
  );
  // Wednesday 3 June, Thursday 4 June (a holiday), Friday 5 June: 1 kWh a slot.
  const bill = billOf(plan, june, load(days("2026-06-03", "2026-06-06"), 1000));
  // Of two working days: 8 h of night, 2:15 of noon, the rest day; of the holiday all is night.
  expect(brief(bill)).toEqual([
    ["day", null, 2 * (96 - 32 - 9), 55],
    ["night", null, 2 * 32 + 96, 16],
    ["noon", null, 18, 3.6],
  ]);
  // The rest of June: 19 working days and 8 days of weekends.
  expect(bill.map(({ unknown_slots }) => unknown_slots)).toEqual([19 * (96 - 32 - 9), 19 * 32 + 8 * 96, 19 * 9]);
  expect(near(bill.reduce((sum, { vat }) => sum + (vat ?? 0), 0))).toBe(17.16);
  expect(near(bill.reduce((sum, { gross }) => sum + (gross ?? 0), 0))).toBe(91.76);
});

const nightBy = (clock: string) =>
  plans.plan(
    price(`clock: ${clock}, bands: [{ name: night, price: 1, when: [{ hours: ["22:00-06:00"] }] },
      { name: day, price: 2, otherwise: true }]`),
  );

// The day of the change begins at 00:00 of standard time and ends at its 23:00, the other begins at 23:00 of the day before.
test.each([
  ["civil", "2026-03-29", 23, 5 + 2],
  ["standard", "2026-03-29", 23, 6 + 1],
  ["utc", "2026-03-29", 23, 1 + 6],
  ["civil", "2026-10-25", 25, 7 + 2],
  ["standard", "2026-10-25", 25, 1 + 6 + 2],
  ["utc", "2026-10-25", 25, 2 + 6 + 1],
])("the night of 22 to 06 by the clock %s on %s", (clock, date, hours, night) => {
  const contract = { from: date, until: days(date, "2026-12-31")[1] ?? "" };
  expect(brief(billOf(nightBy(clock), contract, load([date], 250)))).toEqual([
    ["day", null, hours - night, 2 * (hours - night)],
    ["night", null, night, night],
  ]);
});

// On the wall; in summer standard time is an hour behind, and UTC two.
test.each([
  ["civil", [true, false, false, false, true]],
  ["standard", [true, true, false, false, false]],
  ["utc", [true, true, true, false, false]],
])("a summer's night by the clock %s: the hours that begin at 5, 6, 7, 8 and 22", (clock, isNight) => {
  const found = [5, 6, 7, 8, 22].map((hour) => {
    const bill = billOf(
      nightBy(clock),
      june,
      load(["2026-06-11"], (quarter) => (quarter === hour * 4 ? 250 : 0)),
    );
    return bill.find(({ quantity }) => quantity === 0.25)?.band === "night";
  });
  expect(found).toEqual(isNight);
});

test("a day that begins at six: the early hours are of the day before; a state not yet known has no price", () => {
  plans.write("series/colours.csv", "start,end,state\n2026-06-01T06:00,2026-06-02T06:00,red\n");
  const plan = plans.plan(
    price(`dayStart: "06:00", schedule: { name: colours }, bands: [
      { name: red-day, price: 4, when: [{ states: [red], hours: ["06:00-22:00"] }] },
      { name: red-night, price: 2, when: [{ states: [red], hours: ["22:00-06:00"] }] },
      { name: other, price: 1, otherwise: true }]`),
  );
  const bill = billOf(plan, june, load(days("2026-06-01", "2026-06-03"), 250));
  expect(brief(bill)).toEqual([
    ["red-day", null, 16, 64],
    ["red-night", null, 8, 16],
    ["unknown", null, 24, null],
  ]);
  expect(bill.map(({ unpriced_slots }) => unpriced_slots)).toEqual([0, 0, 30 * 96 - 96]);
});

test("a series: formula with floor and cap; the mean of a line is by its energy; what has no price yet has no amount", () => {
  plans.write(
    "series/spot.csv",
    "start,end,price\n2026-06-01T00:00,2026-06-01T01:00,0.1\n2026-06-01T01:00,2026-06-01T02:00,-5\n2026-06-01T02:00,2026-06-01T02:15,9\n",
  );
  const plan = plans.plan(price("series: { name: spot, plus: 0.02, times: 1.5, tax: 0.1, floor: -0.01, cap: 0.9 }"));
  const [line] = billOf(
    plan,
    june,
    load(["2026-06-01"], (quarter) => (quarter < 4 ? 2000 : 1000)),
  );
  // 8 kWh at (0.02 + 0.15) x 1.1, 4 kWh at the floor, 1 kWh at the cap; 87 kWh later on.
  expect(line).toMatchObject({ band: "all", quantity: 100, unpriced_slots: 30 * 96 - 9 });
  expect(line?.net).toBeCloseTo(8 * 0.187 - 0.04 + 0.9, 12);
  expect(line?.price).toBeCloseTo((8 * 0.187 - 0.04 + 0.9) / 13, 12);
});

test("blocks: a quarter that crosses a limit is split, one that ends at it is not; shares of a month by its days", () => {
  const steps = "steps: [{ upTo: 30, price: 0.1 }, { upTo: 45, price: 0.2 }, { price: 0.4 }]";
  const monthly = plans.plan(price(`blocks: { per: month, ${steps} }`));
  const quarters = (wh: number) => load(days("2026-06-11", "2026-06-12"), (quarter) => (quarter < 40 ? wh : null));
  expect(brief(billOf(monthly, june, quarters(1500)))).toEqual([
    ["all", 1, 30, 3],
    ["all", 2, 15, 3],
    ["all", 3, 15, 6],
  ]);
  // A third of June: 10 and 15 kWh.
  const prorated = plans.plan(price(`blocks: { per: month, prorated: true, ${steps} }`));
  expect(brief(billOf(prorated, { ...june, from: "2026-06-21" }, load(["2026-06-21"], 125)))).toEqual([
    ["all", 1, 10, 1],
    ["all", 2, 2, 0.4],
  ]);
  const daily = plans.plan(price(`blocks: { per: day, ${steps} }`));
  expect(brief(billOf(daily, june, load(days("2026-06-11", "2026-06-13"), 400)))).toEqual([
    ["all", 1, 60, 6],
    ["all", 2, near(16.8), near(3.36)],
  ]);
});

test("blocks by the day times the days of a band, and those of a whole month over a change of the price", () => {
  const weekend = plans.plan(
    price(`bands: [
      { name: free, when: [{ days: [sat, sun] }], blocks: { per: bill, steps: [{ upToPerDay: 2, price: 0 }, { price: 1 }] } },
      { name: week, price: 0.5, otherwise: true }]`),
  );
  // Eight days of weekends: 16 kWh are free.
  expect(brief(billOf(weekend, june, load(["2026-06-07", "2026-06-08"], 250)))).toEqual([
    ["free", 1, 16, 0],
    ["free", 2, 8, 8],
    ["week", null, 24, 12],
  ]);
  const changed = plans.plan(
    `{ from: 2020-01-01, until: 2026-06-16, example: true, vat: 0, blocks: { per: month, steps: [{ upTo: 36, price: 1 }, { price: 2 }] } },
     { from: 2026-06-16, example: true, vat: 0, blocks: { per: month, steps: [{ upTo: 36, price: 10 }, { price: 20 }] } }`,
  );
  expect(brief(billOf(changed, june, load(["2026-06-15", "2026-06-16"], 250)))).toEqual([
    ["all", 1, 24, 24],
    ["all", 1, 12, 120],
    ["all", 2, 12, 240],
  ]);
});

test.each([
  ["half_up", 0.13],
  ["half_even", 0.12],
])("rounding at a tie: %s, of each slot, of the band and of the line", (mode, cents) => {
  const bill = (of: string) => {
    const plan = plans.plan(price("price: 0.5"), `rounding: { amount: { of: ${of}, to: 0.01, mode: ${mode} } }`);
    return brief(
      billOf(
        plan,
        june,
        load(["2026-06-01"], (quarter) => (quarter < 2 ? 250 : 0)),
      ),
    )[0]?.[3];
  };
  expect([bill("slot"), bill("band"), bill("line")]).toEqual([2 * cents, 0.25, 0.25]);
  const whole = plans.plan(price("price: 0.5"), `rounding: { quantity: { of: line, to: 1, mode: ${mode} } }`);
  expect(
    brief(
      billOf(
        whole,
        june,
        load(["2026-06-01"], (quarter) => (quarter < 2 ? 1250 : 0)),
      ),
    ),
  ).toEqual([["all", null, mode === "half_up" ? 3 : 2, mode === "half_up" ? 1.5 : 1]]);
});

test("a band that a change of the price cuts is rounded once", () => {
  const plan = plans.plan(
    `{ from: 2020-01-01, until: 2026-06-16, example: true, vat: 0, price: 1 }, { from: 2026-06-16, example: true, vat: 0, price: 2 }`,
    "rounding: { quantity: { of: band, to: 1 } }",
  );
  const bill = billOf(
    plan,
    june,
    load(["2026-06-15", "2026-06-16"], (quarter) => (quarter === 0 ? 1400 : 0)),
  );
  expect(brief(bill)).toEqual([
    ["all", null, 1, 1],
    ["all", null, 2, 4],
  ]);
});

test("netting within the hour, and export as a negative cost", () => {
  const keys = (netting: string) =>
    plans.plan(price("price: 0.5"), `netting: ${netting}`, "kind: feed_in, direction: export");
  // An hour that takes 4 and gives 6 kWh, and one that takes 4 and gives 2.
  const flow = load(
    ["2026-06-01"],
    (quarter) => (quarter < 8 ? 1000 : 0),
    (quarter) => [6000, 0, 0, 0, 1000, 0, 1000, 0][quarter] ?? 0,
  );
  expect(brief(billOf(keys("none"), june, flow))).toEqual([["all", null, 8, -4]]);
  expect(brief(billOf(keys("hour"), june, flow))).toEqual([["all", null, 2, -1]]);
  const hole = load(["2026-06-01"], (quarter) => (quarter === 3 ? null : 1000), 6000);
  const [line] = billOf(keys("hour"), june, hole);
  expect([line?.quantity, line?.unknown_slots]).toEqual([23 * 20, 29 * 96 + 4]);
});
