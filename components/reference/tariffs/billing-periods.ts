/** The billing periods of a contract: from day to day of every n-th month, cut where the contract begins and ends. */
import { common, daysIn, firstOfMonth, monthOf, type Span } from "./spans";

export interface Billing {
  /** Day of the month on which a period begins. */
  readonly day: number;
  /** Months of a period. */
  readonly months: number;
  /** A month in which one begins, 1 to 12. */
  readonly startMonth: number;
}

/** The days that are billed together. */
export interface Period extends Span {
  /** The same without the cut of a contract that begins or ends in it. */
  readonly whole: Span;
  /** The months of the whole period, each from its day to the next month's. */
  readonly months: readonly Span[];
}

/** The periods of the days of a contract, in order. */
export function periodsOf(contract: Span, billing: Billing): Period[] {
  const periods: Period[] = [];
  if (daysIn(contract) <= 0) return periods;
  const begins = (month: number) => firstOfMonth(month) + billing.day - 1;
  // The last month of its kind that begins not after the contract does.
  let month = monthOf(contract.start);
  if (begins(month) > contract.start) month--;
  month -= (((month - (billing.startMonth - 1)) % billing.months) + billing.months) % billing.months;
  for (; begins(month) < contract.end; month += billing.months) {
    const months = Array.from({ length: billing.months }, (_, at) => ({
      start: begins(month + at),
      end: begins(month + at + 1),
    }));
    const whole = { start: begins(month), end: begins(month + billing.months) };
    periods.push({ ...common(whole, contract), whole, months });
  }
  return periods;
}
