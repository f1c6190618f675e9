/** What does not depend on when energy is used: fixed charges and brackets, and how much of each a version has. */
import type { Component, Version } from "../../../configuration/tariffs";
import { type Day, day, isBefore } from "./clock";
import { type Contract, common, count, type Days, type Period, periodsOf, validity } from "./periods";
import { net } from "./use";

export interface Charge {
  readonly version: Version;
  readonly quantity: number;
  readonly unit: string;
  /** Net. */
  readonly price: number;
}

/** @param annualKwh the use of the year that ends with the period, where the contract has none. */
export function chargesOf(contract: Contract, period: Period, component: Component, annualKwh: number): Charge[] {
  return component.versions.flatMap((version): Charge[] => {
    const { fixed, brackets } = version;
    if (count(common(validity(version), period)) === 0) return [];
    const quantity = (per: string, prorated: boolean) =>
      quantityOf(per, prorated, { contract, period, version, versions: component.versions });
    if (brackets) {
      const use = contract.annualUse ?? annualKwh;
      const step = brackets.steps.find(({ upTo }) => upTo === undefined || use <= upTo);
      const { per, prorated } = brackets;
      return step ? [{ version, quantity: quantity(per, prorated), unit: per, price: net(version, step.price) }] : [];
    }
    if (!fixed || (fixed.months && !fixed.months.includes(period.start.month))) return [];
    const price = net(version, fixed.price);
    const [size, time] = fixed.per.split("_");
    if (time === undefined) return [{ version, quantity: quantity(fixed.per, fixed.prorated), unit: fixed.per, price }];
    const unit = `${size === "kva" ? "kVA" : "kW"} ${time}`;
    return [{ version, quantity: powerOf(contract, fixed.powerPeriod) * quantity(time, fixed.prorated), unit, price }];
  });
}

interface Held {
  readonly contract: Contract;
  readonly period: Period;
  readonly version: Version;
  readonly versions: readonly Version[];
}

function quantityOf(per: string, prorated: boolean, held: Held): number {
  const { period, version } = held;
  const own = common(validity(version), period);
  if (per === "day") return count(own);
  if (per === "bill") return ofWhole(period, held);
  if (per === "month") return sum(period.months.map((month) => (prorated ? share(own, month) : ofWhole(month, held))));
  if (prorated) return sum(yearsIn(own).map((year) => share(own, year)));
  return isFirstBillOfYear(held) ? ofWhole(period, held) : 0;
}

/** By days: of a month, or year, as long as it is. */
const share = (own: Days, unit: Days): number => count(common(own, unit)) / count(unit);

/** A month or a bill that costs one whole, however much of it the contract has: the versions have it by their days. */
function ofWhole(unit: Days, { period, version, versions }: Held): number {
  const daysIn = (each: Version) => count(common(common(validity(each), period), unit));
  const own = daysIn(version);
  return own === 0 ? 0 : own / sum(versions.map(daysIn));
}

function yearsIn({ start, end }: Days): Days[] {
  const years: Days[] = [];
  const first = (year: number): Day => day("2000-01-01").with({ year });
  for (let { year } = start; isBefore(first(year), end); year++)
    years.push({ start: first(year), end: first(year + 1) });
  return years;
}

/** Of the bills of a contract that begin in a year. */
function isFirstBillOfYear({ contract, period }: Held): boolean {
  const before = periodsOf(contract).filter(({ start }) => isBefore(start, period.start));
  return !before.some(({ start }) => start.year === period.start.year);
}

function powerOf({ contractedPower = {} }: Contract, name: string | undefined): number {
  const power = typeof contractedPower === "number" ? contractedPower : contractedPower[name ?? ""];
  if (power === undefined) throw new Error(`the contract has no power ${name ?? ""}`);
  return power;
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
