/** The kinds of values that the schemas of the stack configuration are made of, and how a key is described beside its schema. */
import { z } from "zod";
import { knownKeys, must, mustBeOneOf } from "./wording";

/**
 * What docs/configuration.md says of a key: a sentence, an example, and, where the default is no fixed value, what holds
 * without the key. All examples together are one correct configuration.
 */
export const about = (description: string, example?: unknown, otherwise?: string) => ({
  description,
  ...(example !== undefined && { examples: [example] }),
  ...(otherwise !== undefined && { otherwise }),
});

/** A block with these keys and no others. */
export const block = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z.strictObject(shape, knownKeys(Object.keys(shape)));

/** A list with something in it. */
export const listOf = <Item extends z.ZodType>(item: Item, things: string) =>
  z.array(item, must(`a list of ${things}s`)).min(1, must(`a list of at least one ${things}`));

/** One thing, or a list of what it is short for; a mistake is told of the one that was meant. */
export function oneOrList<One extends z.ZodType, List extends z.ZodType>(one: One, list: List, allowed: string) {
  return z.union([one, list], {
    error: ({ input, errors }) => {
      const meant = Array.isArray(input) ? errors?.[1] : typeof input === "string" ? errors?.[0] : undefined;
      return meant?.find(({ path }) => path.length === 0)?.message ?? must(allowed).error({ input });
    },
  });
}

export const oneOf = <const Values extends readonly string[]>(values: Values) => z.enum(values, mustBeOneOf(values));

export const trueOrFalse = () => z.boolean(must("true or false"));

/** A name that a machine reads. */
export const name = (pattern: RegExp, longest: number, allowed: string) =>
  z
    .string(must(allowed))
    .regex(pattern, must(allowed))
    .max(longest, must(`${allowed}, at most ${longest} characters`));

export function degrees(limit: number) {
  const allowed = must(`decimal degrees from -${limit} to ${limit}`);
  return z.number(allowed).min(-limit, allowed).max(limit, allowed);
}

export function days(min: number, max: number) {
  const allowed = must(`a number of days from ${min} to ${max}`);
  return z.int(allowed).min(min, allowed).max(max, allowed);
}

/** A calendar day of this century. */
export function calendarDay() {
  const allowed = must('a day "YYYY-MM-DD" from 2000 to 2099');
  return z.iso.date(allowed).regex(/^20/, allowed);
}

/** A time of day on a clock on the wall. */
export function timeOfDay() {
  const allowed = must('a local time "HH:MM"');
  return z.string(allowed).regex(/^([01]\d|2[0-3]):[0-5]\d$/, allowed);
}
