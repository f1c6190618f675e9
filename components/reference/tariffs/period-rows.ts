/** The rows of `billing_periods`: how a plan's bills are made, one a period. */
import type { Tariff } from "../../../configuration/tariffs";
import type { Period } from "./billing-periods";
import type { BillingPeriodRow } from "./rows";
import { common, dateOf, daysIn, isEmpty, spanOf } from "./spans";
import type { Supply } from "./supply";

export function periodRow({ site, tariff, isOwn }: Supply, period: Period): BillingPeriodRow {
  const { quantity, amount } = tariff.rounding;
  return {
    ...{ site, plan: tariff.id, is_own: isOwn },
    ...{ period_start: dateOf(period.start), period_end: dateOf(period.end), days: daysIn(period) },
    ...{ currency: tariff.currency, netting: tariff.netting },
    quantity_rounding: quantity?.of ?? null,
    quantity_step_kwh: quantity?.to ?? null,
    quantity_mode: quantity?.mode ?? null,
    amount_rounding: amount?.of ?? null,
    amount_step: amount?.to ?? null,
    amount_mode: amount?.mode ?? null,
    minimum_amount: minimumOf(tariff, daysIn(period)),
    is_example: tariff.components.some(({ versions }) =>
      versions.some((version) => version.example && !isEmpty(common(spanOf(version), period))),
    ),
  };
}

function minimumOf({ minimumBill }: Tariff, days: number): number | null {
  if (minimumBill === undefined) return null;
  return (minimumBill.perBill ?? 0) + (minimumBill.perDay ?? 0) * days;
}
