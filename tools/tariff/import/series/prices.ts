/** Prices as a source has them, made into stretches of time: in order, each once; what is doubled or missing is told. */
import { hasOffset, msOf } from "../../../../configuration/tariffs/series";
import type { Stretch } from "../../../../configuration/tariffs/stretches";
import { gridMinutes } from "../../../../configuration/tariffs/time-schema";
import { userError } from "../../../../local/session/options";

/** Without an end: the source tells only when the price begins. Without a value: not yet known, but it ends the one before. */
export interface SourcePrice {
  readonly startMs: number;
  readonly endMs?: number;
  readonly value: number | undefined;
}

const minuteMs = 60_000;

export const instantText = (ms: number): string => new Date(ms).toISOString().replace(/(:00)?\.000Z$/, "Z");

/** @param at where it stands, for a sentence. */
export function instantOf(text: string, timezone: string | undefined, at: string): number {
  const time = text.trim().replace(" ", "T");
  if (timezone === undefined && !hasOffset(time))
    throw userError(`${at}: ${text} has no offset: give --timezone, the time zone in which it was written.`);
  return msOf(time, timezone ?? "UTC", at);
}

/** @throws an error that names the instants where two prices hold at once. */
export function orderedPrices(
  prices: readonly SourcePrice[],
  stepMinutes?: number,
): { prices: Stretch<number>[]; notes: string[] } {
  const sorted = prices.toSorted((a, b) => a.startMs - b.startMs || (a.endMs ?? 0) - (b.endMs ?? 0));
  const isRepeated = (price: SourcePrice, at: number) => {
    const before = sorted[at - 1];
    return before?.startMs === price.startMs && before.endMs === price.endMs && before.value === price.value;
  };
  const repeated = sorted.filter(isRepeated);
  const once = sorted.filter((price, at) => !isRepeated(price, at));
  const ended = withEnds(once, stepMinutes).flatMap(({ value, ...span }) =>
    value === undefined ? [] : [{ ...span, value }],
  );
  refuseOffGrid(ended);
  refuseOverlaps(ended);
  const gaps = gapsIn(ended);
  return {
    prices: ended,
    notes: [
      ...(repeated.length > 0 ? [`Said twice, taken once: ${spansText(repeated)}.`] : []),
      ...(gaps.length > 0 ? [`Not known, so their cost stays unknown: ${spansText(gaps)}.`] : []),
    ],
  };
}

/**
 * A price without an end holds as long as the one before it did, or until the next where that is sooner: so a missing row
 * stays missing.
 */
function withEnds(prices: readonly SourcePrice[], stepMinutes: number | undefined): Stretch<number | undefined>[] {
  return prices.map(({ startMs, endMs, value }, at) => {
    if (endMs !== undefined) return { startMs, endMs, value };
    if (stepMinutes !== undefined) return { startMs, endMs: startMs + stepMinutes * minuteMs, value };
    const neighbours = [prices[at - 1], prices[at + 1]].flatMap((other) => (other ? [other.startMs] : []));
    const steps = neighbours.map((other) => Math.abs(other - startMs)).filter((step) => step > 0);
    if (steps.length === 0)
      throw userError(`How long the price of ${instantText(startMs)} holds is not told: give --step.`);
    return { startMs, endMs: startMs + Math.min(...steps), value };
  });
}

function refuseOffGrid(prices: readonly Stretch<number>[]): void {
  const off = prices
    .flatMap(({ startMs, endMs }) => [startMs, endMs])
    .find((ms) => ms % (gridMinutes * minuteMs) !== 0);
  if (off !== undefined) throw userError(`${instantText(off)} is off the ${gridMinutes}-minute grid.`);
  const backward = prices.find(({ startMs, endMs }) => endMs <= startMs);
  if (backward) throw userError(`The price of ${instantText(backward.startMs)} ends before it begins.`);
}

function refuseOverlaps(prices: readonly Stretch<number>[]): void {
  const overlaps = prices.flatMap(({ startMs, endMs }, at) => {
    const before = prices[at - 1];
    return before && before.endMs > startMs ? [{ startMs, endMs: Math.min(before.endMs, endMs) }] : [];
  });
  if (overlaps.length > 0) throw userError(`Two prices hold at once: ${spansText(overlaps)}.`);
}

const gapsIn = (prices: readonly Stretch<number>[]) =>
  prices.flatMap(({ startMs }, at) => {
    const before = prices[at - 1];
    return before && before.endMs < startMs ? [{ startMs: before.endMs, endMs: startMs }] : [];
  });

const mostShown = 5;

/** The first few, with their instants. */
export function spansText(spans: readonly { startMs: number; endMs?: number }[]): string {
  const shown = spans
    .slice(0, mostShown)
    .map(({ startMs, endMs }) => `${instantText(startMs)}${endMs === undefined ? "" : ` until ${instantText(endMs)}`}`);
  const rest = spans.length - shown.length;
  return `${shown.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
