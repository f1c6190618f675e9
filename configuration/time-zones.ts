/** IANA time zones: which names exist, which one was probably meant, and when a local day begins. */
import type { Temporal } from "temporal-polyfill";
import { z } from "zod";
import { didYouMean, must } from "./wording";

/** Whether the runtime knows the zone by exactly this name; aliases such as `US/Eastern` count, offsets do not. */
export function isTimeZone(name: string): boolean {
  const supported = Intl.supportedValuesOf("timeZone");
  if (supported.includes(name)) return true;
  const otherwiseCased = supported.some((zone) => zone.toLowerCase() === name.toLowerCase());
  return !otherwiseCased && /^[A-Z]/.test(name) && isKnown(name);
}

/** A name of a time zone. */
export function timeZone() {
  const allowed = must('an IANA time zone, for example "Europe/Warsaw"');
  return z.string(allowed).refine(isTimeZone, {
    // What follows from a zone is not asked of one that does not exist.
    abort: true,
    error: (issue) => `${allowed.error(issue)}${didYouMean(issue.input, Intl.supportedValuesOf("timeZone"))}`,
  });
}

/** The first instant of a local day, ISO 8601 with milliseconds; one that has no midnight begins where the clock lands. */
export function firstInstant(date: Temporal.PlainDate, timezone: string): string {
  return date.toZonedDateTime(timezone).toInstant().toString({ fractionalSecondDigits: 3 });
}

function isKnown(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
