/**
 * Twelve months of seven days of the week of quarter hours, each with the number of its band: how sources without holidays
 * and dates say when a price holds; and the same as seasons and conditions of a plan.
 */
import { gridMinutes, type Weekday, weekdays } from "../../../../configuration/tariffs/time-schema";
import type { DraftBand, DraftCondition, DraftPlan } from "./draft";

/** `[month][day of the week, Monday first][quarter hour]`. */
export type WeekGrid = readonly (readonly (readonly number[])[])[];

export const quartersOfDay = (24 * 60) / gridMinutes;

export const gridOf = (bandAt: (month: number, weekday: number, quarter: number) => number): WeekGrid =>
  listOf(12, (month) => listOf(7, (weekday) => listOf(quartersOfDay, (quarter) => bandAt(month, weekday, quarter))));

export interface GridConditions {
  readonly seasons: NonNullable<DraftPlan["seasons"]>;
  /** Of the band with this number; empty where it never holds. */
  conditionsOf(band: number): DraftCondition[];
}

/** @param daysOf how a condition says days of the week; not asked of all seven. */
export function conditionsIn(
  grid: WeekGrid,
  daysOf: (days: Weekday[]) => DraftCondition = (days) => ({ days }),
): GridConditions {
  const seasons = groupsOf(grid).map(({ members: months, value: week }) => ({
    months,
    week,
    name: seasonName(months),
  }));
  const isOneSeason = seasons.length === 1;
  return {
    seasons: isOneSeason ? {} : Object.fromEntries(seasons.map(({ name, months }) => [name, spansOf(months)])),
    conditionsOf(band) {
      return seasons.flatMap(({ name, week }) =>
        groupsOf(week).flatMap(({ members, value: day }) => {
          if (!day.includes(band)) return [];
          const days = members.flatMap((weekday) => weekdays[weekday] ?? []);
          const hours = hoursOf(day, band);
          return [
            {
              ...(!isOneSeason && { seasons: [name] }),
              ...(days.length < weekdays.length && daysOf(days)),
              ...(hours.length > 0 && { hours }),
            },
          ];
        }),
      );
    },
  };
}

/** The bands of a grid: the one that holds most is what holds otherwise; one that never holds is left out. */
export function bandsIn(grid: WeekGrid, { conditionsOf }: GridConditions, bands: readonly DraftBand[]): DraftBand[] {
  const quarters = grid.flat(2);
  const counts = bands.map((_, band) => quarters.filter((one) => one === band).length);
  const most = counts.indexOf(Math.max(...counts));
  return bands.flatMap((band, at): DraftBand[] => {
    if (counts[at] === 0) return [];
    return [at === most ? { ...band, otherwise: true } : { ...band, when: conditionsOf(at) }];
  });
}

/** What is the same is said once. */
function groupsOf<Value>(values: readonly Value[]): { value: Value; members: number[] }[] {
  const groups = new Map<string, { value: Value; members: number[] }>();
  for (const [at, value] of values.entries()) {
    const key = JSON.stringify(value);
    const group = groups.get(key) ?? { value, members: [] };
    group.members.push(at);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** None where it is the whole day; what ends at midnight and begins there is one window. */
function hoursOf(day: readonly number[], band: number): string[] {
  const edges = day.flatMap((one, quarter) => {
    const before = day[(quarter + day.length - 1) % day.length];
    return (one === band) === (before === band) ? [] : [{ quarter, begins: one === band }];
  });
  const starts = edges.filter(({ begins }) => begins).map(({ quarter }) => quarter);
  const ends = edges.filter(({ begins }) => !begins).map(({ quarter }) => quarter);
  return starts.map((start) => `${timeOf(start)}-${timeOf(ends.find((end) => end > start) ?? ends[0] ?? 0)}`);
}

function timeOf(quarter: number): string {
  const minute = quarter * gridMinutes;
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, "0")).join(":");
}

const monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"] as const;
const lastDays = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

interface MonthSpan {
  first: number;
  last: number;
}

/** Months in a row, December before January too. */
function monthSpans(months: readonly number[]): MonthSpan[] {
  const spans: MonthSpan[] = [];
  for (const month of months) {
    const last = spans.at(-1);
    if (last?.last === month - 1) last.last = month;
    else spans.push({ first: month, last: month });
  }
  const [january, december] = [spans[0], spans.at(-1)];
  if (spans.length < 2 || january?.first !== 0 || december?.last !== 11) return spans;
  return [...spans.slice(1, -1), { first: december.first, last: january.last }];
}

const seasonName = (months: readonly number[]) =>
  monthSpans(months)
    .map(({ first, last }) => [...new Set([monthNames[first], monthNames[last]])].join("-"))
    .join(".");

const spansOf = (months: readonly number[]) =>
  monthSpans(months).map(({ first, last }) => ({
    from: `${twoDigits(first + 1)}-01`,
    to: `${twoDigits(last + 1)}-${lastDays[last] ?? 28}`,
  }));

const twoDigits = (value: number) => String(value).padStart(2, "0");

const listOf = <Value>(length: number, valueAt: (at: number) => Value): Value[] =>
  Array.from({ length }, (_, at) => valueAt(at));
