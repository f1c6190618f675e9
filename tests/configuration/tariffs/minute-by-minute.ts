/**
 * Which bands hold at an instant, read from the plan a second time and in the plainest way: what a clock shows is asked of
 * `Intl`, one minute at a time, without windows, edges or days of another length.
 */
import type { Condition, Tariff, Version } from "../../../configuration/tariffs";

interface Shown {
  readonly date: string;
  readonly minute: number;
}

const dayMs = 86_400_000;
const nextDate = (date: string, days: number) => new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10);

/** Made once for a plan: an `Intl.DateTimeFormat` is slow to make. */
export function bandsAtMinute(tariff: Tariff): (version: Version, ms: number) => string[] {
  const format = new Intl.DateTimeFormat("sv-SE", {
    timeZone: tariff.timezone,
    dateStyle: "short",
    timeStyle: "medium",
  });
  const shownLocally = (ms: number) => format.format(ms).replace(" ", "T");
  const aheadMs = (ms: number) => Date.parse(`${shownLocally(ms)}Z`) - Math.floor(ms / 1000) * 1000;
  const standardMs = (year: number) => Math.min(aheadMs(Date.UTC(year, 0, 1)), aheadMs(Date.UTC(year, 6, 1)));

  const shown = (ms: number, { clock }: Version): Shown => {
    const standard = new Date(ms + standardMs(new Date(ms + aheadMs(ms)).getUTCFullYear())).toISOString();
    const text = { civil: shownLocally(ms), standard, utc: new Date(ms).toISOString() }[clock];
    return { date: text.slice(0, 10), minute: minuteOf(text.slice(11, 16)) };
  };

  const inSeason = (name: string, date: string) => {
    const season = tariff.seasons[name] ?? [];
    const noon = Date.parse(`${date}T12:00Z`) - standardMs(Number(date.slice(0, 4)));
    if (typeof season === "string")
      return aheadMs(noon) > standardMs(Number(date.slice(0, 4))) === (season === "summer_time");
    return season.some(({ from, to }) => {
      // The February that is reached is that of 2024, which has 29 days.
      for (let day = `${from <= to ? 2024 : 2023}-${from}`; ; day = nextDate(day, 1)) {
        if (day.slice(5) === date.slice(5)) return true;
        if (day.slice(5) === to) return false;
      }
    });
  };

  const isOfType = (name: string, date: string) => {
    const { days = [], holidays } = tariff.dayTypes[name] ?? {};
    if (tariff.holidayDates.has(date) && holidays === "also") return true;
    if (tariff.holidayDates.has(date) && holidays === "except") return false;
    return days.some((day) => day === weekdayOf(date));
  };

  const stateAt = ({ schedule }: Version, ms: number) => {
    const rows = tariff.states.get(schedule?.name ?? "") ?? [];
    const row = rows.find(({ startMs, endMs }) => startMs <= ms && ms < endMs);
    const isBetween = rows.some(({ startMs }) => startMs <= ms) && rows.some(({ endMs }) => endMs > ms);
    return row?.value ?? (isBetween ? schedule?.otherwise : undefined);
  };

  const holds = (condition: Condition, date: string, minute: number, state: string | undefined) =>
    (condition.seasons?.some((name) => inSeason(name, date)) ?? true) &&
    (condition.dayTypes?.some((name) => isOfType(name, date)) ?? true) &&
    (condition.days?.some((day) => day === weekdayOf(date)) ?? true) &&
    (condition.hours?.some((hours) => isIn(hours, minute)) ?? true) &&
    (condition.states?.some((one) => one === state) ?? true);

  return (version, ms) => {
    const { date, minute } = shown(ms, version);
    const day = minute < minuteOf(version.dayStart) ? nextDate(date, -1) : date;
    const bands = version.bands ?? [];
    const heldIn = (state: string | undefined) => {
      const held = bands.filter((band) => band.when?.some((condition) => holds(condition, day, minute, state)));
      return (held.length > 0 ? held : bands.filter(({ otherwise }) => otherwise)).map(({ name }) => name);
    };
    const state = stateAt(version, ms);
    if (!version.schedule || state !== undefined) return heldIn(state);
    // Not known, unless it is the same in every state.
    const named = bands.flatMap(({ when = [] }) => when.flatMap(({ states = [] }) => states));
    const answers = new Set([...named, "another"].map((one) => heldIn(one).join(" ")));
    return answers.size === 1 ? [...answers] : ["unknown"];
  };
}

const minuteOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

const weekdayOf = (date: string) =>
  new Intl.DateTimeFormat("en-GB", { weekday: "short", timeZone: "UTC" }).format(Date.parse(date)).toLowerCase();

function isIn(hours: string, minute: number): boolean {
  const [from = 0, until = 0] = hours.split("-").map(minuteOf);
  return from < until ? minute >= from && minute < until : minute >= from || minute < until;
}
