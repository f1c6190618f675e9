/** Units of price: `EUR/MWh`, `ct/kWh`, `p/kWh`; and what a number of them is in a currency per kWh. */
import { isCurrency } from "../../../../configuration/currency";
import { userError } from "../../../../local/session/options";
import type { ImportOptions } from "../options";

export interface Unit {
  /** `undefined`: cents of a currency that is not told. */
  readonly currency: string | undefined;
  /** How many of the currency per kWh one of it is. */
  readonly factor: number;
}

const symbols: Readonly<Record<string, string>> = { "€": "EUR", "£": "GBP", zł: "PLN" };
const pence = ["p", "pence"];
const hundredths = ["c", "ct", "cent", "cents", "¢", "öre", "øre"];
const perKwh: Readonly<Record<string, number>> = { kwh: 1, mwh: 1 / 1000 };

/** @throws an error that says which units there are. */
export function unitOf(text: string): Unit {
  const [, money = "", energy = ""] = /^\s*(.+?)\s*(?:\/|\bper\b)\s*([km]Wh)\s*$/i.exec(text) ?? [];
  const factor = perKwh[energy.toLowerCase()];
  const worth = factor === undefined ? undefined : moneyOf(money);
  if (factor === undefined || worth === undefined)
    throw userError(`"${text}" is no unit that is known: for example EUR/MWh, ct/kWh, p/kWh.`);
  return { currency: worth.currency, factor: worth.factor * factor };
}

function moneyOf(money: string): Unit | undefined {
  const word = money.toLowerCase();
  if (pence.includes(word)) return { currency: "GBP", factor: 1 / 100 };
  if (hundredths.includes(word)) return { currency: undefined, factor: 1 / 100 };
  if (word === "$") return { currency: undefined, factor: 1 };
  const code = symbols[word] ?? money.toUpperCase();
  return isCurrency(code) ? { currency: code, factor: 1 } : undefined;
}

/** Without the last binary digits that a division leaves. */
export const inUnit = ({ factor }: Unit, value: number): number => Number((value * factor).toPrecision(12));

export interface Measure {
  readonly unit: Unit;
  /** For the written file. */
  readonly text: string;
  readonly open: readonly string[];
}

/**
 * What a price of the source is, from the source's word or, where it has none, from the options.
 * @throws an error where both tell a currency, and not the same.
 */
export function measureOf(
  { unit: unitOption, currency, prices }: Pick<ImportOptions, "unit" | "currency" | "prices">,
  told: { unit?: string | undefined; prices?: "net" | "gross" | undefined },
): Measure {
  const said = told.unit ?? unitOption;
  const unit = said === undefined ? { currency: undefined, factor: 1 } : unitOf(said);
  if (unit.currency && currency && unit.currency !== currency)
    throw userError(`--currency is ${currency}, but the prices are in ${unit.currency}.`);
  const vat = told.prices ?? prices;
  const code = unit.currency ?? currency;
  return {
    unit,
    text: `${code ?? "an unknown currency"} per kWh, ${vat === undefined ? "with or without VAT" : vat === "net" ? "without VAT" : "with VAT"}`,
    open: [
      ...(said === undefined ? ["The source does not tell its unit: the numbers are as it has them (--unit)."] : []),
      ...(code === undefined ? ["The source does not tell its currency (--currency)."] : []),
      ...(vat === undefined ? ["The source does not tell whether VAT is in its prices (--prices)."] : []),
    ],
  };
}
