/** A printed line beside what the data has of the same component and band: quantity, price, amount. */
import { halfDigit, type PrintedLine } from "./printed-bill";
import type { RecordedLine } from "./recorded";

export type Figure = "quantity" | "price" | "net" | "gross";

export interface Comparison {
  readonly figure: Figure;
  readonly unit: string;
  readonly printed: number;
  /** `null`: not known. */
  readonly recorded: number | null;
  readonly agrees: boolean;
}

/** The lines of several versions, blocks and, without a band, bands as one. */
export interface Sum {
  readonly lines: readonly RecordedLine[];
  readonly quantity: number | null;
  readonly unit: string;
  readonly price: number | null;
  readonly net: number | null;
  readonly gross: number | null;
  readonly at_least: number | null;
  readonly at_most: number | null;
  /** The largest of a line. */
  readonly unknownShare: number;
}

/** The smallest coin of an amount: half of it is rounding. */
const halfCent = 0.005;
const hair = 1e-9;

export const linesOf = ({ component, band }: PrintedLine, all: readonly RecordedLine[]): RecordedLine[] =>
  component === undefined
    ? []
    : all.filter((line) => line.component === component && (band === undefined || line.band === band));

export function sumOf(lines: readonly RecordedLine[]): Sum | undefined {
  const [first] = lines;
  if (first === undefined) return undefined;
  const total = (figureOf: (line: RecordedLine) => number | null) =>
    lines.reduce<number | null>((sum, line) => {
      const value = figureOf(line);
      return sum === null || value === null ? null : sum + value;
    }, 0);
  const [quantity, net] = [total((line) => line.quantity), total((line) => line.net)];
  const isOnePrice = lines.every(({ price }) => price === first.price);
  return {
    lines,
    quantity,
    unit: first.unit,
    price: isOnePrice ? first.price : quantity && net !== null ? net / quantity : null,
    net,
    gross: total((line) => line.gross),
    at_least: total((line) => line.at_least),
    at_most: total((line) => line.at_most),
    unknownShare: Math.max(...lines.map(({ unknown_share }) => unknown_share ?? 0)),
  };
}

export function compare(printed: PrintedLine, sum: Sum): Comparison[] {
  const figures: readonly (readonly [Figure, number | undefined, string, number])[] = [
    ["quantity", printed.quantity_kwh, sum.unit, halfDigit(printed.quantity_kwh ?? 0)],
    ["price", printed.price, `per ${sum.unit}`, halfDigit(printed.price ?? 0)],
    ["net", printed.net, "", halfCent],
    ["gross", printed.gross, "", halfCent],
  ];
  return figures.flatMap(([figure, value, unit, tolerance]) => {
    if (value === undefined) return [];
    const recorded = sum[figure];
    const agrees = recorded !== null && Math.abs(recorded - value) <= tolerance + hair;
    return [{ figure, unit, printed: value, recorded, agrees }];
  });
}
