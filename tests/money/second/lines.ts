/** The lines of a component's energy in a billing period: its parts by version, band and block, rounded as the plan says. */
import type { Component, Tariff } from "../../../configuration/tariffs";
import type { Untaxed } from "./bill-line";
import { sum } from "./charges";
import { rounded, type Step } from "./rounding";
import type { Part } from "./use";

interface Sums extends Omit<Untaxed, "quantity" | "net"> {
  readonly kwh: number | null;
  readonly exact: number | null;
}

export function energyLines({ rounding }: Tariff, component: Component, parts: readonly Part[]): Untaxed[] {
  const keys = [...new Set(parts.map(keyOf))].sort();
  const lines = keys.map((key) =>
    summed(
      component,
      parts.filter((part) => keyOf(part) === key),
    ),
  );
  const { quantity, amount } = rounding;
  const kwh = lines.map((line) => line.kwh);
  const quantities = roundedBy(quantity, lines, kwh);
  const isRepriced = quantity !== undefined && quantity.of !== "slot";
  const sign = component.direction === "export" ? -1 : 1;
  const exact = lines.map((line, at) => {
    const billed = quantities[at] ?? null;
    if (!isRepriced || line.unpriced_slots > 0) return line.exact;
    return billed === null ? null : sign * billed * (line.price ?? 0);
  });
  const amounts = roundedBy(amount, lines, exact);
  return lines.map(({ kwh: _, exact: __, ...line }, at) => ({
    ...line,
    quantity: quantities[at] ?? null,
    net: amounts[at] ?? null,
  }));
}

/** In the order of the bill. */
const keyOf = ({ version, band, block }: Part): string =>
  [version.from, band, String(block ?? 0).padStart(3, "0")].join("\n");

function summed({ id }: Component, parts: readonly Part[]): Sums {
  const [first] = parts;
  if (first === undefined) throw new Error("a line has parts");
  const { version, band, block } = first;
  const priced = parts.filter(({ price }) => price !== null);
  return {
    ...{ component: id, version: version.from, band, block, unit: "kWh", vat_rate: version.vat },
    kwh: known(parts.map(({ kwh }) => kwh)),
    exact: known(parts.map(({ net }) => net)),
    price: meanPrice(priced),
    unknown_slots: parts.filter(({ kwh }) => kwh === null).length,
    unpriced_slots: parts.length - priced.length,
  };
}

/** By the energy; where there is none, there is no mean of several. */
function meanPrice(parts: readonly Part[]): number | null {
  const [one, ...others] = new Set(parts.map(({ price }) => price));
  if (one === undefined) return null;
  if (others.length === 0) return one;
  const kwh = known(parts.map((part) => part.kwh)) ?? 0;
  return kwh === 0 ? null : sum(parts.map((part) => (part.kwh ?? 0) * (part.price ?? 0))) / kwh;
}

function known(values: readonly (number | null)[]): number | null {
  const found = values.filter((value) => value !== null);
  return found.length === 0 ? null : sum(found);
}

/** A band is rounded once for its versions and blocks: each line takes what the band's figure grows by with it. */
function roundedBy(
  step: (Step & { readonly of: string }) | undefined,
  lines: readonly Sums[],
  values: readonly (number | null)[],
): (number | null)[] {
  if (step === undefined || step.of === "slot") return [...values];
  const sums = new Map<string, number>();
  return lines.map(({ band }, at) => {
    const value = values[at] ?? null;
    if (value === null || step.of === "line") return value === null ? null : rounded(value, step);
    const before = sums.get(band ?? "") ?? 0;
    sums.set(band ?? "", before + value);
    return rounded(before + value, step) - rounded(before, step);
  });
}
