/** A version that asks about holidays is valid only while its calendar tells of them. */
import type { Version } from "./component-schema";
import { dateOf } from "./day-facts";
import { type Fault, fault } from "./fault";
import type { Tariff } from "./read-plan";
import { zoneDays } from "./zone-days";

export function calendarFaults(tariff: Tariff, version: Version, path: readonly PropertyKey[]): Fault[] {
  const { calendarDays: calendar } = tariff;
  if (!calendar || !asksAboutHolidays(tariff, version)) return [];
  const runsOut = `but the calendar ${calendar.id} runs out at ${calendar.until} 00:00, and the bands ask about holidays`;
  if (version.until === undefined) return [fault([...path, "until"], `is missing, ${runsOut}`)];
  const days = zoneDays(tariff, version, version.until);
  const [first, last] = [dateOf(days.first), dateOf(days.last)];
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
