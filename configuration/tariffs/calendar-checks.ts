/** A version that asks about holidays is valid only while its calendar tells of them. */
import { dayNumberAt } from "./band-windows";
import type { Version } from "./component-schema";
import { dateOf, dayNumberOf } from "./day-facts";
import { type Fault, fault } from "./fault";
import type { Tariff } from "./read-plan";
import { localDay, piecesOf } from "./zone-clock";

export function calendarFaults(tariff: Tariff, version: Version, path: readonly PropertyKey[]): Fault[] {
  const { calendarDays: calendar } = tariff;
  if (!calendar || !asksAboutHolidays(tariff, version)) return [];
  const runsOut = `but the calendar ${calendar.id} runs out at ${calendar.until} 00:00, and the bands ask about holidays`;
  if (version.until === undefined) return [fault([...path, "until"], `is missing, ${runsOut}`)];
  const [first, last] = zoneDates(tariff, version, version.until);
  if (first < calendar.from) {
    const begins = `but the calendar ${calendar.id} begins at ${calendar.from} 00:00`;
    return [
      fault([...path, "from"], `is ${version.from}, ${begins}, and the bands ask about holidays from ${first} on`),
    ];
  }
  return last < calendar.until ? [] : [fault([...path, "until"], `is ${version.until}, ${runsOut} until then`)];
}

function asksAboutHolidays({ dayTypes }: Tariff, { bands = [], demand }: Version): boolean {
  const conditions = [...bands.flatMap(({ when = [] }) => when), ...(demand?.when ?? [])];
  return conditions.some((condition) =>
    condition.dayTypes?.some((name) => (dayTypes[name]?.holidays ?? "as_usual") !== "as_usual"),
  );
}

/** The first and the last day of the zones' clock in the version's validity, which is in local days. */
function zoneDates({ timezone }: Tariff, version: Version, until: string): [string, string] {
  const first = piecesOf(localDay(version.from, timezone), version)[0];
  const last = piecesOf(localDay(dateOf(dayNumberOf(until) - 1), timezone), version).at(-1);
  if (!first || !last) throw new Error("a day has no time in it");
  const firstDay = dayNumberAt(version, first.startMs + first.offsetMs);
  const lastDay = dayNumberAt(version, last.endMs + last.offsetMs - 1);
  return [dateOf(firstDay), dateOf(lastDay)];
}
