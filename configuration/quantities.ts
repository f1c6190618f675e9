/** Quantities with their unit, as text: `"930 s"`, `"15 m"`, `"5 MiB"`. A bare number is refused, so no unit is guessed. */
import { z } from "zod";
import { must } from "./wording";

/** A length of time: seconds, minutes, hours. */
export type Duration = `${number} ${(typeof units)[number]}`;
/** A size of data. */
export type Size = `${number} MiB`;

const secondsPerUnit = { s: 1, m: 60, h: 3600 } as const;
const units = ["s", "m", "h"] as const;

/** `"15 m"` in seconds. */
export function toSeconds(duration: Duration): number {
  const unit = units.find((each) => duration.endsWith(each)) ?? "s";
  return Number.parseFloat(duration) * secondsPerUnit[unit];
}

/** `"5 MiB"` in MiB. */
export const toMebibytes = (size: Size): number => Number.parseFloat(size);

/** A duration from `min` to `max`. */
export function duration(min: Duration, max: Duration, example: Duration) {
  const allowed = must(`a duration from "${min}" to "${max}" with its unit (s, m or h), for example "${example}"`);
  return z
    .templateLiteral([z.number(), " ", z.enum(units)], allowed)
    .refine((text) => toSeconds(text) >= toSeconds(min) && toSeconds(text) <= toSeconds(max), allowed);
}

/** A size from `min` to `max`. */
export function size(min: Size, max: Size) {
  const allowed = must(`a size from "${min}" to "${max}" with its unit (MiB)`);
  return z
    .templateLiteral([z.number(), " MiB"], allowed)
    .refine((text) => toMebibytes(text) >= toMebibytes(min) && toMebibytes(text) <= toMebibytes(max), allowed);
}
