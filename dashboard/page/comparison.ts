/**
 * How a range compares with another: over the steps that both know wholly, in the order of the steps. So a day that has not
 * ended is compared with the same part of the other, and a gap in one takes the same hours out of both.
 */
import { numberOf, type Row } from "./api";

export interface Change {
  /** By as much, 0 is none. */
  readonly part: number;
  /** Steps that both know. */
  readonly steps: number;
  /** Whether these are all that there are. */
  readonly isWhole: boolean;
}

const isKnown = ({ quality }: Row) => quality === "measured" || quality === "filled" || quality === "disputed";

/** undefined where nothing compares. */
export function changeOf(rows: readonly Row[], others: readonly Row[], column: string): Change | undefined {
  let [sum, other, steps] = [0, 0, 0];
  for (const [index, row] of rows.entries()) {
    const before = others[index];
    if (before === undefined || !isKnown(row) || !isKnown(before)) continue;
    const [value, known] = [numberOf(row, column), numberOf(before, column)];
    if (value === undefined || known === undefined) continue;
    sum += value;
    other += known;
    steps++;
  }
  if (steps === 0 || other <= 0) return undefined;
  return { part: sum / other - 1, steps, isWhole: steps === rows.length && steps === others.length };
}
