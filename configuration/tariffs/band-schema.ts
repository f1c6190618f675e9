/** What energy costs: one price, bands by the time, blocks by the use, an index; and when a band holds. */
import { z } from "zod";
import { block, listOf, name, oneOf, trueOrFalse } from "../kinds";
import { label } from "../labels";
import { must } from "../wording";
import { hours, weekdayList } from "./time-schema";

/** What a window is called whose band, or state, is not yet known. */
export const unknownBand = "unknown";
/** What the band of a version with one price is called. */
export const onlyBand = "all";

/** Per kWh, in the plan's currency; it may be negative. */
export const price = () => z.number(must("a price: a number"));

export const positive = (what: string) => z.number(must(what)).positive(must(what));

/** A name of a file of `tariffs/calendars/` or `tariffs/series/`, without its ending. */
export const fileName = () => name(/^[a-z0-9][a-z0-9_-]*$/, 63, 'a name of lower-case letters, digits, "-" and "_"');

/** A name within the plan. */
export const word = () => name(/^[\w.-]+$/, 63, 'a name of letters, digits, ".", "-" and "_"');

/**
 * Prices by the use: kWh counted together within each local day, each month, or each bill. The last step has no end.
 * `upTo` is of a whole day, month or bill; `upToPerDay` is times the days in it on which the band holds.
 * `prorated`: of `upTo`, the share of its days on which the version and the contract hold.
 */
export const blocks = () =>
  block({
    per: oneOf(["day", "month", "bill"]),
    prorated: trueOrFalse().default(false),
    steps: listOf(
      block({
        upTo: positive("a number of kWh above 0").optional(),
        upToPerDay: positive("a number of kWh a day above 0").optional(),
        price: price(),
      }),
      "step",
    ),
  });

/**
 * A price for each stretch of time, from `tariffs/series/<name>.csv`: (plus + times x value) x (1 + tax), then not below
 * `floor` nor above `cap`. Time without a row: its price is not yet known.
 */
export const series = () =>
  block({
    name: fileName(),
    plus: price().default(0),
    times: z.number(must("a factor")).default(1),
    tax: z.number(must("a fraction, for example 0.05")).default(0),
    floor: price().optional(),
    cap: price().optional(),
  });

/** When: all of what is given must hold; of several conditions, one. */
export const condition = () =>
  block({
    seasons: listOf(word(), "season").optional(),
    dayTypes: listOf(word(), "day type").optional(),
    /** Whether or not it is a holiday. */
    days: weekdayList().optional(),
    /** Of the version's schedule. */
    states: listOf(word(), "state").optional(),
    hours: listOf(hours(), "window of hours").optional(),
  });

/** One of price, blocks, series; and one of when, otherwise. */
export const band = () =>
  block({
    name: label(),
    price: price().optional(),
    blocks: blocks().optional(),
    series: series().optional(),
    when: listOf(condition(), "condition").optional(),
    /** Whenever no other band holds. */
    otherwise: z.literal(true, must("true")).optional(),
  });

/**
 * Which state holds from when to when, as data: `tariffs/series/<name>.csv`. Time without a row is not yet known;
 * with `otherwise`, that state holds in what the rows leave out between the first and the last.
 */
export const schedule = () => block({ name: fileName(), otherwise: word().optional() });

export type Blocks = z.output<ReturnType<typeof blocks>>;
export type Series = z.output<ReturnType<typeof series>>;
export type Condition = z.output<ReturnType<typeof condition>>;
export type Band = z.output<ReturnType<typeof band>>;
export type Schedule = z.output<ReturnType<typeof schedule>>;
