/** Gaps: what the time about which nothing is known could hold. */
import { amountText, type Explanation, numberText } from "./explanation";

export const gaps: Explanation = ({ difference: { figure, printed, recorded }, sum }) => {
  const { unknownShare, at_least: least, at_most: most } = sum;
  if (unknownShare === 0 || figure === "price") return [];
  const share = `${numberText(unknownShare * 100, 2)} % of its time is not known`;
  if (figure === "quantity") {
    const isMore = recorded === null || printed > recorded;
    return isMore ? [`Gaps: ${share}, and the bill has more than what is known.`] : [];
  }
  const [vat = 0] = sum.lines.map(({ vat_rate }) => vat_rate);
  const gross = figure === "gross" ? printed : printed * (1 + vat);
  if (least === null || most === null || gross < least - 0.005 || gross > most + 0.005) return [];
  return [
    `Gaps: ${share}; with VAT it comes to ${amountText(least)} to ${amountText(most)}, and the bill's is among that.`,
  ];
};
