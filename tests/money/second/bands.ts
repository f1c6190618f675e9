/**
 * In which band a quarter hour lies and what its kilowatt-hour costs, asked for that quarter alone: which date and time the
 * zones' clock shows, and which conditions are true of it.
 */
import {
  type Band,
  type Condition,
  demandBand,
  onlyBand,
  type Series,
  type Tariff,
  unknownBand,
  type Version,
} from "../../../configuration/tariffs";
import { type Day, isSummerTime, type Shown, shownAt } from "./clock";

export interface Held {
  readonly name: string;
  /** Per kWh as the plan has it; `null`: not known yet. Not there: blocks decide. */
  readonly price?: number | null;
  readonly blocks?: Band["blocks"];
}

/** `undefined` where the version prices no energy. */
export function bandAt(tariff: Tariff, version: Version, ms: number): Held | undefined {
  const { price, blocks, series, bands } = version;
  if (!bands) {
    if (series) return { name: onlyBand, price: seriesPrice(tariff, series, ms) };
    if (blocks) return { name: onlyBand, blocks };
    return price === undefined ? undefined : { name: onlyBand, price };
  }
  const band = heldBand(tariff, version, bands, ms);
  if (band === undefined) return { name: unknownBand, price: null };
  if (band.series) return { name: band.name, price: seriesPrice(tariff, band.series, ms) };
  return { name: band.name, ...(band.blocks ? { blocks: band.blocks } : { price: band.price ?? null }) };
}

/** Whether a quarter hour counts for the version's demand; what a state not known yet decides does not. */
export function countsForDemand(tariff: Tariff, version: Version, ms: number): boolean {
  const { when } = version.demand ?? {};
  const bands: Band[] = [{ name: demandBand, ...(when ? { when } : { otherwise: true }) }];
  return heldBand(tariff, version, bands, ms) !== undefined;
}

/** `undefined`: a state decides that is not known yet, or no band holds. */
function heldBand(tariff: Tariff, version: Version, bands: readonly Band[], ms: number): Band | undefined {
  const shown = shownAt(ms, tariff.timezone, version);
  const state = stateAt(tariff, version, ms);
  const holds = (condition: Condition) => isTrue(tariff, condition, shown);
  const certain = bands.find(({ when = [] }) =>
    when.some((condition) => holds(condition) && (!condition.states || condition.states.some(isOf(state)))),
  );
  if (certain) return certain;
  const dependsOnState = bands.some(({ when = [] }) => when.some((condition) => condition.states && holds(condition)));
  if (state === undefined && dependsOnState) return undefined;
  return bands.find(({ otherwise }) => otherwise);
}

const isOf = (value: string | undefined) => (one: string) => one === value;

function stateAt(tariff: Tariff, { schedule }: Version, ms: number): string | undefined {
  if (!schedule) return undefined;
  const rows = tariff.states.get(schedule.name) ?? [];
  const row = rows.find(({ startMs, endMs }) => startMs <= ms && ms < endMs);
  if (row) return row.value;
  const isBetween = rows.some(({ endMs }) => endMs <= ms) && rows.some(({ startMs }) => startMs > ms);
  return isBetween ? schedule.otherwise : undefined;
}

/** Whatever the state is. */
function isTrue(tariff: Tariff, { seasons, dayTypes, days, hours }: Condition, { date, minute }: Shown): boolean {
  if (seasons && !seasons.some((name) => isInSeason(tariff, name, date))) return false;
  if (dayTypes && !dayTypes.some((name) => isOfType(tariff, name, date))) return false;
  if (days && !days.includes(weekday(date))) return false;
  return !hours || hours.some((text) => isWithin(text, minute));
}

const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
function weekday(date: Day): (typeof weekdays)[number] {
  return weekdays[date.dayOfWeek - 1] ?? "mon";
}

function isInSeason(tariff: Tariff, name: string, date: Day): boolean {
  const season = tariff.seasons[name] ?? [];
  if (season === "summer_time") return isSummerTime(date, tariff.timezone);
  if (season === "standard_time") return !isSummerTime(date, tariff.timezone);
  const number = date.month * 100 + date.day;
  return season.some(({ from, to }) => {
    const [first, last] = [Number(from.replace("-", "")), Number(to.replace("-", ""))];
    return first <= last ? number >= first && number <= last : number >= first || number <= last;
  });
}

function isOfType(tariff: Tariff, name: string, date: Day): boolean {
  const { days = [], holidays } = tariff.dayTypes[name] ?? {};
  const isHoliday = tariff.holidayDates.has(date.toString());
  if (isHoliday && holidays === "also") return true;
  if (isHoliday && holidays === "except") return false;
  return days.includes(weekday(date));
}

function isWithin(text: string, minute: number): boolean {
  const [from = 0, until = 0] = text.split("-").map((time) => {
    const [hour = 0, rest = 0] = time.split(":").map(Number);
    return hour * 60 + rest;
  });
  return from < until ? minute >= from && minute < until : minute >= from || minute < until;
}

function seriesPrice(tariff: Tariff, { name, plus, times, tax, floor, cap }: Series, ms: number): number | null {
  const row = (tariff.prices.get(name) ?? []).find(({ startMs, endMs }) => startMs <= ms && ms < endMs);
  if (!row) return null;
  const price = (plus + times * row.value) * (1 + tax);
  if (floor !== undefined && price < floor) return cap !== undefined && cap < floor ? cap : floor;
  return cap !== undefined && price > cap ? cap : price;
}
