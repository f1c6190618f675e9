/** Bills: from day to day of every n-th month, cut where a contract begins and ends. */
import fc from "fast-check";
import { periodsOf } from "../../../components/reference/tariffs/billing-periods";
import { dateOf, dayOf, type Span } from "../../../components/reference/tariffs/spans";

const days = (start: string, end: string): Span => ({ start: dayOf(start), end: dayOf(end) });
const text = ({ start, end }: Span) => `${dateOf(start)} ${dateOf(end)}`;
const monthly = { day: 1, months: 1, startMonth: 1 };

test("a month is a bill", () => {
  expect(periodsOf(days("2025-12-01", "2026-03-01"), monthly).map(text)).toEqual([
    "2025-12-01 2026-01-01",
    "2026-01-01 2026-02-01",
    "2026-02-01 2026-03-01",
  ]);
});

test("two months from the 12th of February are cut by the contract, and know what they are a part of", () => {
  const periods = periodsOf(days("2026-03-20", "2026-06-20"), { day: 12, months: 2, startMonth: 2 });
  expect(periods.map(text)).toEqual(["2026-03-20 2026-04-12", "2026-04-12 2026-06-12", "2026-06-12 2026-06-20"]);
  expect(periods.map(({ whole }) => text(whole))).toEqual([
    "2026-02-12 2026-04-12",
    "2026-04-12 2026-06-12",
    "2026-06-12 2026-08-12",
  ]);
  expect(periods[0]?.months.map(text)).toEqual(["2026-02-12 2026-03-12", "2026-03-12 2026-04-12"]);
});

test("months that do not divide the year are counted on", () => {
  expect(periodsOf(days("2026-01-01", "2027-06-01"), { day: 1, months: 5, startMonth: 1 }).map(text)).toHaveLength(4);
});

test("no days, no bill", () => {
  expect(periodsOf(days("2026-03-20", "2026-03-20"), monthly)).toEqual([]);
});

test("bills tile the days of a contract, and their months the whole bill", () => {
  const billing = fc.record({
    day: fc.integer({ min: 1, max: 28 }),
    months: fc.integer({ min: 1, max: 12 }),
    startMonth: fc.integer({ min: 1, max: 12 }),
  });
  const contract = fc.tuple(fc.integer({ min: 15_000, max: 25_000 }), fc.integer({ min: 1, max: 2000 }));
  fc.assert(
    fc.property(contract, billing, ([start, length], each) => {
      const periods = periodsOf({ start, end: start + length }, each);
      expect(periods.at(0)?.start).toBe(start);
      expect(periods.at(-1)?.end).toBe(start + length);
      periods.forEach((period, at) => {
        expect(period.end).toBe(periods[at + 1]?.start ?? start + length);
        expect(period.end).toBeGreaterThan(period.start);
        expect(Number(dateOf(period.whole.start).slice(8))).toBe(each.day);
        expect(period.months.map((month) => month.end)).toEqual([
          ...period.months.slice(1).map((month) => month.start),
          period.whole.end,
        ]);
      });
    }),
    { seed: 17 },
  );
});
