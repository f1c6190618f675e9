/** How many days, months, years and kW of a billing period a version of a component is charged for. */
import type { Period } from "./billing-periods";
import { common, dateOf, daysIn, firstOfMonth, type Span } from "./spans";
import type { Supply } from "./supply";

/** What a version has of a billing period. */
export interface Part {
  readonly period: Period;
  /** Its days in the period. */
  readonly own: Span;
  /** The days in the period of every version of the component. */
  readonly held: readonly Span[];
  /** The days of the plan at the site. */
  readonly supplied: Span;
}

export const daysOf = ({ own }: Part): number => daysIn(own);

/** Months begin where the billing periods do. Not prorated, one that is held in part is shared by its versions alone. */
export const monthsOf = (part: Part, isProrated: boolean): number =>
  sum(part.period.months.map((month) => shareOf(part, month, isProrated)));

/** Calendar years, by their days. Not prorated, a year is charged in the first billing period that begins in it. */
export function yearsOf(part: Part, isProrated: boolean): number {
  if (!isProrated) return beginsYear(part) ? shareOf(part, part.period, false) : 0;
  const first = yearOf(part.own.start);
  const years = Array.from({ length: yearOf(part.own.end - 1) - first + 1 }, (_, at) => calendarYear(first + at));
  return sum(years.map((year) => shareOf(part, year, true)));
}

/** One for the whole bill, shared by the versions. */
export const billsOf = (part: Part): number => shareOf(part, part.period, false);

/** kW that the contract has; of several, those of the name. */
export function powerOf({ site, tariff, contract }: Supply, name: string | undefined): number {
  const { contractedPower } = contract;
  const power = typeof contractedPower === "object" ? contractedPower[name ?? ""] : contractedPower;
  if (power === undefined)
    throw new Error(`site ${site}: no contractedPower${name ? ` ${name}` : ""} for ${tariff.id}`);
  return power;
}

function shareOf({ own, held }: Part, unit: Span, isProrated: boolean): number {
  const days = daysIn(common(own, unit));
  if (days === 0) return 0;
  return days / (isProrated ? daysIn(unit) : sum(held.map((span) => daysIn(common(span, unit)))));
}

function beginsYear({ period, supplied }: Part): boolean {
  if (period.start === supplied.start) return true;
  const before = Math.max(supplied.start, period.start - daysIn(period.whole));
  return yearOf(before) < yearOf(period.start);
}

const yearOf = (day: number): number => Number(dateOf(day).slice(0, 4));
const calendarYear = (year: number): Span => ({ start: firstOfMonth(year * 12), end: firstOfMonth((year + 1) * 12) });
const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);
