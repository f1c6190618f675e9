/**
 * A bill, computed a second time: straight from the plan as it was parsed, one quarter hour after the other, without the
 * compiled tables and without the windows of `configuration/tariffs/band-windows.ts`. For tests only.
 */
import type { Component, Tariff } from "../../configuration/tariffs";
import type { BillLine, Untaxed } from "./second/bill-line";
import { type Charge, chargesOf, sum } from "./second/charges";
import { localTime } from "./second/clock";
import { demandOf } from "./second/demand";
import { countedEnergy, type Slot } from "./second/energy";
import { energyLines } from "./second/lines";
import { has, type Period, periodsOf, type Contract as SecondContract } from "./second/periods";
import { rounded } from "./second/rounding";
import { type Part, partsOf } from "./second/use";

export type { BillLine } from "./second/bill-line";
export type { Slot } from "./second/energy";
export type Contract = SecondContract;

/** Line by line, of the periods of which there is a slot. */
export function secondBills(contract: Contract, slots: readonly Slot[]): BillLine[] {
  const { plan } = contract;
  const periods = periodsOf(contract);
  const energyAt = countedEnergy(slots, plan.timezone, plan.netting);
  const metered = countedEnergy(slots, plan.timezone, "none");
  const parts = new Map(plan.components.map((each) => [each.id, partsOf(contract, periods, each, energyAt)]));
  const dates = slots.map(({ slot_start }) => localTime(Date.parse(slot_start), plan.timezone).toPlainDate());

  return periods.flatMap((period) => {
    if (!dates.some((date) => has(period, date))) return [];
    const components = [...plan.components].sort((a, b) => (a.id < b.id ? -1 : 1));
    const energy = components.flatMap((component) => energyLines(plan, component, within(parts, component, period)));
    if (energy.length === 0) return [];
    const year = { start: period.end.subtract({ years: 1 }), end: period.end };
    const ofYear = slots.filter((_, at) => dates.slice(at, at + 1).some((date) => has(year, date)));
    const annualKwh = sum(ofYear.map(({ import_wh }) => (import_wh ?? 0) / 1000));
    const fixed = components.flatMap((each) => charged(plan, each, chargesOf(contract, period, each, annualKwh)));
    const demand = components.flatMap((each) =>
      charged(plan, each, demandOf(contract, periods, period, each, metered)),
    );
    return withMinimum(plan, period, taxed(plan, period, [...energy, ...fixed, ...demand]));
  });
}

const within = (parts: ReadonlyMap<string, readonly Part[]>, { id }: Component, period: Period): Part[] =>
  (parts.get(id) ?? []).filter(({ date }) => has(period, date));

function charged({ rounding }: Tariff, { id }: Component, charges: readonly Charge[]): Untaxed[] {
  const line = ({ version, quantity, unit, price }: Charge): Untaxed => ({
    ...{ component: id, version: version.from, band: null, block: null, unit, quantity, price },
    net: rounded(quantity * price, rounding.amount),
    ...{ vat_rate: version.vat, unknown_slots: 0, unpriced_slots: 0 },
  });
  // What this bill does not have is no line of it.
  return charges.filter(({ quantity }) => quantity > 0).map(line);
}

/** Tax is owed on the sum of the lines of a rate: each line takes what the tax grows by with it. */
function taxed({ rounding }: Tariff, period: Period, lines: readonly Untaxed[]): BillLine[] {
  const sums = new Map<number, number>();
  return lines.map((line) => {
    const period_start = period.start.toString();
    if (line.net === null) return { period_start, ...line, vat: null, gross: null };
    const before = sums.get(line.vat_rate) ?? 0;
    const after = before + line.net;
    sums.set(line.vat_rate, after);
    const tax = (net: number) => rounded(net * line.vat_rate, rounding.amount);
    const vat = tax(after) - tax(before);
    return { period_start, ...line, vat, gross: line.net + vat };
  });
}

/** What is missing to the minimum, with tax at the highest rate of the bill. */
function withMinimum(plan: Tariff, period: Period, lines: BillLine[]): BillLine[] {
  const { perBill, perDay = 0 } = plan.minimumBill ?? {};
  if (!plan.minimumBill) return lines;
  const days = period.start.until(period.end, { largestUnit: "days" }).days;
  const known = lines.flatMap(({ gross }) => (gross === null ? [] : [gross]));
  const missing = (perBill ?? perDay * days) - sum(known);
  if (known.length === 0 || missing <= 0) return lines;
  const vat_rate = Math.max(...lines.map((line) => line.vat_rate));
  const net = rounded(missing / (1 + vat_rate), plan.rounding.amount);
  const gross = rounded(missing, plan.rounding.amount);
  return [
    ...lines,
    {
      ...{ period_start: period.start.toString(), component: "minimum", version: period.start.toString() },
      ...{ band: null, block: null, unit: "bill", quantity: 1, price: net, net, vat_rate, vat: gross - net },
      ...{ gross, unknown_slots: 0, unpriced_slots: 0 },
    },
  ];
}
