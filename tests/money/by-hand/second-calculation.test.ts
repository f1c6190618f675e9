/** The second calculation comes to the bills that were computed by hand. */
import { readTariff } from "../../../configuration/tariffs";
import { differences } from "../differences";
import { type BillLine, secondBills } from "../second-calculation";
import type { Case } from "./case";
import { cases } from "./cases";
import { slotsOf } from "./slots";

function linesOf(one: Case): BillLine[] {
  const plan = readTariff(one.plan);
  const slots = slotsOf(one, plan.timezone).map(({ startMs, ...energy }) => ({
    slot_start: new Date(startMs).toISOString(),
    ...energy,
  }));
  const bill = secondBills({ plan, from: one.from, until: one.until, ...one.contract }, slots);
  return bill.filter(({ period_start, quantity }) => period_start === one.from && quantity !== 0);
}

const sum = (values: readonly (number | null)[]) => values.reduce<number>((total, value) => total + (value ?? 0), 0);

test.each(cases.map((each): [string, Case] => [`${each.plan}: ${each.name}`, each]))("%s", (_, one) => {
  const lines = linesOf(one);
  const several = new Set(one.lines.flatMap(({ version, component }) => (version === undefined ? [] : [component])));
  const figures = ({ component, version, band, block, unit, quantity, net }: BillLine | Case["lines"][number]) => ({
    ...{ component, version: several.has(component) ? version : undefined },
    ...{ band: band ?? undefined, block: block ?? undefined, unit, quantity, net },
  });
  expect(differences(lines.map(figures), one.lines.map(figures))).toEqual([]);
  for (const { rate, net, vat } of one.taxes) {
    const ofRate = lines.filter(({ vat_rate }) => vat_rate === rate);
    expect([rate, sum(ofRate.map((line) => line.net)), sum(ofRate.map((line) => line.vat))]).toEqual([
      rate,
      expect.closeTo(net, 4),
      expect.closeTo(vat, 4),
    ]);
  }
  expect(sum(lines.map(({ gross }) => gross))).toBeCloseTo(one.total, 4);
});
