/** A rate's prices of energy: periods by month, hour and weekday or weekend, each with tiers; and what exported energy earns. */
import type { Weekday } from "../../../../configuration/tariffs/time-schema";
import { refuse, type SourceFile } from "../format";
import type { ImportOptions } from "../options";
import type { DraftBand, DraftComponent, DraftCondition, DraftPlan, DraftVersion } from "./draft";
import type { Rate, Structure, Tier } from "./urdb-schema";
import { bandsIn, conditionsIn, gridOf, type WeekGrid } from "./week-grid";

export interface Read {
  readonly components: readonly DraftComponent[];
  readonly seasons?: DraftPlan["seasons"];
  readonly dayTypes?: DraftPlan["dayTypes"];
  /** Then it matters what a holiday is. */
  readonly isWeekendOther?: boolean;
  readonly open: readonly string[];
}

export function energyComponents(source: SourceFile, rate: Rate, version: DraftVersion, options: ImportOptions): Read {
  const { energyratestructure: structure, energyweekdayschedule: weekday, energyweekendschedule: weekend } = rate;
  if (!structure || !weekday || !weekend) throw refuse(source, "has no prices of energy with their schedule");
  const grid = periodGrid(source, structure, weekday, weekend);
  const { daysOf, dayTypes } = daysBy(options);
  const conditions = conditionsIn(grid, daysOf);
  const names = structure.map((_, period) => rate.energytoulabels?.[period]?.trim() || `period-${period}`);
  const distinct = new Set(names).size === names.length;
  const nameOf = (period: number) => (distinct ? names[period] : undefined) ?? `period-${period}`;
  const bandsOf = (priceOf: (tiers: Structure[number], period: number) => Omit<DraftBand, "name">) =>
    bandsIn(
      grid,
      conditions,
      structure.map((tiers, period) => ({ name: nameOf(period), ...priceOf(tiers, period) })),
    );
  const sells = structure.map(([first]) => first?.sell ?? 0);
  const isWeekendOther = JSON.stringify(weekday) !== JSON.stringify(weekend);
  const isTiered = structure.some((tiers) => tiers.length > 1);
  return {
    components: [
      {
        id: "energy",
        name: "Energy",
        kind: "energy",
        versions: [{ ...version, bands: bandsOf((tiers, period) => tieredPrice(source, tiers, period)) }],
      },
      ...(sells.some((sell) => sell !== 0)
        ? [
            {
              id: "sell",
              name: "Exported energy",
              kind: "feed_in" as const,
              direction: "export" as const,
              versions: [{ ...version, bands: bandsOf((_, period) => ({ price: sells[period] ?? 0 })) }],
            },
          ]
        : []),
    ],
    seasons: conditions.seasons,
    isWeekendOther,
    ...(isWeekendOther && { dayTypes }),
    open:
      isTiered && structure.length > 1 ? ["The use of each period is counted on its own in its tiers: check it."] : [],
  };
}

type Schedule = NonNullable<Rate["energyweekdayschedule"]>;

export function periodGrid(source: SourceFile, periods: Structure, weekday: Schedule, weekend: Schedule): WeekGrid {
  return gridOf((month, day, quarter) => {
    const period = (day < 5 ? weekday : weekend)[month]?.[Math.floor(quarter / 4)];
    if (period === undefined || !periods[period])
      throw refuse(source, `has no period ${period}, but its schedule does`);
    return period;
  });
}

/** Days of the week, or, where holidays count as a weekend, types of days. */
export function daysBy({ holidays, calendar }: ImportOptions): {
  daysOf: (days: Weekday[]) => DraftCondition;
  dayTypes: DraftPlan["dayTypes"];
} {
  if (holidays !== "weekend" || calendar === undefined) return { daysOf: (days) => ({ days }), dayTypes: {} };
  return {
    daysOf: (days) => ({ dayTypes: [days.includes("mon") ? "weekday" : "weekend"] }),
    dayTypes: {
      weekday: { days: ["mon", "tue", "wed", "thu", "fri"], holidays: "except" },
      weekend: { days: ["sat", "sun"], holidays: "also" },
    },
  };
}

function tieredPrice(source: SourceFile, tiers: readonly Tier[], period: number): Omit<DraftBand, "name"> {
  const steps = tiers.map((tier, at) => ({
    price: priceOf(source, tier, period),
    ...limitOf(source, tier, at < tiers.length - 1),
  }));
  const [only, ...others] = steps;
  return only && others.length === 0 ? { price: only.price } : { blocks: { per: "month", steps } };
}

export function priceOf(source: SourceFile, { rate, adj }: Tier, period: number): number {
  if (rate === undefined && adj === undefined) throw refuse(source, `has no rate in the period ${period}`);
  return Number(((rate ?? 0) + (adj ?? 0)).toPrecision(12));
}

/** The last tier has none, whatever its max. */
function limitOf(source: SourceFile, { max, unit = "kWh" }: Tier, isLimited: boolean) {
  if (!isLimited) return {};
  if (max === undefined) throw refuse(source, "has a tier without max that is not the last");
  if (unit === "kWh") return { upTo: max };
  if (unit === "kWh daily") return { upToPerDay: max };
  throw refuse(source, `has tiers by ${unit}, which a plan cannot say`);
}
