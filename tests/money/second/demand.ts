/** Demand: the mean power of the highest intervals of a period, alone or with those of the periods before it. */
import { Temporal } from "temporal-polyfill";
import type { Component, Version } from "../../../configuration/tariffs";
import { countsForDemand } from "./bands";
import { type Charge, sum } from "./charges";
import { isBefore, quartersOf } from "./clock";
import type { EnergyAt } from "./energy";
import { type Contract, common, count, datesOf, has, type Period, validity } from "./periods";
import { net } from "./use";

/** A line for each version in the period; none where no interval is known. */
export function demandOf(
  contract: Contract,
  periods: readonly Period[],
  period: Period,
  component: Component,
  metered: EnergyAt,
): Charge[] {
  const known = new Map<string, number | undefined>();
  const peaksOf = (of: Period, version: Version) => {
    const key = `${of.start} ${version.from}`;
    if (!known.has(key)) known.set(key, peakKw(contract, of, component, version, metered));
    return known.get(key);
  };
  return component.versions.flatMap((version): Charge[] => {
    const { demand } = version;
    const own = common(validity(version), period);
    if (!demand || count(own) === 0 || peaksOf(period, version) === undefined) return [];
    const since = period.start.subtract({ months: demand.months });
    const counted = periods.filter(({ start }) => isBefore(since, start) && !isBefore(period.start, start));
    const peaks = counted.flatMap((of) => {
      const kw = versionsIn(component, of).flatMap((each) => peaksOf(of, each) ?? []);
      return kw.length === 0 ? [] : [Math.max(...kw)];
    });
    const months = sum(period.months.map((month) => count(common(own, month)) / count(month)));
    const price = net(version, demand.price) * (demand.per === "year" ? months / 12 : months);
    return [{ version, quantity: sum(peaks) / peaks.length, unit: "kW", price }];
  });
}

const versionsIn = ({ versions }: Component, period: Period) =>
  versions.filter((version) => version.demand && count(common(validity(version), period)) > 0);

/** By the rules of one version, over all days of the period; which hours count is what the version of each day says. */
function peakKw(
  { plan }: Contract,
  period: Period,
  { versions }: Component,
  { demand }: Version,
  metered: EnergyAt,
): number | undefined {
  if (!demand) return undefined;
  const powers: number[] = [];
  for (const date of datesOf(period)) {
    const version = versions.find((each) => has(validity(each), date));
    if (!version?.demand) continue;
    const counted = quartersOf(date, plan.timezone).filter((ms) => countsForDemand(plan, version, ms));
    const ofDay = [...intervals(counted, demand.interval)].flatMap((quarters) => {
      const kwh = quarters.map((ms) => metered(ms).import);
      const known = kwh.filter((value) => value !== null);
      return known.length < kwh.length ? [] : [(sum(known) * 60) / demand.interval];
    });
    ofDay.sort((a, b) => b - a);
    powers.push(...(demand.onePerDay ? ofDay.slice(0, 1) : ofDay));
  }
  const highest = powers.sort((a, b) => b - a).slice(0, demand.highest);
  if (highest.length === 0) return undefined;
  return Math.max(sum(highest) / highest.length, demand.minimum ?? 0);
}

/** Half hours and hours are those of the UTC clock. */
function intervals(quarters: readonly number[], minutes: number): Iterable<number[]> {
  const found = new Map<string, number[]>();
  for (const ms of quarters) {
    const time = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO("UTC");
    const start = time.with({ minute: time.minute - (time.minute % minutes) }).toString();
    found.set(start, [...(found.get(start) ?? []), ms]);
  }
  return found.values();
}
