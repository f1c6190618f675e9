/**
 * A bill that was computed by hand: a load, a contract, and the lines that must come out.
 *
 * `net` is rounded as the plan says. Tax is computed once for each rate, of the sum of its lines, and rounded likewise.
 * Lines of no energy at all are left out.
 */

import { readTariff } from "../../../configuration/tariffs";
import type { Contract } from "../second-calculation";

/** From when, until when (local time, or with an offset where the clock shows it twice) and with how many kW. */
export type Piece = readonly [from: string, until: string, kw: number];

export interface Line {
  readonly component: string;
  /** The first day of the component's version, where the period has several. */
  readonly version?: string;
  readonly band?: string;
  /** From 1. */
  readonly block?: number;
  readonly quantity: number;
  readonly unit: string;
  /** Net; the mean where it changes within the line. */
  readonly price: number;
  readonly net: number;
}

export interface Case {
  readonly name: string;
  readonly plan: string;
  /** The local days of the billing period, half open. */
  readonly from: string;
  readonly until: string;
  /** It holds for the period alone, if it does not say from when on. */
  readonly contract?: {
    readonly from?: string;
    readonly contractedPower?: number | Readonly<Record<string, number>>;
    readonly annualUse?: number;
    readonly billing?: { readonly day?: number; readonly months?: number; readonly startMonth?: number };
  };
  /** Of pieces that overlap, the last one counts; at other times nothing is used. */
  readonly load: readonly Piece[];
  readonly exported?: readonly Piece[];
  readonly lines: readonly Line[];
  readonly taxes: readonly { readonly rate: number; readonly net: number; readonly vat: number }[];
  /** Of the bill, with tax. */
  readonly total: number;
}

export const contractOf = ({ plan, from, until, contract }: Case): Contract => ({
  ...{ plan: readTariff(plan), from, until },
  ...contract,
});

type More = Pick<Line, "block" | "version">;

export const kwh = (
  component: string,
  band: string,
  quantity: number,
  price: number,
  net: number,
  more: More = {},
) => ({
  ...{ component, band, quantity, unit: "kWh", price, net },
  ...more,
});

export const charge = (component: string, quantity: number, unit: string, price: number, net: number): Line => ({
  ...{ component, quantity, unit, price, net },
});
