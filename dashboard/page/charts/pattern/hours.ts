/** The hours of a range as cells of a heat map: what is shown of them, and into which level of the scale each falls. */
import { type Answer, numberOf, type Row, tableOf, textOf } from "../../api";

export type Measure = "consumption_wh" | "import_wh";

/** What is used; what came from the grid where that alone is known of most hours. */
export function measureOf(answer: Answer): Measure {
  const { rows } = tableOf(answer, "heat");
  const [used, bought] = [countKnown(rows, "consumption_wh"), countKnown(rows, "import_wh")];
  return used * 2 >= bought ? "consumption_wh" : "import_wh";
}

const countKnown = (rows: readonly Row[], name: Measure) => rows.filter((row) => row[name] !== null).length;

export interface HourCell {
  /** Number of its row. */
  readonly row: number;
  readonly start: number;
  readonly date: string;
  readonly hour: number;
  /** Undefined where it is not known. */
  readonly energy_wh: number | undefined;
  readonly isPartial: boolean;
  /** Of a repeated hour the first or the second; otherwise the whole. */
  readonly half: "whole" | "first" | "second";
}

export function cellsOf(answer: Answer): HourCell[] {
  const { rows } = tableOf(answer, "heat");
  const measure = measureOf(answer);
  const isSame = (row: Row, other: Row | undefined) =>
    other !== undefined && other.date === row.date && other.hour === row.hour;
  return rows.map((row, index) => ({
    row: index,
    start: Date.parse(textOf(row, "start")),
    date: textOf(row, "date"),
    hour: numberOf(row, "hour") ?? 0,
    energy_wh: numberOf(row, measure),
    isPartial: row.quality === "partial",
    half: isSame(row, rows[index - 1]) ? "second" : isSame(row, rows[index + 1]) ? "first" : "whole",
  }));
}

/** The days of the cells, in order. */
export const daysOf = (cells: readonly HourCell[]): string[] => [...new Set(cells.map(({ date }) => date))];

export interface Scale {
  /** From one level to the next, Wh. */
  readonly step_wh: number;
  levelOf(energy_wh: number): number;
}

export const levels = 6;

/** Even steps, the last without an end: one hour in fifty is in it, so that a single one does not pale all others. */
export function scaleOf(cells: readonly HourCell[]): Scale {
  const known = cells.flatMap(({ energy_wh }) => (energy_wh === undefined ? [] : [energy_wh])).sort((a, b) => a - b);
  const high = known[Math.floor((known.length - 1) * 0.98)] ?? 0;
  const step_wh = roundStep(high / levels);
  return { step_wh, levelOf: (energy) => Math.min(levels - 1, Math.max(0, Math.floor(energy / step_wh))) };
}

/** The next number that is easily read: few levels would be in use if it were far above. */
function roundStep(value: number): number {
  if (value <= 0) return 100;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 1.5, 2, 2.5, 3, 4, 5, 6, 8].find((each) => each * power >= value - 1e-9) ?? 10);
}

/** Hours of the clock that a day skips. */
export function skippedHours(cells: readonly HourCell[], day: string, isOver: boolean): number[] {
  const there = new Set(cells.filter(({ date }) => date === day).map(({ hour }) => hour));
  const last = isOver ? 23 : Math.max(...there);
  return Array.from({ length: last + 1 }, (_, hour) => hour).filter((hour) => !there.has(hour));
}
