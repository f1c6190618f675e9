/** Every minute of a version has exactly one band, on every kind of day that there is while it is valid. */
import { bandsIn, edgesOf, heldAt } from "./bands";
import { calendarFaults } from "./calendar-checks";
import type { Version } from "./component-schema";
import { type DayFacts, dateOf, dayNumberOf, rememberedFacts } from "./day-facts";
import { type Fault, fault } from "./fault";
import type { Tariff } from "./read-plan";
import { minuteOf } from "./time-schema";
import { zoneDays } from "./zone-days";

/** In so many years each day of the year is on each day of the week. */
const yearsOfAllKinds = 12;

export function zoneFaults(tariff: Tariff): Fault[] {
  const factsOf = rememberedFacts(tariff);
  return tariff.components.flatMap(({ versions }, component) =>
    versions.flatMap((version, at) => {
      const path = ["components", component, "versions", at];
      const faults = calendarFaults(tariff, version, path);
      return faults.length > 0 ? faults : bandFaults(tariff, version, factsOf, [...path, "bands"]);
    }),
  );
}

type Trouble = "hole" | "overlap";

function bandFaults(
  tariff: Tariff,
  version: Version,
  factsOf: (dayNumber: number) => DayFacts,
  path: readonly PropertyKey[],
): Fault[] {
  // One price holds always, and demand need not count at all hours.
  if (!version.bands) return [];
  const found = new Map<Trouble, Fault>();
  for (const day of kindsOfDay(tariff, version, factsOf)) {
    for (const { trouble, message } of troublesOf(tariff, version, day))
      if (!found.has(trouble)) found.set(trouble, fault(path, message));
    if (found.size === 2) break;
  }
  return [...found.values()];
}

/** The first day of each kind in the version's validity. */
function kindsOfDay(tariff: Tariff, version: Version, factsOf: (dayNumber: number) => DayFacts): DayFacts[] {
  const { from, until = `${Number(from.slice(0, 4)) + yearsOfAllKinds}${from.slice(4)}` } = version;
  const { first, last } = zoneDays(tariff, version, until);
  const kinds = new Map<string, DayFacts>();
  for (let dayNumber = first; dayNumber <= last; dayNumber++) {
    const facts = factsOf(dayNumber);
    const kind = [facts.weekday, ...facts.seasons, "", ...facts.dayTypes].join(" ");
    if (!kinds.has(kind)) kinds.set(kind, facts);
  }
  return [...kinds.values()];
}

/** The stretches of a day in which no band holds, or several do. */
function* troublesOf(
  tariff: Tariff,
  version: Version,
  day: DayFacts,
): Generator<{ trouble: Trouble; message: string }> {
  const bands = bandsIn(version);
  const minutes = minutesOf(version);
  for (const state of statesOf(tariff, version)) {
    const heldIn = minutes.map((minute) => heldAt(bands, { day, minute: minute % minutesOfDay, state }).bands);
    for (const [at, held] of heldIn.entries()) {
      if (held.length === 1) continue;
      const names = held.map(({ name }) => name).join(" and ");
      const isSame = (other: typeof held) => other.map(({ name }) => name).join(" and ") === names;
      const after = heldIn.findIndex((other, index) => index > at && !isSame(other));
      const end = after < 0 ? minuteOf(version.dayStart) + minutesOfDay : (minutes[after] ?? 0);
      const span = `${wallText(version, day, minutes[at] ?? 0)} until ${wallText(version, day, end)}`;
      const where = state === undefined ? span : `${span} in the state ${state}`;
      if (held.length === 0) yield { trouble: "hole", message: `have a hole: none holds from ${where}` };
      else yield { trouble: "overlap", message: `overlap: ${names} hold from ${where}` };
    }
  }
}

const minutesOfDay = 24 * 60;

/** Where the day begins and at each edge, counted from the midnight before the day's beginning. */
function minutesOf(version: Version): number[] {
  const start = minuteOf(version.dayStart);
  const edges = edgesOf(bandsIn(version)).map((edge) => (edge < start ? edge + minutesOfDay : edge));
  return [...new Set([start, ...edges])].filter((edge) => edge < start + minutesOfDay).sort((a, b) => a - b);
}

function statesOf(tariff: Tariff, { schedule }: Version): readonly (string | undefined)[] {
  if (!schedule) return [undefined];
  const states = (tariff.states.get(schedule.name) ?? []).map(({ value }) => value);
  return [...new Set([...states, ...(schedule.otherwise === undefined ? [] : [schedule.otherwise])])];
}

const clockNames = { civil: "", standard: " standard time", utc: " UTC" } as const;

function wallText({ clock }: Version, { date }: DayFacts, minute: number): string {
  const day = dateOf(dayNumberOf(date) + Math.floor(minute / minutesOfDay));
  const time = [Math.floor(minute / 60) % 24, minute % 60].map((part) => String(part).padStart(2, "0")).join(":");
  return `${day} ${time}${clockNames[clock]}`;
}
