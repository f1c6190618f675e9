/** What a plan asks of a day: its seasons, its day types, its day of the week. */
import type { DayType, Plan, Season } from "./plan-schema";
import type { Tariff } from "./read-plan";
import { type Weekday, weekdays } from "./time-schema";
import { dayMs, isSummerTime } from "./zone-clock";

export interface DayFacts {
  readonly date: string;
  readonly weekday: Weekday;
  readonly seasons: readonly string[];
  readonly dayTypes: readonly string[];
}

/** Days are counted from 1 January 1970. */
export const dateOf = (dayNumber: number): string => new Date(dayNumber * dayMs).toISOString().slice(0, 10);
export const dayNumberOf = (date: string): number => Date.parse(date) / dayMs;

export function dayFacts(tariff: Tariff, dayNumber: number): DayFacts {
  const date = dateOf(dayNumber);
  const weekday = weekdayOf(dayNumber);
  const isHoliday = tariff.holidayDates.has(date);
  return {
    date,
    weekday,
    seasons: namesWhere(tariff.seasons, (season) => isInSeason(season, date, tariff)),
    dayTypes: namesWhere(tariff.dayTypes, (dayType) => isOfType(dayType, weekday, isHoliday)),
  };
}

/** Each day's once, for who asks about a day again and again. */
export function rememberedFacts(tariff: Tariff): (dayNumber: number) => DayFacts {
  const known = new Map<number, DayFacts>();
  return (dayNumber) => {
    const facts = known.get(dayNumber) ?? dayFacts(tariff, dayNumber);
    known.set(dayNumber, facts);
    return facts;
  };
}

const namesWhere = <Value>(values: Readonly<Record<string, Value>>, holds: (value: Value) => boolean): string[] =>
  Object.entries(values).flatMap(([name, value]) => (holds(value) ? [name] : []));

/** 1 January 1970 was a Thursday. */
function weekdayOf(dayNumber: number): Weekday {
  const weekday = weekdays[(((dayNumber + 3) % 7) + 7) % 7];
  if (weekday === undefined) throw new Error(`${dayNumber} is no whole number of days`);
  return weekday;
}

function isInSeason(season: Season, date: string, { timezone }: Plan): boolean {
  if (typeof season === "string") return isSummerTime(dayNumberOf(date), timezone) === (season === "summer_time");
  const day = date.slice(5);
  // As text: a span until 02-29 ends with February in each year.
  return season.some(({ from, to }) => (from <= to ? from <= day && day <= to : from <= day || day <= to));
}

function isOfType({ days, holidays }: DayType, weekday: Weekday, isHoliday: boolean): boolean {
  if (isHoliday && holidays !== "as_usual") return holidays === "also";
  return days.includes(weekday);
}
