/**
 * The rows of the tables of what electricity costs (`sql/tariff-tables.ts` says what each column means): prices net, in the
 * plan's currency; dates local days of the site; a value that is not known is not there, or null.
 */
import type { Component } from "../../../configuration/tariffs/component-schema";

export interface BillingPeriodRow {
  readonly site: string;
  readonly plan: string;
  readonly is_own: boolean;
  readonly period_start: string;
  readonly period_end: string;
  readonly days: number;
  readonly currency: string;
  readonly netting: "none" | "hour";
  readonly quantity_rounding: RoundedThing | null;
  readonly quantity_step_kwh: number | null;
  readonly quantity_mode: RoundingMode | null;
  readonly amount_rounding: RoundedThing | null;
  readonly amount_step: number | null;
  readonly amount_mode: RoundingMode | null;
  readonly minimum_amount: number | null;
  readonly is_example: boolean;
}
type RoundedThing = "slot" | "band" | "line";
type RoundingMode = "half_up" | "half_even";

export interface TariffWindowRow {
  readonly site: string;
  readonly plan: string;
  readonly component: string;
  readonly component_name: string;
  readonly kind: Component["kind"];
  readonly direction: Component["direction"];
  readonly version: string;
  readonly band: string;
  readonly date: string;
  readonly window_start: string;
  readonly window_end: string;
  readonly price: number | null;
  readonly has_blocks: boolean;
  readonly vat: number;
  readonly is_example: boolean;
}

export interface TariffBlockRow {
  readonly site: string;
  readonly plan: string;
  readonly component: string;
  readonly version: string;
  readonly band: string | null;
  readonly scope_start: string;
  readonly scope_end: string;
  readonly from_kwh: number;
  readonly until_kwh: number | null;
  readonly price: number;
}

export interface TariffChargeRow {
  readonly site: string;
  readonly plan: string;
  readonly component: string;
  readonly component_name: string;
  readonly kind: Component["kind"];
  readonly version: string;
  readonly period_start: string;
  readonly quantity: number;
  readonly unit: string;
  readonly price: number;
  readonly vat: number;
  readonly min_annual_kwh: number | null;
  readonly max_annual_kwh: number | null;
  readonly is_example: boolean;
}

export interface TariffDemandRow {
  readonly site: string;
  readonly plan: string;
  readonly component: string;
  readonly component_name: string;
  readonly version: string;
  readonly period_start: string;
  readonly interval_minutes: number;
  readonly highest: number;
  readonly one_per_day: boolean;
  readonly months: number;
  readonly minimum_kw: number | null;
  readonly price: number;
  readonly vat: number;
  readonly is_example: boolean;
}

/** The rows of each table. */
export interface TariffRows {
  readonly billingPeriods: readonly BillingPeriodRow[];
  readonly tariffWindows: readonly TariffWindowRow[];
  readonly tariffBlocks: readonly TariffBlockRow[];
  readonly tariffCharges: readonly TariffChargeRow[];
  readonly tariffDemand: readonly TariffDemandRow[];
}
