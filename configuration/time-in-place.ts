/**
 * When a meter or a channel was in place: `from` and `until`, each an instant or a local day of its site.
 *
 * Whoever names a day does not say at what time of it: the meter came, or left, at some time on that day. So each bound has
 * two instants, the first and the last at which that can have been; of an instant both are the same.
 */
import { Temporal } from "temporal-polyfill";
import { z } from "zod";
import { firstInstant } from "./time-zones";
import { must } from "./wording";

/** As the configuration has it; a bound that is not given is not there. */
export interface PlaceTexts {
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

/** UTC, ISO 8601 with milliseconds. A bound that was not given is not there. */
export interface TimeInPlace {
  /** Before it the channel was not there. */
  readonly in_place_from?: string;
  /** From then on it was there for certain. */
  readonly certain_from?: string;
  /** Until then it was there for certain. */
  readonly certain_until?: string;
  /** From then on it is gone. */
  readonly in_place_until?: string;
}

/** A bound as text. Years as in the calendar. */
export function placeTime() {
  const allowed = must(
    'a local day "YYYY-MM-DD", or an instant with its offset, for example "2025-06-02T14:30:00+02:00"',
  );
  const isTime = (text: string) => /^20/.test(text) && (z.iso.date().safeParse(text).success || isInstant(text));
  return z.string(allowed).refine(isTime, { ...allowed, abort: true });
}

/** With or without seconds. */
const isInstant = (text: string) =>
  [null, -1].some((precision) => z.iso.datetime({ offset: true, precision }).safeParse(text).success);

/** The time in place of what several blocks bound, a meter's and its channel's: where all of them have it. */
export function timeInPlace(timezone: string, ...bounds: readonly PlaceTexts[]): TimeInPlace {
  const starts = bounds.flatMap(({ from }) => (from === undefined ? [] : [spanOf(from, timezone)]));
  const ends = bounds.flatMap(({ until }) => (until === undefined ? [] : [spanOf(until, timezone)]));
  const start = starts.sort((a, b) => compare(b.first, a.first))[0];
  const end = ends.sort((a, b) => compare(a.last, b.last))[0];
  return {
    ...(start && { in_place_from: start.first, certain_from: start.last }),
    ...(end && { certain_until: end.first, in_place_until: end.last }),
  };
}

/** Whether there is no instant at which it is in place. */
export const isNever = ({ in_place_from, in_place_until }: TimeInPlace): boolean =>
  in_place_from !== undefined && in_place_until !== undefined && in_place_from >= in_place_until;

/** Whether there is an instant at which both are in place for certain. */
export const isTogether = (a: TimeInPlace, b: TimeInPlace): boolean =>
  [a, b].every(({ certain_from }) =>
    [a, b].every(
      ({ certain_until }) => certain_from === undefined || certain_until === undefined || certain_from < certain_until,
    ),
  );

/** A local day from its first instant to the next day's; an instant is both. */
function spanOf(text: string, timezone: string): { first: string; last: string } {
  if (isInstant(text)) {
    const instant = new Date(text).toISOString();
    return { first: instant, last: instant };
  }
  const day = Temporal.PlainDate.from(text);
  return { first: firstInstant(day, timezone), last: firstInstant(day.add({ days: 1 }), timezone) };
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
