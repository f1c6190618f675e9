/** The one range of all screens: its kinds, presets, the one before and after, and what it is compared with. */
import { addDays, addMonths, isDay, lengthOf, monthEnd, monthStart, weekStart, yearEnd, yearStart } from "./days";

export const kinds = ["day", "week", "month", "year", "custom"] as const;
export type Kind = (typeof kinds)[number];
export const comparisons = ["none", "previous", "year"] as const;
export type Comparison = (typeof comparisons)[number];

export interface Range {
  readonly kind: Kind;
  /** Local days, both included. */
  readonly from: string;
  readonly to: string;
}

/** The range of a kind that a day lies in. */
export function rangeAround(kind: Exclude<Kind, "custom">, day: string): Range {
  if (kind === "day") return { kind, from: day, to: day };
  if (kind === "week") return { kind, from: weekStart(day), to: addDays(weekStart(day), 6) };
  if (kind === "month") return { kind, from: monthStart(day), to: monthEnd(day) };
  return { kind, from: yearStart(day), to: yearEnd(day) };
}

const last = (days: number, today: string): Range => ({ kind: "custom", from: addDays(today, 1 - days), to: today });

/** In the order in which they are offered. */
export const presets = {
  today: (today: string) => rangeAround("day", today),
  yesterday: (today: string) => rangeAround("day", addDays(today, -1)),
  week: (today: string) => rangeAround("week", today),
  month: (today: string) => rangeAround("month", today),
  year: (today: string) => rangeAround("year", today),
  last7: (today: string) => last(7, today),
  last30: (today: string) => last(30, today),
  last365: (today: string) => last(365, today),
} as const satisfies Record<string, (today: string) => Range>;
export type Preset = keyof typeof presets;
export const presetNames: readonly Preset[] = [
  "today",
  "yesterday",
  "week",
  "month",
  "year",
  "last7",
  "last30",
  "last365",
];

/** The range that follows (1) or comes before (-1): the next month of a month, otherwise as many days. */
export function shifted(range: Range, steps: number): Range {
  const { kind, from, to } = range;
  if (kind === "month") return rangeAround("month", addMonths(from, steps));
  if (kind === "year") return rangeAround("year", addMonths(from, 12 * steps));
  const days = lengthOf(from, to) * steps;
  return { kind, from: addDays(from, days), to: addDays(to, days) };
}

export function compared(range: Range, comparison: Comparison): Range | undefined {
  if (comparison === "none") return undefined;
  if (comparison === "previous") return shifted(range, -1);
  // The same weekdays say more of a week than the same dates.
  if (range.kind === "week") return { kind: "week", from: addDays(range.from, -364), to: addDays(range.to, -364) };
  if (range.kind === "month") return rangeAround("month", addMonths(range.from, -12));
  return { ...range, from: addMonths(range.from, -12), to: addMonths(range.to, -12) };
}

/** The range that the parameters of an address tell; a day, week, month or year without a day is the one of today. */
export function readRange(parameters: URLSearchParams, today: string): Range | undefined {
  const kind = kinds.find((each) => each === parameters.get("range"));
  const [from, to] = [parameters.get("from") ?? "", parameters.get("to") ?? parameters.get("from") ?? ""];
  if (kind === undefined) return undefined;
  if (kind !== "custom") return rangeAround(kind, isDay(from) ? from : today);
  return isDay(from) && isDay(to) && from <= to ? { kind, from, to } : undefined;
}
