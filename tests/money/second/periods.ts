/** The billing periods of a contract, and the days of one that a component's version has. */
import type { Tariff, Version } from "../../../configuration/tariffs";
import { type Day, day, daysFrom, earlier, isBefore, later } from "./clock";

/** `configuration/contracts.ts` describes it; here its days have both bounds. */
export interface Contract {
  readonly plan: Tariff;
  readonly from: string;
  readonly until: string;
  readonly contractedPower?: number | Readonly<Record<string, number>>;
  readonly annualUse?: number;
  readonly billing?: { readonly day?: number; readonly months?: number; readonly startMonth?: number };
}

/** Local days, half open. */
export interface Days {
  readonly start: Day;
  readonly end: Day;
}

export interface Period extends Days {
  /** As it were if the contract neither began nor ended in it. */
  readonly whole: Days;
  /** The months of the whole, each from the billing day to the next month's. */
  readonly months: readonly Days[];
}

export const count = ({ start, end }: Days): number => daysFrom(start, end);
export const common = (one: Days, other: Days): Days => ({
  start: later(one.start, other.start),
  end: earlier(one.end, other.end),
});
export const has = ({ start, end }: Days, date: Day): boolean => !isBefore(date, start) && isBefore(date, end);

export function datesOf({ start, end }: Days): Day[] {
  const dates: Day[] = [];
  for (let date = start; isBefore(date, end); date = date.add({ days: 1 })) dates.push(date);
  return dates;
}

const never = day("9999-01-01");
export const validity = ({ from, until }: Version): Days => ({
  start: day(from),
  end: until === undefined ? never : day(until),
});
export const daysOf = ({ from, until }: Contract): Days => ({ start: day(from), end: day(until) });

/** Walks from month to month, from years before the contract. */
export function periodsOf(contract: Contract): Period[] {
  const billing = { ...contract.plan.billing, ...contract.billing };
  const held = daysOf(contract);
  const periods: Period[] = [];
  const year = held.start.year - 2;
  let start = day("2000-01-01").with({ year, month: billing.startMonth, day: billing.day });
  while (isBefore(start, held.end)) {
    const end = start.add({ months: billing.months });
    const whole = { start, end };
    const own = common(whole, held);
    const from = start;
    const months = Array.from({ length: billing.months }, (_, at) => ({
      start: from.add({ months: at }),
      end: from.add({ months: at + 1 }),
    }));
    if (count(own) > 0) periods.push({ ...own, whole, months });
    start = end;
  }
  return periods;
}
