/** What is wrong in a plan, and where; said as the schema's own mistakes are. */
import type { z } from "zod";
import { stepsText } from "../wording";

export interface Fault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

export const fault = (path: readonly PropertyKey[], message: string): Fault => ({ path, message });

/** One sentence that names the file. */
export const refusal = (file: string, faults: readonly Fault[]): Error =>
  new Error(`${file}: ${faults.map(({ path, message }) => `${stepsText(path)} ${message}`.trim()).join("; ")}.`);

/** The parsed value. @throws an error of one sentence that names the file. */
export function parsedOf<Schema extends z.ZodType>(file: string, schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw refusal(file, parsed.error.issues);
}

/** Says which of the keys are there where there is not exactly one. */
export function exactlyOne(value: object, keys: readonly string[], path: readonly PropertyKey[]): Fault[] {
  const given = Object.entries(value).flatMap(([key, of]) => (keys.includes(key) && of !== undefined ? [key] : []));
  if (given.length === 1) return [];
  const has = given.length === 0 ? "has none" : `has ${given.join(" and ")}`;
  return [fault(path, `${has} of ${keys.join(", ")}; it must have exactly one`)];
}
