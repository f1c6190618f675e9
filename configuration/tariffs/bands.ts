/** The bands of a version, and which of them hold at a minute of a day. */
import type { Band, Condition } from "./band-schema";
import { onlyBand } from "./band-schema";
import type { Version } from "./component-schema";
import type { DayFacts } from "./day-facts";
import { minutesOf } from "./time-schema";

/** What a band is called in which demand counts. */
export const demandBand = "demand";

/** However the version prices energy, as bands; a charge that does not depend on the time has none. */
export function bandsIn({ bands, price, blocks, series, demand }: Version): readonly Band[] {
  if (bands) return bands;
  if (demand) return [{ name: demandBand, ...(demand.when ? { when: demand.when } : { otherwise: true }) }];
  if (price === undefined && !blocks && !series) return [];
  return [{ name: onlyBand, price, blocks, series, otherwise: true }];
}

/** A price as written, without its VAT. */
export const netPrice = ({ prices, vat }: Version, price: number): number =>
  prices === "gross" ? price / (1 + vat) : price;

/** A moment as conditions see it; the state of the schedule where it is known. */
export interface Moment {
  readonly day: DayFacts;
  /** Of the day, on the zones' clock. */
  readonly minute: number;
  readonly state: string | undefined;
}

export interface Held {
  readonly bands: readonly Band[];
  /** A state that is not yet known decides. */
  readonly isUnknown: boolean;
}

export function heldAt(bands: readonly Band[], moment: Moment): Held {
  const verdicts = bands.map((band) => ({ band, holds: anyHolds(band.when ?? [], moment) }));
  const held = verdicts.flatMap(({ band, holds }) => (holds === true ? [band] : []));
  if (held.length > 0) return { bands: held, isUnknown: false };
  if (verdicts.some(({ holds }) => holds === undefined)) return { bands: [], isUnknown: true };
  return { bands: bands.filter(({ otherwise }) => otherwise), isUnknown: false };
}

/** `undefined`: it depends on a state that is not yet known. */
function anyHolds(conditions: readonly Condition[], moment: Moment): boolean | undefined {
  const verdicts = conditions.map((condition) => conditionHolds(condition, moment));
  return verdicts.includes(true) ? true : verdicts.includes(undefined) ? undefined : false;
}

function conditionHolds(condition: Condition, { day, minute, state }: Moment): boolean | undefined {
  const { seasons, dayTypes, days, states, hours } = condition;
  if (seasons && !seasons.some((season) => day.seasons.includes(season))) return false;
  if (dayTypes && !dayTypes.some((dayType) => day.dayTypes.includes(dayType))) return false;
  if (days && !days.includes(day.weekday)) return false;
  if (hours && !hours.some((window) => isWithin(window, minute))) return false;
  if (!states) return true;
  return state === undefined ? undefined : states.includes(state);
}

function isWithin(window: string, minute: number): boolean {
  const { from, until } = minutesOf(window);
  return from < until ? from <= minute && minute < until : from <= minute || minute < until;
}

/** The minutes of a day at which what holds can change. */
export function edgesOf(bands: readonly Band[]): number[] {
  const windows = bands.flatMap(({ when = [] }) => when.flatMap(({ hours = [] }) => hours));
  return windows.flatMap((window) => Object.values(minutesOf(window)));
}
