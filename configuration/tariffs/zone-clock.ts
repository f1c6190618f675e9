/**
 * The clock that a meter's zones follow. Within a piece of time of one offset, what it shows is the instant plus the offset;
 * so hours are compared with what the clock shows, and an hour that there is twice is the same band twice.
 */
import { Temporal } from "temporal-polyfill";
import type { Version } from "./component-schema";

/** Milliseconds; in a wall time, those that a clock on UTC would need to show the same. */
export interface Piece {
  readonly startMs: number;
  readonly endMs: number;
  readonly offsetMs: number;
}

/** A local day of a site, with what the plan's clocks show in it. */
export interface LocalDay {
  readonly startMs: number;
  readonly endMs: number;
  /** Of the clock on the wall in the plan's time zone. */
  readonly civil: readonly Piece[];
  /** Without summer time. */
  readonly standardOffsetMs: number;
}

export const dayMs = 24 * 60 * 60_000;

/** @param timezone the site's, whose days they are; the plan's without it. */
export function localDay(date: string, planTimezone: string, timezone: string = planTimezone): LocalDay {
  const day = Temporal.PlainDate.from(date);
  const startMs = day.toZonedDateTime(timezone).epochMilliseconds;
  const endMs = day.add({ days: 1 }).toZonedDateTime(timezone).epochMilliseconds;
  const civil = civilPieces(startMs, endMs, planTimezone);
  return { startMs, endMs, civil, standardOffsetMs: standardOffsetMs(day.year, planTimezone) };
}

/** What the version's clock shows in the day. */
export function piecesOf({ startMs, endMs, civil, standardOffsetMs }: LocalDay, { clock }: Version): readonly Piece[] {
  if (clock === "civil") return civil;
  return [{ startMs, endMs, offsetMs: clock === "utc" ? 0 : standardOffsetMs }];
}

/** Whether legal summer time holds at noon of a day, given as days since 1970. */
export function isSummerTime(dayNumber: number, timezone: string): boolean {
  const standard = standardOffsetMs(new Date(dayNumber * dayMs).getUTCFullYear(), timezone);
  return offsetMs(dayNumber * dayMs + dayMs / 2 - standard, timezone) > standard;
}

function civilPieces(startMs: number, endMs: number, timezone: string): Piece[] {
  const pieces: Piece[] = [];
  for (let from = startMs; from < endMs; ) {
    const offset = offsetMs(from, timezone);
    const changes = offset !== offsetMs(endMs, timezone);
    const until = changes ? Math.min(endMs, nextChangeMs(from, timezone) ?? endMs) : endMs;
    pieces.push({ startMs: from, endMs: until, offsetMs: offset });
    from = until;
  }
  return pieces;
}

const zoned = (ms: number, timezone: string) => Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timezone);
const offsetMs = (ms: number, timezone: string) => zoned(ms, timezone).offsetNanoseconds / 1e6;
const nextChangeMs = (ms: number, timezone: string) =>
  zoned(ms, timezone).getTimeZoneTransition("next")?.epochMilliseconds;

/** The smaller one of winter's and summer's, on whichever half of the earth, and whatever the law calls it. */
const standardOffsetMs = (year: number, timezone: string) =>
  Math.min(...[1, 7].map((month) => offsetMs(Date.UTC(year, month - 1, 1), timezone)));
