/** IANA time zones: which names exist, and which one was probably meant. */
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
    error: (issue) => `${allowed.error(issue)}${didYouMean(issue.input, Intl.supportedValuesOf("timeZone"))}`,
  });
}

function isKnown(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
