/** One part of a bill, by its versions: each has its own validity, price, zones and VAT. */
import { z } from "zod";
import { block, calendarDay, listOf, oneOf, trueOrFalse } from "../kinds";
import { label } from "../labels";
import { must, mustBeOneOf } from "../wording";
import { band, blocks, condition, positive, price, schedule, series, word } from "./band-schema";
import { dayStart, month } from "./time-schema";

/** `feed_in` is what the exported energy earns: its direction is `export`. */
export const componentKinds = [
  "energy",
  "network",
  "tax",
  "levy",
  "fixed",
  "capacity",
  "demand",
  "credit",
  "feed_in",
] as const;

/**
 * What does not depend on the use. `kw_...`: times the contracted power, of the contract's `powerPeriod` where it has
 * several. Not `prorated`: a part of a month, or year, costs a whole one. `months`: only in bills that begin in these.
 */
const fixed = () =>
  block({
    price: price(),
    per: oneOf(["day", "month", "year", "bill", "kw_day", "kw_month", "kw_year", "kva_month"]),
    powerPeriod: word().optional(),
    prorated: trueOrFalse().default(true),
    months: listOf(month(), "month").optional(),
  });

/** A fixed charge by the use of a year: the step whose `upTo` is not passed. The last step has no end. */
const brackets = () =>
  block({
    per: oneOf(["day", "month", "year"]),
    of: oneOf(["annual_kwh"]),
    prorated: trueOrFalse().default(true),
    steps: listOf(block({ upTo: positive("a number of kWh a year above 0").optional(), price: price() }), "step"),
  });

/**
 * A price per kW of the highest mean power of a month: the mean of the `highest` intervals in the hours of `when`; with
 * `months`, the mean of so many months up to this one, each at least `minimum` kW.
 */
const demand = () => {
  const highest = must("a number of intervals from 1");
  return block({
    price: price(),
    per: oneOf(["month", "year"]).default("month"),
    interval: z.literal([15, 30, 60], must("15, 30 or 60 minutes")).default(15),
    highest: z.int(highest).min(1, highest).default(1),
    onePerDay: trueOrFalse().default(false),
    months: month().default(1),
    minimum: positive("a power in kW above 0").optional(),
    when: listOf(condition(), "condition").optional(),
  });
};

const vat = () => {
  const allowed = must("a fraction from 0 to 1, for example 0.23");
  return z.number(allowed).min(0, allowed).max(1, allowed);
};

/** The ways to price; a version has one of them. */
export const pricings = ["price", "bands", "blocks", "series", "fixed", "brackets", "demand"] as const;

const version = () =>
  block({
    /** The first local day. */
    from: calendarDay(),
    /** The day after the last; none: until further notice. */
    until: calendarDay().optional(),
    /** One of the plan's sources. */
    source: word().optional(),
    /** The prices are from no source. */
    example: trueOrFalse().default(false),
    vat: vat(),
    /** Whether the prices as written are without VAT, or with it. */
    prices: oneOf(["net", "gross"]).default("net"),
    /** What the zones' hours, days and seasons are read from: the clock on the wall, standard time all year, or UTC. */
    clock: oneOf(["civil", "standard", "utc"]).default("civil"),
    /** When the days of seasons, day types and schedules begin. */
    dayStart: dayStart().default("00:00"),
    schedule: schedule().optional(),
    price: price().optional(),
    bands: listOf(band(), "band").optional(),
    blocks: blocks().optional(),
    series: series().optional(),
    fixed: fixed().optional(),
    brackets: brackets().optional(),
    demand: demand().optional(),
  });

export const component = () =>
  block({
    id: word(),
    name: label(),
    kind: z.enum(componentKinds, mustBeOneOf(componentKinds)),
    direction: oneOf(["import", "export"]).default("import"),
    versions: listOf(version(), "version"),
  });

export type Version = z.output<ReturnType<typeof version>>;
export type Component = z.output<ReturnType<typeof component>>;

/** The version that is valid on a local day. */
export const versionOn = ({ versions }: Component, date: string): Version | undefined =>
  versions.find(({ from, until }) => from <= date && (until === undefined || date < until));
