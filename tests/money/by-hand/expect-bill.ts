/** Whether a calculation comes to a bill that was computed by hand. Lines of no energy at all are left out of those. */
import { differences, type Line } from "../differences";
import type { Case, Line as LineByHand } from "./case";

/** A row of the view `bill`, or a line of the second calculation. */
export interface BillLine extends Line {
  readonly vat_rate?: unknown;
}

/** `bill` has the lines of all periods of the contract. */
export function expectBill(one: Case, bill: readonly BillLine[]): void {
  const lines = bill.filter(({ period_start, quantity }) => period_start === one.from && quantity !== 0);
  const several = new Set(one.lines.flatMap(({ version, component }) => (version === undefined ? [] : [component])));
  const figures = ({ component, version, band, block, unit, quantity, net }: BillLine | LineByHand): Line => ({
    ...{ component, version: several.has(String(component)) ? version : undefined },
    ...{ band: band ?? undefined, block: block ?? undefined, unit, quantity, net },
  });
  expect(differences(lines.map(figures), one.lines.map(figures))).toEqual([]);
  const taxes = one.taxes.map(({ rate }) => {
    const ofRate = lines.filter(({ vat_rate }) => vat_rate === rate);
    return { rate, net: sum(ofRate.map((line) => line.net)), vat: sum(ofRate.map((line) => line.vat)) };
  });
  expect(taxes).toEqual(
    one.taxes.map(({ rate, net, vat }) => ({ rate, net: expect.closeTo(net, 4), vat: expect.closeTo(vat, 4) })),
  );
  expect(sum(lines.map(({ gross }) => gross))).toBeCloseTo(one.total, 4);
}

const sum = (values: readonly unknown[]) =>
  values.reduce<number>((total, value) => total + (typeof value === "number" ? value : 0), 0);
