/** What does not depend on when energy is used: the rows of `tariff_charges` and `tariff_demand` of a billing period. */
import { type Component, netPrice, type Version } from "../../../configuration/tariffs";
import { billsOf, daysOf, monthsOf, type Part, powerOf, yearsOf } from "./quantities";
import type { TariffChargeRow, TariffDemandRow } from "./rows";
import { dateOf, monthOf } from "./spans";
import type { Supply } from "./supply";

/** The charges of a version in the part of a billing period that it has. */
export function chargesOf(supply: Supply, component: Component, version: Version, part: Part): TariffChargeRow[] {
  const { fixed, brackets } = version;
  const row = (quantity: number, unit: string, step: PricedStep): TariffChargeRow => ({
    ...{ site: supply.site, plan: supply.tariff.id, component: component.id, component_name: component.name },
    ...{ kind: component.kind, version: version.from, period_start: dateOf(part.period.start), quantity, unit },
    ...{
      price: netPrice(version, step.price),
      vat: version.vat,
      min_annual_kwh: step.from,
      max_annual_kwh: step.until,
    },
    is_example: version.example,
  });
  if (fixed !== undefined) {
    const { quantity, unit } = quantityOf(fixed, part, supply);
    return quantity === 0 ? [] : [row(quantity, unit, { price: fixed.price, from: null, until: null })];
  }
  if (brackets === undefined) return [];
  const { per, prorated, steps } = brackets;
  const quantity = timesOf[per](part, prorated);
  return stepsFor(steps, supply.contract.annualUse).map((step) => row(quantity, per, step));
}

/** A price per kW and month is one for the period: times its months. */
export function demandOf(supply: Supply, component: Component, version: Version, part: Part): TariffDemandRow[] {
  const { demand } = version;
  if (demand === undefined) return [];
  const months = monthsOf(part, true);
  const price = netPrice(version, demand.price) * (demand.per === "year" ? months / 12 : months);
  return [
    {
      ...{ site: supply.site, plan: supply.tariff.id, component: component.id, component_name: component.name },
      ...{ version: version.from, period_start: dateOf(part.period.start) },
      ...{ interval_minutes: demand.interval, highest: demand.highest, one_per_day: demand.onePerDay },
      ...{ months: demand.months, minimum_kw: demand.minimum ?? null, price, vat: version.vat },
      is_example: version.example,
    },
  ];
}

type Fixed = NonNullable<Version["fixed"]>;

const timesOf = { day: daysOf, month: monthsOf, year: yearsOf, bill: billsOf };
/** What is paid for by its size as well as by time. */
const sized = {
  kw_day: ["kW", "day"],
  kw_month: ["kW", "month"],
  kw_year: ["kW", "year"],
  kva_month: ["kVA", "month"],
} as const;

function quantityOf({ per, prorated, months, powerPeriod }: Fixed, part: Part, supply: Supply) {
  const isCharged = months === undefined || months.includes((monthOf(part.period.start) % 12) + 1);
  if (!isCharged) return { quantity: 0, unit: per };
  if (!isSized(per)) return { quantity: timesOf[per](part, prorated), unit: per };
  const [size, time] = sized[per];
  return { quantity: powerOf(supply, powerPeriod) * timesOf[time](part, prorated), unit: `${size} ${time}` };
}

const isSized = (per: Fixed["per"]): per is keyof typeof sized => per in sized;

interface PricedStep {
  readonly price: number;
  /** kWh a year. */
  readonly from: number | null;
  readonly until: number | null;
}

/** With a use of the year that is agreed on, the one step of it; otherwise all, each with its bounds. */
function stepsFor(
  steps: readonly { upTo?: number | undefined; price: number }[],
  annualUse: number | undefined,
): PricedStep[] {
  if (annualUse === undefined)
    return steps.map(({ upTo, price }, at) => ({ price, from: steps[at - 1]?.upTo ?? null, until: upTo ?? null }));
  const step = steps.find(({ upTo }) => upTo === undefined || annualUse <= upTo);
  return step === undefined ? [] : [{ price: step.price, from: null, until: null }];
}
