/** The range of a question: local days of the site, cut into steps that a chart can show. */
import { Temporal } from "temporal-polyfill";

export type Grain = "slot" | "hour" | "day" | "month";

export interface Step {
  /** As the views say it: an instant, or the first local day. */
  readonly label: string;
  /** ms */
  readonly start: number;
  readonly end: number;
}

export interface Range {
  /** Local days `YYYY-MM-DD`, both included. */
  readonly from: string;
  readonly to: string;
  readonly grain: Grain;
  readonly steps: readonly Step[];
}

const slotMs = 900_000;

/** Quarter hours of a day, hours of a week, days of a quarter, months of whole months beyond. */
export function rangeOf(from: string, to: string, zone: string): Range {
  const [first, last] = [Temporal.PlainDate.from(from), Temporal.PlainDate.from(to)];
  const days = first.until(last, { largestUnit: "days" }).days + 1;
  const isOfMonths = first.day === 1 && last.day === last.daysInMonth;
  const grain = days === 1 ? "slot" : days <= 7 ? "hour" : days > 92 && (isOfMonths || days > 366) ? "month" : "day";
  return { from, to, grain, steps: stepsOf(grain, first, last.add({ days: 1 }), zone) };
}

function stepsOf(grain: Grain, first: Temporal.PlainDate, end: Temporal.PlainDate, zone: string): Step[] {
  const instant = (day: Temporal.PlainDate) => day.toZonedDateTime(zone).epochMilliseconds;
  if (grain === "slot" || grain === "hour") return clockSteps(grain, instant(first), instant(end), zone);
  const unit = grain === "day" ? { days: 1 } : { months: 1 };
  const steps: Step[] = [];
  for (let day = first; Temporal.PlainDate.compare(day, end) < 0; ) {
    const next = (grain === "day" ? day : day.with({ day: 1 })).add(unit);
    const label = grain === "day" ? day : day.with({ day: 1 });
    steps.push({ label: label.toString(), start: instant(day), end: Math.min(instant(next), instant(end)) });
    day = next;
  }
  return steps;
}

/** Slots, or hours of the local clock: one begins at each full hour, and where the clock moves. */
function clockSteps(grain: "slot" | "hour", from: number, to: number, zone: string): Step[] {
  const starts: number[] = [];
  let offset: number | undefined;
  for (let start = from; start < to; start += slotMs) {
    const time = Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO(zone);
    if (grain === "slot" || time.minute === 0 || time.offsetNanoseconds !== offset) starts.push(start);
    offset = time.offsetNanoseconds;
  }
  return starts.map((start, index) => ({
    label: new Date(start).toISOString(),
    ...{ start, end: starts[index + 1] ?? to },
  }));
}

/** Today where the site is. */
export const todayAt = (zone: string, now: number): string =>
  Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate().toString();

export interface Hour {
  /** ms */
  readonly start: number;
  readonly end: number;
  /** Of the local clock. */
  readonly hour: number;
}

/** The hours of a local day: 23 or 25 where the clock moves by one, the repeated one twice. */
export function hoursOf(day: string, zone: string): Hour[] {
  const date = Temporal.PlainDate.from(day);
  const [start, end] = [date, date.add({ days: 1 })].map((each) => each.toZonedDateTime(zone).epochMilliseconds);
  if (start === undefined || end === undefined) throw new Error(`no day ${day}`);
  if (end - start === 86_400_000)
    return Array.from({ length: 24 }, (_, hour) => ({
      ...{ start: start + hour * 3_600_000, end: start + (hour + 1) * 3_600_000, hour },
    }));
  return clockSteps("hour", start, end, zone).map((step) => ({
    ...{ start: step.start, end: step.end },
    hour: Temporal.Instant.fromEpochMilliseconds(step.start).toZonedDateTimeISO(zone).hour,
  }));
}
