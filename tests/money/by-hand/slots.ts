/** The load of a case as a site's slots. */
import { Temporal } from "temporal-polyfill";
import type { Case, Piece } from "./case";

export interface Slot {
  readonly startMs: number;
  readonly import_wh: number;
  readonly export_wh: number;
}

const slotMs = 15 * 60_000;

/** From the first day of the contract to the last of the period. */
export function slotsOf({ from, until, contract, load, exported = [] }: Case, timezone: string): Slot[] {
  const startMs = instantOf(contract?.from ?? from, timezone);
  const length = (instantOf(until, timezone) - startMs) / slotMs;
  const imported = whOf(load, timezone, startMs, length);
  const fedIn = whOf(exported, timezone, startMs, length);
  return imported.map((import_wh, at) => ({
    startMs: startMs + at * slotMs,
    import_wh,
    export_wh: fedIn[at] ?? 0,
  }));
}

function whOf(pieces: readonly Piece[], timezone: string, startMs: number, length: number): number[] {
  const wh = new Array<number>(length).fill(0);
  for (const [from, until, kw] of pieces) {
    const [first, end] = [from, until].map((time) => (instantOf(time, timezone) - startMs) / slotMs);
    wh.fill(kw * 250, first, end);
  }
  return wh;
}

/** A day begins at its first instant. */
export const instantOf = (text: string, timezone: string): number =>
  /Z|[+-]\d\d:\d\d$/.test(text)
    ? Date.parse(text)
    : Temporal.PlainDateTime.from(text).toZonedDateTime(timezone).epochMilliseconds;
