/**
 * Each site's local days with their first and last instant: the lines of `reference/site_days.jsonl`; and those of each
 * time zone, `reference/zone_days.jsonl`, which callbacks read: 2,000 sites have a gigabyte of the one, and a zone 400 kB.
 *
 * The only place where a time zone is evaluated for a day; functions and SQL look the day up.
 */
import { Temporal } from "temporal-polyfill";
import type { StackConfig } from "../../config";
import { firstInstant } from "../../configuration/time-zones";

/** A local day, `[day_start, day_end)`; 23 or 25 hours long where the clock changes. */
export interface SiteDay {
  readonly site: string;
  /** Local calendar day, `YYYY-MM-DD`. */
  readonly date: string;
  /** UTC, ISO 8601 with milliseconds. */
  readonly day_start: string;
  readonly day_end: string;
}

/** The days of the configured calendar, both ends included, site after site. */
export function siteDays({ sites, warehouse }: Pick<StackConfig, "sites" | "warehouse">): SiteDay[] {
  const { from, to } = warehouse.calendar;
  const days = new Map<string, Omit<SiteDay, "site">[]>();
  const daysOf = (timezone: string) => {
    const known = days.get(timezone) ?? localDays(from, to, timezone);
    days.set(timezone, known);
    return known;
  };
  return sites.flatMap(({ id, timezone }) => daysOf(timezone).map((day) => ({ site: id, ...day })));
}

/** A local day of a time zone. */
export interface ZoneDay extends Omit<SiteDay, "site"> {
  readonly timezone: string;
}

/** The days of the configured calendar, time zone after time zone. */
export function zoneDays({ sites, warehouse }: Pick<StackConfig, "sites" | "warehouse">): ZoneDay[] {
  const { from, to } = warehouse.calendar;
  const zones = [...new Set(sites.map(({ timezone }) => timezone))].sort();
  return zones.flatMap((timezone) => localDays(from, to, timezone).map((day) => ({ timezone, ...day })));
}

function localDays(from: string, to: string, timezone: string): Omit<SiteDay, "site">[] {
  const days: Omit<SiteDay, "site">[] = [];
  const last = Temporal.PlainDate.from(to);
  let date = Temporal.PlainDate.from(from);
  let start = firstInstant(date, timezone);
  while (Temporal.PlainDate.compare(date, last) <= 0) {
    const next = date.add({ days: 1 });
    const end = firstInstant(next, timezone);
    // A zone that jumps over the date line skips a whole day: such a day has no instant, so it has no line.
    if (start !== end) days.push({ date: date.toString(), day_start: start, day_end: end });
    [date, start] = [next, end];
  }
  return days;
}
