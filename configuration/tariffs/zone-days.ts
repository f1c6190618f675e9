/** A version is valid in local days; the days of its zones' clock may begin at another time. */
import { dayNumberAt } from "./band-windows";
import type { Version } from "./component-schema";
import { dateOf, dayNumberOf } from "./day-facts";
import type { Tariff } from "./read-plan";
import { localDay, piecesOf } from "./zone-clock";

/** The first and the last day of the zones' clock of which some time is before `until` and in the version's validity. */
export function zoneDays({ timezone }: Tariff, version: Version, until: string): { first: number; last: number } {
  const start = piecesOf(localDay(version.from, timezone), version)[0];
  const end = piecesOf(localDay(dateOf(dayNumberOf(until) - 1), timezone), version).at(-1);
  if (!start || !end) throw new Error("a day has no time in it");
  return {
    first: dayNumberAt(version, start.startMs + start.offsetMs),
    last: dayNumberAt(version, end.endMs + end.offsetMs - 1),
  };
}
