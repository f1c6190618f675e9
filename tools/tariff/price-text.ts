/** Prices as text: as the bill has them, with and without VAT. */
import { type Blocks, netPrice, type Series, type Version } from "../../configuration/tariffs";

const number = (value: number) =>
  new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 5, useGrouping: false }).format(value);

/** @param net without VAT. */
export const priceText = ({ vat }: Version, net: number): string =>
  `${number(net)} net, ${number(net * (1 + vat))} with VAT`;

const written = (version: Version, price: number) => priceText(version, netPrice(version, price));

interface Step {
  readonly upTo?: number | undefined;
  readonly upToPerDay?: number | undefined;
  readonly price: number;
}

const stepsText = (version: Version, steps: readonly Step[], unit: string) =>
  steps
    .map(({ upTo, upToPerDay, price }) => {
      const limit =
        upTo !== undefined
          ? `up to ${upTo} ${unit}`
          : upToPerDay !== undefined
            ? `up to ${upToPerDay} kWh times days`
            : "above";
      return `${limit} ${written(version, price)}`;
    })
    .join("; ");

export const blocksText = (version: Version, { per, steps }: Blocks): string =>
  `per kWh: ${stepsText(version, steps, `kWh a ${per}`)}`;

export const seriesText = ({ name }: Series): string => `series ${name}`;

const units = {
  day: "day",
  month: "month",
  year: "year",
  bill: "bill",
  kw_day: "kW and day",
  kw_month: "kW and month",
  kw_year: "kW and year",
  kva_month: "kVA and month",
} as const;

/** A charge that does not depend on the energy. */
export function chargeText(version: Version): string[] {
  const { fixed, brackets, demand } = version;
  if (fixed) {
    const months = fixed.months ? `, in bills that begin in the months ${fixed.months.join(", ")}` : "";
    const power = fixed.powerPeriod ? `, contracted power ${fixed.powerPeriod}` : "";
    return [`  ${written(version, fixed.price)} per ${units[fixed.per]}${power}${months}`];
  }
  if (brackets) return [`  per ${brackets.per}: ${stepsText(version, brackets.steps, "kWh a year")}`];
  if (!demand) return [];
  const { highest, interval, onePerDay, months, minimum } = demand;
  const peaks = `${highest} highest mean of ${interval} minutes${onePerDay ? ", one a day" : ""}`;
  const back = months > 1 ? `, over ${months} months` : "";
  const least = minimum === undefined ? "" : `, at least ${minimum} kW`;
  return [`  ${written(version, demand.price)} per kW and ${demand.per} (${peaks}${back}${least})`];
}
