/** Rounding: a quantity that is cut to whole units, an amount of several rounded parts, two meters that agree as meters do. */
import { halfDigit } from "../printed-bill";
import { amountText, type Explanation, meterTolerance, numberText } from "./explanation";

export const rounding: Explanation = ({ difference: { figure, printed, recorded }, sum }) => {
  if (recorded === null) return [];
  const apart = Math.abs(printed - recorded);
  if (figure === "quantity") {
    const digit = halfDigit(printed) * 2;
    if (apart < digit) return [`Rounding: the bill has steps of ${digit} kWh, and cuts or raises by one.`];
    const share = apart / Math.abs(printed);
    if (share > meterTolerance) return [];
    return [
      `Meters: ${numberText(share * 100, 2)} % apart, and two good meters may differ by ${meterTolerance * 100} %.`,
    ];
  }
  if (figure === "price") return [];
  const parts = sum.lines.length + 1;
  const isRounding = apart <= parts * 0.005 + 1e-9;
  return isRounding ? [`Rounding: ${amountText(apart)} between ${parts} amounts that are rounded each.`] : [];
};

/** An amount whose quantity, or price, is another follows from it. */
export const consequence: Explanation = ({ printed, difference, all, sum }) => {
  const { figure } = difference;
  const quantity = printed.quantity_kwh ?? sum.quantity;
  const price = printed.price ?? sum.price;
  if ((figure !== "net" && figure !== "gross") || quantity === null || price === null) return [];
  const [vat] = new Set(sum.lines.map(({ vat_rate }) => vat_rate));
  const amount = quantity * price * (figure === "gross" ? 1 + (vat ?? 0) : 1);
  const others = all.filter((one) => !one.agrees && (one.figure === "quantity" || one.figure === "price"));
  if (others.length === 0 || Math.abs(amount - difference.printed) > 0.01) return [];
  return [`It follows from the ${others.map((one) => one.figure).join(" and the ")} of the bill.`];
};
