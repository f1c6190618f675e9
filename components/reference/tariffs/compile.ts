/**
 * The plans of the sites as rows: what the warehouse knows of prices. Compiled anew from the plans' files by each
 * deployment, so a price that is corrected there is corrected for the past too.
 */
import { type Component, type LocalDay, localDay, type Tariff } from "../../../configuration/tariffs";
import { type Period, periodsOf } from "./billing-periods";
import { blocksOf } from "./blocks";
import { chargesOf, demandOf } from "./charges";
import { periodRow } from "./period-rows";
import type { TariffRows } from "./rows";
import { common, isEmpty, spanOf } from "./spans";
import { type Supply, suppliesOf, type TariffConfig } from "./supply";
import { windowsOf } from "./windows";

/** Site after site, plan after plan, in the order of the configuration and of the plan. */
export function compileTariffs(config: TariffConfig, planOf?: (name: string) => Tariff): TariffRows {
  const daysOf = new Map<string, (date: string) => LocalDay>();
  const parts = suppliesOf(config, planOf).map((supply) => {
    const { timezone } = supply.tariff;
    const localDayOf = daysOf.get(timezone) ?? remembered((date: string) => localDay(date, timezone));
    daysOf.set(timezone, localDayOf);
    return compileSupply(supply, localDayOf);
  });
  return {
    billingPeriods: parts.flatMap((each) => each.billingPeriods),
    tariffWindows: parts.flatMap((each) => each.tariffWindows),
    tariffBlocks: parts.flatMap((each) => each.tariffBlocks),
    tariffCharges: parts.flatMap((each) => each.tariffCharges),
    tariffDemand: parts.flatMap((each) => each.tariffDemand),
  };
}

function compileSupply(supply: Supply, localDayOf: (date: string) => LocalDay): TariffRows {
  const { tariff, days, contract } = supply;
  const { day, months, startMonth } = tariff.billing;
  const { billing } = contract;
  const periods = periodsOf(days, {
    day: billing?.day ?? day,
    months: billing?.months ?? months,
    startMonth: billing?.startMonth ?? startMonth,
  });
  const energy = tariff.components.map((component) => energyOf(supply, component, periods, localDayOf));
  const inPeriods = periods.flatMap((period) => tariff.components.map((each) => inPeriod(supply, each, period)));
  return {
    billingPeriods: periods.map((period) => periodRow(supply, period)),
    tariffWindows: energy.flatMap(({ windows }) => windows),
    tariffBlocks: energy.flatMap(({ blocks }) => blocks),
    tariffCharges: inPeriods.flatMap(({ charges }) => charges),
    tariffDemand: inPeriods.flatMap(({ demand }) => demand),
  };
}

/** What a component costs by the use, version after version. */
function energyOf(
  supply: Supply,
  component: Component,
  periods: readonly Period[],
  localDayOf: (date: string) => LocalDay,
) {
  const versions = component.versions.flatMap((version) => {
    const days = common(supply.days, spanOf(version));
    if (isEmpty(days)) return [];
    const windows = windowsOf(supply, component, version, days, localDayOf);
    return [{ windows, blocks: blocksOf(supply, component, version, days, periods, windows) }];
  });
  return { windows: versions.flatMap(({ windows }) => windows), blocks: versions.flatMap(({ blocks }) => blocks) };
}

/** What it costs besides in a billing period. */
function inPeriod(supply: Supply, component: Component, period: Period) {
  const held = component.versions.map((version) => common(period, spanOf(version)));
  const versions = component.versions.flatMap((version, at) => {
    const own = held[at];
    return own === undefined || isEmpty(own) ? [] : [{ version, part: { period, own, held, supplied: supply.days } }];
  });
  return {
    charges: versions.flatMap(({ version, part }) => chargesOf(supply, component, version, part)),
    demand: versions.flatMap(({ version, part }) => demandOf(supply, component, version, part)),
  };
}

function remembered<Value>(make: (key: string) => Value): (key: string) => Value {
  const known = new Map<string, Value>();
  return (key) => {
    const value = known.get(key) ?? make(key);
    known.set(key, value);
    return value;
  };
}
