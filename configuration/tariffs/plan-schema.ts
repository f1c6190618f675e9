/** A tariff plan, as its file of `tariffs/` has it. docs/tariff-language.md describes the language. */
import { z } from "zod";
import { currency } from "../currency";
import { block, calendarDay, listOf, oneOf } from "../kinds";
import { label } from "../labels";
import { timeZone } from "../time-zones";
import { must } from "../wording";
import { fileName, positive, word } from "./band-schema";
import { component } from "./component-schema";
import { crossCheckPlan } from "./plan-structure";
import { dayOfMonth, month, monthDay, weekdays } from "./time-schema";

/** Where prices and hours are from. */
const source = () =>
  block({ title: z.string(must("a text")), date: calendarDay(), url: z.url(must("a URL")).optional() });

/** Spans of the year, both days included; or the part of the year in which legal summer time holds, or does not. */
const season = () => {
  const allowed = must('a list of spans { from: "MM-DD", to: "MM-DD" }, or summer_time, or standard_time');
  return z.union(
    [z.literal(["summer_time", "standard_time"]), z.array(block({ from: monthDay(), to: monthDay() })).min(1)],
    allowed,
  );
};

/** `holidays`: whether they are left out (`except`), counted in (`also`), or days like others. */
const dayType = () =>
  block({
    days: z.array(z.enum(weekdays), must(`a list of the days ${weekdays.join(", ")}`)),
    holidays: oneOf(["except", "also", "as_usual"]).default("as_usual"),
  });

/** Of the calendar's holidays, by name or by date: these only, or all but these. */
const holidays = () => {
  const days = () => listOf(z.string(must("a holiday's name or date")), "holiday");
  return block({ only: days().optional(), except: days().optional() });
};

/** A bill begins on `day` of every `months`-th month, `startMonth` among them. */
const billing = () =>
  block({ months: month().default(1), startMonth: month().default(1), day: dayOfMonth().default(1) });

const roundingStep = () =>
  block({
    of: oneOf(["slot", "band", "line"]),
    to: positive("a step above 0, for example 0.01"),
    mode: oneOf(["half_up", "half_even"]).default("half_up"),
  });

/** Gross, in the plan's currency. */
const minimumBill = () =>
  block({ perDay: positive("a price above 0").optional(), perBill: positive("a price above 0").optional() });

const planBlock = () =>
  block({
    id: z.string(must("the file's name")),
    name: label(),
    currency: currency(),
    timezone: timeZone(),
    description: z.string(must("a text")),
    sources: z.record(word(), source(), must("a block of sources by name")).default({}),
    calendar: fileName().optional(),
    holidays: holidays().optional(),
    seasons: z.record(word(), season(), must("a block of seasons by name")).default({}),
    dayTypes: z.record(word(), dayType(), must("a block of day types by name")).default({}),
    billing: billing().prefault({}),
    rounding: block({ quantity: roundingStep().optional(), amount: roundingStep().optional() }).default({}),
    /** Import against export within the hour, before they are priced. */
    netting: oneOf(["none", "hour"]).default("none"),
    minimumBill: minimumBill().optional(),
    components: listOf(component(), "component"),
  });

export const plan = () => planBlock().superRefine(crossCheckPlan);

export type Plan = z.output<ReturnType<typeof planBlock>>;
export type Season = Plan["seasons"][string];
export type DayType = Plan["dayTypes"][string];
