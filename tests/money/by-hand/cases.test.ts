/**
 * The bills by hand agree with themselves, and with the windows of their plans. Whether the views agree with them is the
 * matter of other tests.
 */
import { bandsOf, readTariff, tariffNames } from "../../../configuration/tariffs";
import type { Case, Line } from "./case";
import { cases } from "./cases";
import { type Slot, slotsOf } from "./slots";

const plans = new Map(tariffNames().map((name) => [name, readTariff(name)]));

function planOf({ plan }: Case) {
  const read = plans.get(plan);
  if (!read) throw new Error(`no plan ${plan}`);
  return read;
}

const named = cases.map((each): [string, Case] => [`${each.plan}: ${each.name}`, each]);

test("each plan has one", () => {
  expect([...new Set(cases.map(({ plan }) => plan))].sort()).toEqual([...plans.keys()]);
});

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
/** As near as the plan rounds; half a cent is decided by the plan's rounding, either way. */
const stepOf = (of: Case) => planOf(of).rounding.amount?.to ?? 0;
const isWithin = (one: number, other: number, step: number) => Math.abs(one - other) <= step / 2 + 1e-9;

test.each(named)("%s: amounts are quantity x price, and add up", (_, one) => {
  const { lines, taxes, total } = one;
  const wrong = lines.filter(
    ({ quantity, price, net }) => !isWithin(Math.abs(quantity * price), Math.abs(net), stepOf(one)),
  );
  expect(wrong).toEqual([]);
  expect(sum(taxes.map(({ net }) => net))).toBeCloseTo(sum(lines.map(({ net }) => net)), 6);
  expect(taxes.filter(({ rate, net, vat }) => !isWithin(rate * net, vat, stepOf(one)))).toEqual([]);
  expect(sum(taxes.flatMap(({ net, vat }) => [net, vat]))).toBeCloseTo(total, 6);
});

/** Lines whose quantity the windows decide alone: no blocks, no netting. */
const isOfWindows = ({ unit, block }: Line) => unit === "kWh" && block === undefined;

test.each(named.filter(([, one]) => planOf(one).netting === "none"))(
  "%s: the kWh of each band are those of its windows, at their price",
  (_, one) => {
    const slots = slotsOf(one, planOf(one).timezone);
    for (const line of one.lines.filter(isOfWindows)) {
      const found = inWindows(one, line, slots);
      expect([line.component, line.band, found.quantity]).toEqual([
        line.component,
        line.band,
        expect.closeTo(line.quantity, 6),
      ]);
      expect(found.price).toBeCloseTo(line.price, 6);
    }
  },
);

function inWindows(one: Case, line: Line, slots: readonly Slot[]) {
  const plan = planOf(one);
  const component = plan.components.find(({ id }) => id === line.component);
  if (!component) throw new Error(`no component ${line.component}`);
  const { quantity: rounding } = plan.rounding;
  let [quantity, net] = [0, 0];
  for (const date of datesFrom(one)) {
    const version = component.versions.find((each) => each.from <= date && date < (each.until ?? "9999"));
    if (!version || (line.version !== undefined && version.from !== line.version)) continue;
    for (const window of bandsOf(plan, version, date).filter(({ band }) => band === line.band)) {
      for (const slot of slots) {
        if (slot.startMs < window.startMs || slot.startMs >= window.endMs) continue;
        const wh = component.direction === "export" ? slot.export_wh : slot.import_wh;
        const kwh = rounding?.of === "slot" ? toEven(wh / 1000 / rounding.to) * rounding.to : wh / 1000;
        quantity += kwh;
        net += kwh * (window.price ?? Number.NaN);
      }
    }
  }
  const step = rounding !== undefined && rounding.of !== "slot" ? rounding.to : undefined;
  const rounded = step === undefined ? quantity : Math.round(quantity / step) * step;
  return { quantity: rounded, price: net / quantity };
}

const toEven = (value: number) => (Math.abs(value % 1) === 0.5 ? 2 * Math.round(value / 2) : Math.round(value));

function datesFrom({ from, until }: Case): string[] {
  const dayMs = 86_400_000;
  const length = (Date.parse(until) - Date.parse(from)) / dayMs;
  return Array.from({ length }, (_, at) => new Date(Date.parse(from) + at * dayMs).toISOString().slice(0, 10));
}
