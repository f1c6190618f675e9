/** evcc's zones as bands: of those that match at a time, the one that tells most of days and months; of such the last. */
import { gridMinutes } from "../../../../configuration/tariffs/time-schema";
import { daysOf, type Hours, hoursOf, monthsOf } from "./evcc-words";
import type { WeekGrid } from "./week-grid";
import { gridOf } from "./week-grid";

export interface Zone {
  readonly price: number;
  readonly days: string;
  readonly hours: string;
  readonly months: string;
}

interface Window extends Hours {
  readonly band: number;
  readonly days: readonly number[];
  readonly months: readonly number[];
}

/** The band 0 is what holds where no zone does; a zone's band is its place in the list, from 1. */
export function zoneGrid(zones: readonly Zone[]): WeekGrid {
  const windows = windowsOf(zones);
  return gridOf((month, weekday, quarter) => {
    const minute = quarter * gridMinutes;
    const matching = windows.filter(
      ({ days, months, fromMinute, untilMinute }) =>
        days.includes(weekday) && months.includes(month) && fromMinute <= minute && minute < untilMinute,
    );
    const most = Math.max(...matching.map(specificity));
    return matching.findLast((window) => specificity(window) === most)?.band ?? 0;
  });
}

/** In evcc's order, which is not that of the file: by their beginning, then the longer before the shorter. */
function windowsOf(zones: readonly Zone[]): Window[] {
  return zones
    .flatMap(({ days, hours, months }, at) =>
      hoursOf(hours).map((window) => ({ ...window, band: at + 1, days: daysOf(days), months: monthsOf(months) })),
    )
    .sort((a, b) => a.fromMinute - b.fromMinute || evccEnd(b) - evccEnd(a));
}

/** evcc has midnight as 0 there, so what ends then counts as the shortest. */
const evccEnd = ({ untilMinute }: Hours) => untilMinute % (24 * 60);

const specificity = ({ days, months }: Window) => Number(days.length < 7) + Number(months.length < 12);
