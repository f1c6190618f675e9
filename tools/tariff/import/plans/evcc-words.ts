/** evcc's words for days, months and hours in a zone: `Mon-Fri`, `Nov-Feb`, `1-5,22:30-24`. */
import { gridMinutes } from "../../../../configuration/tariffs/time-schema";

const dayNames = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;
const germanDays = ["so", "mo", "di", "mi", "do", "fr", "sa"] as const;
const monthNames = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
] as const;
const germanMonths: Readonly<Record<string, number>> = { mär: 2, mai: 4, okt: 9, dez: 11 };

/** Days of the week with Monday as 0; all where nothing is said. @throws what is wrong, as the end of a sentence. */
export const daysOf = (text: string): number[] =>
  rangesOf(text, "day", 7, (word) => {
    const day = namedAs(word, dayNames) ?? indexOf(word, germanDays) ?? numberIn(word, 0, 7);
    return day === undefined ? undefined : (day + 6) % 7;
  });

/** Months with January as 0. */
export const monthsOf = (text: string): number[] =>
  rangesOf(text, "month", 12, (word) => {
    const month = namedAs(word, monthNames) ?? germanMonths[word];
    if (month !== undefined) return month;
    const number = numberIn(word, 1, 12);
    return number === undefined ? undefined : number - 1;
  });

export interface Hours {
  readonly fromMinute: number;
  readonly untilMinute: number;
}

const minutesOfDay = 24 * 60;

/** Windows of a day, each within it; the whole day where nothing is said. */
export function hoursOf(text: string): Hours[] {
  if (text.trim() === "") return [{ fromMinute: 0, untilMinute: minutesOfDay }];
  return text.split(",").map((window) => {
    const [from, until, ...rest] = window.split("-").map((time) => minuteOf(time));
    if (from === undefined || until === undefined || rest.length > 0) throw new Error(`hours "${window}" are none`);
    const untilMinute = until === 0 ? minutesOfDay : until;
    if (from % gridMinutes !== 0 || untilMinute % gridMinutes !== 0)
      throw new Error(`hours "${window}" have an edge off the ${gridMinutes}-minute grid`);
    if (untilMinute <= from)
      throw new Error(`hours "${window}" go across midnight, where evcc never applies them: say them as two windows`);
    return { fromMinute: from, untilMinute };
  });
}

function minuteOf(time: string): number | undefined {
  const [, hour, minute = "0"] = /^\s*(\d{1,2})(?::(\d{2}))?\s*$/.exec(time) ?? [];
  const total = Number(hour) * 60 + Number(minute);
  return hour === undefined || Number(minute) > 59 || total >= minutesOfDay ? undefined : total;
}

function rangesOf(text: string, what: string, length: number, indexIn: (word: string) => number | undefined): number[] {
  if (text.trim() === "") return Array.from({ length }, (_, at) => at);
  return text.split(",").flatMap((range) => {
    const words = range.split("-").map((word) => indexIn(word.trim().toLowerCase()));
    const [first, last] = [words[0], words.at(-1)];
    if (first === undefined || last === undefined || words.length > 2) throw new Error(`${what}s "${range}" are none`);
    return Array.from({ length: ((last - first + length) % length) + 1 }, (_, at) => (first + at) % length);
  });
}

/** By the whole name or its first three letters. */
function namedAs(word: string, names: readonly string[]): number | undefined {
  const at = names.findIndex((name) => name === word || name.slice(0, 3) === word);
  return at < 0 ? undefined : at;
}

const indexOf = (word: string, words: readonly string[]) => (words.includes(word) ? words.indexOf(word) : undefined);

function numberIn(word: string, least: number, most: number): number | undefined {
  const number = /^\d+$/.test(word) ? Number(word) : Number.NaN;
  return number >= least && number <= most ? number : undefined;
}
