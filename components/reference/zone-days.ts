/**
 * The local days of each time zone that has sites, with their first and last instant: the lines of `reference/zone_days.jsonl`.
 * They do not grow with the sites: a site's days are those of its time zone, which the registry has.
 *
 * The only place where a time zone is evaluated for a day; functions and SQL look the day up.
 */
import { Temporal } from "temporal-polyfill";
import type { StackConfig } from "../../config";
import { firstInstant } from "../../configuration/time-zones";

/** A local day of a time zone, `[day_start, day_end)`; 23 or 25 hours long where the clock changes. */
export interface ZoneDay {
  readonly timezone: string;
  /** Local calendar day, `YYYY-MM-DD`. */
  readonly date: string;
  /** UTC, ISO 8601 with milliseconds. */
  readonly day_start: string;
  readonly day_end: string;
}

/** The days of the configured calendar, both ends included, time zone after time zone. */
export function zoneDays({ sites, warehouse }: Pick<StackConfig, "sites" | "warehouse">): ZoneDay[] {
  const { from, to } = warehouse.calendar;
  const zones = [...new Set(sites.map(({ timezone }) => timezone))].sort();
  return zones.flatMap((timezone) => localDays(from, to, timezone));
}

function localDays(from: string, to: string, timezone: string): ZoneDay[] {
  const days: ZoneDay[] = [];
  const last = Temporal.PlainDate.from(to);
  let date = Temporal.PlainDate.from(from);
  let start = firstInstant(date, timezone);
  while (Temporal.PlainDate.compare(date, last) <= 0) {
    const next = date.add({ days: 1 });
    const end = firstInstant(next, timezone);
    // A zone that jumps over the date line skips a whole day: such a day has no instant, so it has no line.
    if (start !== end) days.push({ timezone, date: date.toString(), day_start: start, day_end: end });
    [date, start] = [next, end];
  }
  return days;
}
