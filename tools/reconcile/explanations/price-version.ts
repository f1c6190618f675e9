/** Another price version: a price of the same component at another time, or with VAT in it. */
import { halfDigit } from "../printed-bill";
import { type Explanation, numberText } from "./explanation";

export const priceVersion: Explanation = async ({ printed: { component, band }, difference, sum, recorded, bill }) => {
  const [line] = sum.lines;
  if (difference.figure !== "price" || component === undefined || line === undefined) return [];
  const isPrinted = (price: number) => Math.abs(price - difference.printed) <= halfDigit(difference.printed) + 1e-9;
  const prices = await recorded.prices(line.plan, component);
  const versions = new Set(sum.lines.map(({ version }) => version));
  return prices.flatMap(({ version, band: other, price, vat }) => {
    const isOurs = versions.has(version) && (band === undefined || other === band);
    if (isOurs && vat > 0 && isPrinted(price * (1 + vat)))
      return [`VAT: ${numberText(price, 6)} with ${vat * 100} % is it.`];
    if (!isPrinted(price)) return [];
    if (!versions.has(version))
      return [
        `Another version: it is the price of ${other} from ${version} on, ${when(version, bill.from)} the bill's time.`,
      ];
    return other === band ? [] : [`Another band: it is the price of ${other}.`];
  });
};

const when = (version: string, from: string) =>
  version < from ? "which was replaced before" : "which is after the beginning of";
