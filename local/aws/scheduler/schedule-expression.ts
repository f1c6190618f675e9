/**
 * When an EventBridge schedule is due: `rate(...)`, `cron(...)` with its six fields, and `at(...)`, in a time zone.
 * A local time that a clock change skips is skipped; one that comes twice is taken once, the first time.
 */
import { Temporal } from "temporal-polyfill";

/** The first due instant after another one, ms; undefined when there is none. */
export type NextDue = (after: number) => number | undefined;

const minuteMs = 60_000;
const unitsMs: Readonly<Record<string, number>> = { minute: minuteMs, hour: 60 * minuteMs, day: 1440 * minuteMs };
const months = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const weekdays = "SUN MON TUE WED THU FRI SAT".split(" ");

/** `start` is when a rate begins to count, ms. @throws an error that names the expression where it is not understood. */
export function parseSchedule(expression: string, timeZone: string, start: number): NextDue {
  const [, kind, body = ""] = /^(rate|cron|at)\((.*)\)$/.exec(expression) ?? [];
  const fail = (reason: string): never => {
    throw new Error(`The schedule ${expression} is not understood: ${reason}.`);
  };
  if (kind === "rate") {
    const [, count, unit = ""] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(body) ?? [];
    const period = Number(count) * (unitsMs[unit] ?? fail("a rate is a number and minutes, hours or days"));
    return (after) => start + (Math.floor(Math.max(0, after - start) / period) + 1) * period;
  }
  if (kind === "at") {
    const instant = Temporal.PlainDateTime.from(body).toZonedDateTime(timeZone).epochMilliseconds;
    return (after) => (instant > after ? instant : undefined);
  }
  if (kind !== "cron") return fail("it begins with rate, cron or at");
  const [minute = "", hour = "", day = "", month = "", weekday = "", year = "", ...others] = body.split(/\s+/);
  if (year === "" || others.length > 0) return fail("cron has six fields");
  if ((day === "?") === (weekday === "?")) return fail("one of day-of-month and day-of-week is ?");
  const fields = {
    minutes: expand(minute, 0, 59, [], fail),
    hours: expand(hour, 0, 23, [], fail),
    days: day === "?" || day === "L" ? undefined : expand(day, 1, 31, [], fail),
    lastDay: day === "L",
    months: expand(month, 1, 12, months, fail),
    weekdays: weekday === "?" ? undefined : expand(weekday, 1, 7, weekdays, fail),
    years: expand(year, 1970, 2199, [], fail),
  };
  return (after) => nextCron(fields, timeZone, after);
}

interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: readonly number[] | undefined;
  readonly lastDay: boolean;
  readonly months: readonly number[];
  /** 1 is Sunday. */
  readonly weekdays: readonly number[] | undefined;
  readonly years: readonly number[];
}

/** A field as the sorted numbers that it stands for. */
function expand(field: string, first: number, last: number, names: readonly string[], fail: (reason: string) => never) {
  const toNumber = (text: string) => {
    const value = names.includes(text) ? names.indexOf(text) + first : /^\d+$/.test(text) ? Number(text) : Number.NaN;
    return value >= first && value <= last ? value : fail(`"${field}" is none of ${first} to ${last}`);
  };
  const values = field.split(",").flatMap((part) => {
    const [range = "", step = "1"] = part.split("/");
    const [from = "", to] = range.split("-");
    const start = from === "*" ? first : toNumber(from);
    const end = from === "*" || (to === undefined && part.includes("/")) ? last : toNumber(to ?? from);
    const stride = !/^[1-9]\d*$/.test(step) ? fail(`"${field}" has no step`) : Number(step);
    return Array.from(
      { length: Math.max(0, Math.floor((end - start) / stride) + 1) },
      (_, index) => start + index * stride,
    );
  });
  return [...new Set(values)].sort((a, b) => a - b);
}

function nextCron(cron: Cron, timeZone: string, after: number): number | undefined {
  const start = Temporal.Instant.fromEpochMilliseconds(after).toZonedDateTimeISO(timeZone).toPlainDate();
  const end = Temporal.PlainDate.from({ year: (cron.years.at(-1) ?? 1970) + 1, month: 1, day: 1 });
  for (let date = start; Temporal.PlainDate.compare(date, end) < 0; date = nextCandidate(cron, date)) {
    if (!isDay(cron, date)) continue;
    for (const hour of cron.hours)
      for (const minute of cron.minutes) {
        const local = date.toPlainDateTime({ hour, minute });
        const zoned = local.toZonedDateTime(timeZone, { disambiguation: "earlier" });
        const exists = zoned.toPlainDateTime().equals(local);
        if (exists && zoned.epochMilliseconds > after) return zoned.epochMilliseconds;
      }
  }
  return undefined;
}

/** The next day, or the next year's first where the year of the date is none of the expression's. */
const nextCandidate = ({ years }: Cron, date: Temporal.PlainDate) =>
  years.includes(date.year)
    ? date.add({ days: 1 })
    : Temporal.PlainDate.from({ year: date.year + 1, month: 1, day: 1 });

function isDay(
  { years, months: inMonths, days, lastDay, weekdays: onWeekdays }: Cron,
  date: Temporal.PlainDate,
): boolean {
  if (!years.includes(date.year) || !inMonths.includes(date.month)) return false;
  if (onWeekdays) return onWeekdays.includes((date.dayOfWeek % 7) + 1);
  return lastDay ? date.day === date.daysInMonth : (days?.includes(date.day) ?? false);
}
