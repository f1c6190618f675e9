/** A rate's prices of the highest power: the same at all hours of a month (flat), or by month and hour. */
import type { SourceFile } from "../format";
import type { ImportOptions } from "../options";
import type { DraftComponent, DraftVersion } from "./draft";
import { daysBy, periodGrid, priceOf, type Read } from "./urdb-energy";
import type { Rate, Structure } from "./urdb-schema";
import { conditionsIn, gridOf, type WeekGrid } from "./week-grid";

interface Charge {
  readonly id: string;
  readonly name: string;
  readonly structure: Structure;
  readonly grid: WeekGrid;
  readonly unit: string | undefined;
}

export function demandComponents(source: SourceFile, rate: Rate, version: DraftVersion, options: ImportOptions): Read {
  const read = chargesOf(source, rate).map((charge) => componentsOf(source, rate, version, options, charge));
  const days = daysBy(options);
  const isWeekendOther = JSON.stringify(rate.demandweekdayschedule) !== JSON.stringify(rate.demandweekendschedule);
  const components = read.flatMap((one) => one.components);
  return {
    components,
    seasons: Object.assign({}, ...read.map(({ seasons }) => seasons)),
    ...(isWeekendOther && components.length > 0 && { isWeekendOther, dayTypes: days.dayTypes }),
    open: read.flatMap(({ open }) => open),
  };
}

function chargesOf(source: SourceFile, rate: Rate): Charge[] {
  const { flatdemandstructure: flat, flatdemandmonths: months } = rate;
  const { demandratestructure: timed, demandweekdayschedule: weekday, demandweekendschedule: weekend } = rate;
  return [
    ...(flat && months
      ? [
          {
            id: "demand",
            name: "Demand",
            structure: flat,
            unit: rate.flatdemandunit,
            grid: gridOf((month) => months[month] ?? 0),
          },
        ]
      : []),
    ...(timed && weekday && weekend
      ? [
          {
            id: "demand-by-hours",
            name: "Demand by hours",
            structure: timed,
            unit: rate.demandrateunit,
            grid: periodGrid(source, timed, weekday, weekend),
          },
        ]
      : []),
  ];
}

const intervals = [15, 30, 60] as const;

function componentsOf(
  source: SourceFile,
  { demandwindow }: Rate,
  version: DraftVersion,
  options: ImportOptions,
  { id, name, structure, grid, unit = "kW" }: Charge,
): Read {
  const priced = structure.map((tiers, period) => ({
    period,
    isTiered: tiers.length > 1,
    price: tiers[0] ? priceOf(source, tiers[0], period) : 0,
  }));
  const charged = priced.filter(({ price, isTiered }) => price !== 0 || isTiered);
  if (charged.length === 0) return { components: [], open: [] };
  if (unit !== "kW" || charged.some(({ isTiered }) => isTiered))
    return { components: [], open: [`${name} is not taken over: it is by ${unit === "kW" ? "tiers" : unit}.`] };
  const interval = intervals.find((minutes) => minutes === demandwindow);
  const conditions = conditionsIn(grid, daysBy(options).daysOf);
  const components = charged.flatMap(({ period, price }): DraftComponent[] => {
    const when = conditions.conditionsOf(period);
    if (when.length === 0) return [];
    const isAlways = when.some((condition) => Object.keys(condition).length === 0);
    const demand = { price, ...(interval && { interval }), ...(!isAlways && { when }) };
    const isOne = charged.length === 1;
    return [
      {
        id: isOne ? id : `${id}-${period}`,
        name: isOne ? name : `${name}, period ${period}`,
        kind: "demand",
        versions: [{ ...version, demand }],
      },
    ];
  });
  const isOpen = interval === undefined && components.length > 0;
  return {
    components,
    seasons: conditions.seasons,
    open: isOpen
      ? [`Over how many minutes the power of ${name} is a mean is not told: 15, until you say interval.`]
      : [],
  };
}
