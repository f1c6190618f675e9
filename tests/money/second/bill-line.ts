/** A line of a bill. */

export interface BillLine {
  readonly period_start: string;
  readonly component: string;
  readonly version: string;
  readonly band: string | null;
  readonly block: number | null;
  readonly unit: string;
  /** Of the known energy; `null` where none is. */
  readonly quantity: number | null;
  /** Net. */
  readonly price: number | null;
  /** Of what is known, in energy and in price; `null` where nothing is. */
  readonly net: number | null;
  readonly vat_rate: number;
  readonly vat: number | null;
  readonly gross: number | null;
  /** Quarter hours of which the energy is not known, and of which the price is not. */
  readonly unknown_slots: number;
  readonly unpriced_slots: number;
}

/** What is said of a line before tax. */
export type Untaxed = Omit<BillLine, "period_start" | "vat" | "gross">;
