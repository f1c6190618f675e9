/** What may explain a difference; each one is recomputed, and only what fits is told. */
import type { Tariff } from "../../../configuration/tariffs";
import type { Comparison, Sum } from "../compare";
import type { PrintedBill, PrintedLine } from "../printed-bill";
import type { Recorded } from "../recorded";

export interface Case {
  readonly bill: PrintedBill;
  readonly printed: PrintedLine;
  readonly sum: Sum;
  readonly difference: Comparison;
  readonly all: readonly Comparison[];
  readonly recorded: Recorded;
  /** The contract's plan with its hours; `undefined` where its file is not here any more. */
  readonly tariff: Tariff | undefined;
}

/** @returns a sentence for each way in which the difference is explained. */
export type Explanation = (given: Case) => Promise<string[]> | string[];

/**
 * The printed quantities of the same component: what sorts energy in another way must fit all of them, for one alone is soon
 * met by chance.
 */
export const quantitiesOf = ({ bill, printed: { component } }: Case): { band: string | undefined; kwh: number }[] =>
  bill.lines.flatMap((line) =>
    line.component === component && line.quantity_kwh !== undefined
      ? [{ band: line.band, kwh: line.quantity_kwh }]
      : [],
  );

/** So much two good meters may differ (class B of IEC 62053 has 1 % each). */
export const meterTolerance = 0.01;

export const numberText = (value: number, decimals = 3): string => String(Number(value.toFixed(decimals)));
export const amountText = (value: number): string => value.toFixed(2);
