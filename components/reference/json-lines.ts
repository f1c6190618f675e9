/** JSON Lines: a text with a JSON value a line. */
import type { z } from "zod";

export const jsonLines = (lines: readonly object[]): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join("");

/** @throws where a line is no JSON, or not of the schema. */
export const parseJsonLines = <T>(text: string, schema: z.ZodType<T>): T[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => schema.parse(JSON.parse(line)));
