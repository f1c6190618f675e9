/**
 * Where a heat map is hatched: cells of which nothing is known, as few large areas. A canvas draws a pattern anew for each
 * element, so a year of hatched cells took seconds.
 */
import type { HourCell } from "./hours";

/** Columns from the first to the last; on the axis of hours from and to where an edge is, the middle of an hour at its number. */
export interface Area {
  readonly first: number;
  readonly last: number;
  readonly from: number;
  readonly to: number;
}

/** The part of its column that a cell is. */
export const extentOf = ({ hour, half }: HourCell) => ({
  from: half === "second" ? hour : hour - 0.5,
  to: half === "first" ? hour : hour + 0.5,
});

/** @param columnOf - Where a day stands; the cells are in order of days. */
export function unknownAreas(cells: readonly HourCell[], columnOf: (day: string) => number): Area[] {
  const areas = new Map<string, Area>();
  for (const { column, from, to } of unknownRuns(cells, columnOf)) {
    // The area of the same hours that ends in the column before goes on.
    const first = areas.get(keyOf(column - 1, from, to))?.first ?? column;
    areas.delete(keyOf(column - 1, from, to));
    areas.set(keyOf(column, from, to), { first, last: column, from, to });
  }
  return [...areas.values()];
}

const keyOf = (last: number, from: number, to: number) => `${last} ${from} ${to}`;

/** Unknown hours of a day that follow each other are one. */
function unknownRuns(cells: readonly HourCell[], columnOf: (day: string) => number) {
  const runs: { readonly column: number; readonly from: number; to: number }[] = [];
  for (const cell of cells) {
    if (cell.energy_wh !== undefined) continue;
    const [column, { from, to }, last] = [columnOf(cell.date), extentOf(cell), runs.at(-1)];
    if (last?.column === column && last.to === from) last.to = to;
    else runs.push({ column, from, to });
  }
  return runs;
}
