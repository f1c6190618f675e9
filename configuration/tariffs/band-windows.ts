/**
 * Which band holds from when to when in a local day, and its price: the one place where the hours of a plan are evaluated.
 *
 * A stretch of the day is cut where the clock shows the edge of a window, where the tariff's day begins, where the schedule
 * changes its state and where a series changes its price. In each piece one band holds.
 */
import { type Band, type Series, unknownBand } from "./band-schema";
import { bandsIn, edgesOf, type Held, heldAt, netPrice } from "./bands";
import type { Version } from "./component-schema";
import { rememberedFacts } from "./day-facts";
import type { Tariff } from "./read-plan";
import { type Stretch, stretchesWithin } from "./stretches";
import { minuteOf } from "./time-schema";
import { dayMs, type LocalDay, localDay, piecesOf } from "./zone-clock";

/** Without a price: blocks decide it, or it is demand, or it is not yet known. */
export interface BandWindow {
  readonly startMs: number;
  readonly endMs: number;
  readonly band: string;
  /** Per kWh, without VAT. */
  readonly price?: number;
}

interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** What holds in a span, before one band is taken. */
export interface HeldSpan extends Span, Held {}

const minuteMs = 60_000;
const minutesOfDay = 24 * 60;

/** The windows of a local day; it does not matter whether the version is valid then. */
export const bandsOf = (tariff: Tariff, version: Version, date: string, timezone?: string): BandWindow[] =>
  bandsOfDay(tariff, version, localDay(date, tariff.timezone, timezone));

/** The same for a day whose clocks are known, for who asks about many versions. */
export function bandsOfDay(tariff: Tariff, version: Version, day: LocalDay): BandWindow[] {
  const merged: BandWindow[] = [];
  for (const window of heldSpans(tariff, version, day).flatMap((span) => priced(tariff, version, span))) {
    const last = merged.at(-1);
    const continues = last?.endMs === window.startMs && last.band === window.band && last.price === window.price;
    if (continues) merged.splice(-1, 1, { ...window, startMs: last.startMs });
    else merged.push(window);
  }
  return merged;
}

/** Every span of the day, with all bands that hold in it: one, in a plan without mistakes; none where no demand counts. */
export function heldSpans(tariff: Tariff, version: Version, day: LocalDay): HeldSpan[] {
  const bands = bandsIn(version);
  if (bands.length === 0) return [];
  const factsOf = rememberedFacts(tariff);
  return piecesOf(day, version).flatMap(({ startMs, endMs, offsetMs }) =>
    wallSpans(bands, version, startMs + offsetMs, endMs + offsetMs).flatMap((wall) => {
      const facts = factsOf(dayNumberAt(version, wall.startMs));
      const minute = minuteAt(wall.startMs);
      const span = { startMs: wall.startMs - offsetMs, endMs: wall.endMs - offsetMs };
      return stateSpans(tariff, version, span).map(({ startMs, endMs, value: state }) => ({
        startMs,
        endMs,
        ...heldAt(bands, { day: facts, minute, state }),
      }));
    }),
  );
}

/** The tariff's day at a wall time, which may begin later than the clock's. */
export const dayNumberAt = ({ dayStart }: Version, wallMs: number) =>
  Math.floor((wallMs - minuteOf(dayStart) * minuteMs) / dayMs);

const minuteAt = (wallMs: number) => (((wallMs / minuteMs) % minutesOfDay) + minutesOfDay) % minutesOfDay;

/** A span of wall time, cut at each edge of each of its days. */
function wallSpans(bands: readonly Band[], { dayStart }: Version, startMs: number, endMs: number): Span[] {
  const edges = [minuteOf(dayStart), ...edgesOf(bands)];
  const firstDay = Math.floor(startMs / dayMs);
  const lastDay = Math.floor(endMs / dayMs);
  const cuts = new Set([startMs, endMs]);
  for (let day = firstDay; day <= lastDay; day++) {
    for (const edge of edges) {
      const cut = day * dayMs + edge * minuteMs;
      if (cut > startMs && cut < endMs) cuts.add(cut);
    }
  }
  const sorted = [...cuts].sort((a, b) => a - b);
  return sorted.slice(1).map((end, at) => ({ startMs: sorted[at] ?? startMs, endMs: end }));
}

function stateSpans(tariff: Tariff, { schedule }: Version, span: Span): Stretch<string | undefined>[] {
  if (!schedule) return [{ ...span, value: undefined }];
  const states = tariff.states.get(schedule.name) ?? [];
  const [first, last] = [states[0]?.startMs ?? Number.POSITIVE_INFINITY, states.at(-1)?.endMs ?? 0];
  return stretchesWithin(states, span).map(({ startMs, endMs, value }) => {
    const isBetween = startMs >= first && endMs <= last;
    return { startMs, endMs, value: value ?? (isBetween ? schedule.otherwise : undefined) };
  });
}

function priced(tariff: Tariff, version: Version, { startMs, endMs, bands, isUnknown }: HeldSpan): BandWindow[] {
  if (isUnknown) return [{ startMs, endMs, band: unknownBand }];
  return bands.flatMap(({ name, price, series }) => {
    if (series) return seriesWindows(tariff, version, { startMs, endMs }, name, series);
    return [{ startMs, endMs, band: name, ...(price !== undefined && { price: netPrice(version, price) }) }];
  });
}

function seriesWindows(tariff: Tariff, version: Version, span: Span, band: string, series: Series): BandWindow[] {
  return stretchesWithin(tariff.prices.get(series.name) ?? [], span).map(({ startMs, endMs, value }) => ({
    startMs,
    endMs,
    band,
    ...(value !== undefined && { price: netPrice(version, indexed(series, value)) }),
  }));
}

function indexed({ plus, times, tax, floor, cap }: Series, value: number): number {
  const price = (plus + times * value) * (1 + tax);
  return Math.min(cap ?? Number.POSITIVE_INFINITY, Math.max(floor ?? Number.NEGATIVE_INFINITY, price));
}
