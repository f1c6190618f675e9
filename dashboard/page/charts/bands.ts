/** The bands of a plan in the charts: one hue, the dearer the stronger, so that its order is seen in light and dark. */
import { numberOf, type Row } from "../api";
import type { View } from "../view";

export interface Band {
  readonly key: string;
  readonly text: string;
  /** The style sheet's name of its colour. */
  readonly color: string;
}

export const bandKey = (row: Row): string => `${row.direction}/${row.band}`;
const steps = ["band-1", "band-2", "band-3", "band-4", "band-5"];

/** Those of the rows: charges of all hours first, then the cheap ones, the dear ones on top; what is earned last. */
export function bandsOf(rows: readonly Row[], view: View): readonly Band[] {
  const found = new Map<string, { readonly row: Row; price: number }>();
  for (const row of rows) {
    if (row.band === null) continue;
    const price = numberOf(row, "price") ?? Number.NEGATIVE_INFINITY;
    const known = found.get(bandKey(row));
    if (known === undefined) found.set(bandKey(row), { row, price });
    else known.price = Math.max(known.price, price);
  }
  const all = [...found].sort(([, a], [, b]) => (a.price === b.price ? 0 : a.price - b.price));
  const bought = all.filter(([, { row }]) => row.direction === "import");
  const sold = all.filter(([, { row }]) => row.direction !== "import");
  const spread = (index: number) =>
    steps[bought.length === 1 ? 2 : Math.round((index * (steps.length - 1)) / (bought.length - 1))] ?? "band-3";
  return [
    ...bought.map(([key, { row }], index) => ({ key, text: bandText(row, view), color: spread(index) })),
    ...sold.map(([key, { row }]) => ({ key, text: bandText(row, view), color: "export" })),
  ];
}

/** A plan's own word for a band; what holds at all hours has ours. */
export function bandText({ band, direction }: Row, { texts }: View): string {
  const name = band === "all" || typeof band !== "string" ? texts.money.allHours : band;
  return direction === "export" ? `${texts.roles.export}, ${name}` : name;
}

export const colorOf = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
