/** Under which plan a site is supplied, and from when to when: `tariff` of a site, and `wattlake:tariffs`. */
import { z } from "zod";
import { about, block, calendarDay, listOf, oneOrList } from "./kinds";
import { label } from "./labels";
import { readTariff, type Tariff, tariffNames } from "./tariffs";
import { dayOfMonth, month } from "./tariffs/time-schema";
import { must, mustBeOneOf } from "./wording";

/** A plan that holds at a site, from local day to local day (half open); a bound that is not there is none. */
export type Contract = z.output<ReturnType<typeof contractSchema>>;

/** The name of a plan is short for one contract that always holds. */
export const contractSchemas = () =>
  oneOrList(planName(), listOf(contractSchema(), "contract"), "the name of a plan, or a list of contracts");

/** `tariff` of a site as a list, in the order of the configuration. */
export function contractsOf({ tariff }: { readonly tariff?: string | readonly Contract[] | undefined }): Contract[] {
  if (tariff === undefined) return [];
  return typeof tariff === "string" ? [{ plan: tariff }] : [...tariff];
}

const plans = new Map<string, Tariff>();

/** The plan of a contract; it is read once. @throws an error of one sentence that names the file. */
export function planNamed(name: string): Tariff {
  const plan = plans.get(name) ?? readTariff(name);
  plans.set(name, plan);
  return plan;
}

export function tariffsSchema() {
  return block({
    compare: listOf(planName().meta(about("A plan.", "pl-g11")), "plan")
      .meta(
        about(
          "Plans whose cost is computed beside that of the site's own, at each site of their currency and time zone.",
          ["pl-g11"],
          "none",
        ),
      )
      .optional(),
    until: calendarDay()
      .meta(
        about(
          "The first local day for which no prices are written, also of plans that hold until further notice. Cost is not known from then on.",
          "2029-01-01",
        ),
      )
      .default("2029-01-01"),
  });
}

function planName() {
  const names = tariffNames();
  return z.enum(names, mustBeOneOf(names, "one of the plans in tariffs/:"));
}

function contractSchema() {
  return block({
    plan: planName().meta(about("The price plan: the name of a file of `tariffs/` without `.yaml`.", "pl-g12")),
    from: calendarDay()
      .meta(about("The first local day on which the contract holds.", "2026-01-01", "always"))
      .optional(),
    until: calendarDay()
      .meta(about("The first local day on which it no longer holds.", "2035-07-01", "for good"))
      .optional(),
    contractedPower: power()
      .meta(
        about(
          "kW that are paid for whether they are used or not; where the plan has several, a block with each by its name.",
          4.6,
          "none: a plan that asks for it is refused",
        ),
      )
      .optional(),
    annualUse: positive("kWh a year above 0")
      .meta(about("kWh a year that decide the step of a fixed charge.", 3500, "what was measured"))
      .optional(),
    billing: block({
      day: dayOfMonth()
        .meta(about("The day of the month on which a billing period begins.", 12, "the plan's"))
        .optional(),
      months: month()
        .meta(about("Months of a billing period.", 2, "the plan's"))
        .optional(),
      startMonth: month()
        .meta(about("A month in which a period begins.", 1, "the plan's"))
        .optional(),
    })
      .meta(about("When the bills of this contract begin.", undefined, "as the plan says"))
      .optional(),
  });
}

function positive(allowed: string) {
  return z.number(must(`a number of ${allowed}`)).positive(must(`a number of ${allowed}`));
}

type Power = number | Readonly<Record<string, number>>;

function power() {
  const one = z.number().positive();
  const several = z.record(label(), one);
  const isPower = (value: unknown) => one.safeParse(value).success || several.safeParse(value).success;
  return z.custom<Power>(isPower, must("a number of kW above 0, or a block with one for each period of the plan"));
}
