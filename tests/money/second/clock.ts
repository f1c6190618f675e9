/** What a clock on the wall shows, asked of Temporal for one instant at a time. */
import { Temporal } from "temporal-polyfill";
import type { Version } from "../../../configuration/tariffs";

export type Day = Temporal.PlainDate;
export const day = (date: string): Day => Temporal.PlainDate.from(date);
export const isBefore = (one: Day, other: Day): boolean => Temporal.PlainDate.compare(one, other) < 0;
export const earlier = (one: Day, other: Day): Day => (isBefore(one, other) ? one : other);
export const later = (one: Day, other: Day): Day => (isBefore(one, other) ? other : one);
export const daysFrom = (one: Day, other: Day): number => Math.max(0, one.until(other, { largestUnit: "days" }).days);

export const quarterMs = 15 * 60_000;

export const localTime = (ms: number, timezone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timezone);

/** The quarter hours of a local day, however many it has. */
export function quartersOf(date: Day, timezone: string): number[] {
  const end = date.add({ days: 1 }).toZonedDateTime(timezone).epochMilliseconds;
  const quarters: number[] = [];
  for (let ms = date.toZonedDateTime(timezone).epochMilliseconds; ms < end; ms += quarterMs) quarters.push(ms);
  return quarters;
}

/** Of a quarter hour, what the zones' clock shows, and the date of the day that began last at `dayStart`. */
export interface Shown {
  readonly date: Day;
  /** Of the clock's own day. */
  readonly minute: number;
}

/** Temporal is slow, and every component asks about the same quarters. */
const shownBefore = new Map<string, Map<number, Shown>>();

export function shownAt(ms: number, timezone: string, { clock, dayStart }: Pick<Version, "clock" | "dayStart">): Shown {
  const key = [timezone, clock, dayStart].join(" ");
  const known = shownBefore.get(key) ?? new Map<number, Shown>();
  shownBefore.set(key, known);
  const found = known.get(ms) ?? shown(zoneTime(ms, timezone, clock), dayStart);
  known.set(ms, found);
  return found;
}

function shown(time: Temporal.PlainDateTime, dayStart: string): Shown {
  const [hours = 0, minutes = 0] = dayStart.split(":").map(Number);
  return { date: time.subtract({ hours, minutes }).toPlainDate(), minute: time.hour * 60 + time.minute };
}

function zoneTime(ms: number, timezone: string, clock: Version["clock"]): Temporal.PlainDateTime {
  if (clock === "utc") return localTime(ms, "UTC").toPlainDateTime();
  const civil = localTime(ms, timezone);
  const time = civil.toPlainDateTime();
  if (clock === "civil") return time;
  return time.subtract({ nanoseconds: civil.offsetNanoseconds - winterOffset(civil.year, timezone) });
}

export function isSummerTime(date: Day, timezone: string): boolean {
  const noon = date.toPlainDateTime("12:00").toZonedDateTime(timezone);
  return noon.offsetNanoseconds > winterOffset(date.year, timezone);
}

const winterOffsets = new Map<string, number>();

/** The clock is ahead in summer; so its least offset in a year is winter's. */
function winterOffset(year: number, timezone: string): number {
  const key = `${year} ${timezone}`;
  const known = winterOffsets.get(key);
  if (known !== undefined) return known;
  const firsts = Array.from({ length: 12 }, (_, at) => Temporal.PlainDate.from({ year, month: at + 1, day: 1 }));
  const offset = Math.min(...firsts.map((first) => first.toZonedDateTime(timezone).offsetNanoseconds));
  winterOffsets.set(key, offset);
  return offset;
}
