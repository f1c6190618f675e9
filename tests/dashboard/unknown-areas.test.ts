/** The hatched areas of a heat map: they cover what is unknown and nothing else, in few pieces. */
import fc from "fast-check";
import type { HourCell } from "../../dashboard/page/charts/pattern/hours";
import { extentOf, unknownAreas } from "../../dashboard/page/charts/pattern/unknown-areas";

const days = Array.from({ length: 9 }, (_, day) => `2026-10-0${day + 1}`);
const columnOf = (day: string) => days.indexOf(day);

/** Of the first `count` days; a repeated hour is two half cells, a skipped one none. */
function cellsOf(count: number, isKnown: (cell: number) => boolean): HourCell[] {
  const cells: HourCell[] = [];
  for (const date of days.slice(0, count))
    for (let hour = 0; hour < 24; hour++) {
      if (date === days[3] && hour === 2) continue;
      for (const half of date === days[5] && hour === 2 ? (["first", "second"] as const) : (["whole"] as const)) {
        const energy_wh = isKnown(cells.length) ? 1 : undefined;
        cells.push({ row: cells.length, start: 0, date, hour, energy_wh, isPartial: false, half });
      }
    }
  return cells;
}

test("each unknown cell is in one area, and no other is in any", () => {
  fc.assert(
    fc.property(
      fc.array(fc.boolean(), { minLength: 216, maxLength: 216 }),
      fc.integer({ min: 1, max: 40 }),
      (known, run) => {
        const cells = cellsOf(9, (cell) => known[Math.floor(cell / run)] === true);
        const areas = unknownAreas(cells, columnOf);
        for (const cell of cells) {
          const column = columnOf(cell.date);
          const { from, to } = extentOf(cell);
          const over = areas.filter((a) => a.first <= column && column <= a.last && a.from < to && from < a.to);
          expect(over).toHaveLength(cell.energy_wh === undefined ? 1 : 0);
          for (const area of over) expect([area.from <= from, to <= area.to]).toEqual([true, true]);
        }
      },
    ),
    { numRuns: 200, seed: 1 },
  );
});

test("days of which nothing is known are one area", () => {
  const [first, ...more] = unknownAreas(
    cellsOf(3, () => false),
    columnOf,
  );
  expect([first, more]).toEqual([{ first: 0, last: 2, from: -0.5, to: 23.5 }, []]);
});
