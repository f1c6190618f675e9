/**
 * What is known from when to when, as data: `tariffs/series/<name>.csv` with the columns start, end and price, or start,
 * end and state. A time is an instant with its offset, or a local day or date-time of the plan; a line with # is a comment.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Temporal } from "temporal-polyfill";
import { z } from "zod";
import { show } from "../wording";
import type { Stretch } from "./stretches";
import { gridMinutes } from "./time-schema";

interface Line extends Stretch<string> {
  readonly at: string;
}

export const readPrices = (name: string, folder: string, timezone: string): Stretch<number>[] =>
  stretchesOf(name, folder, timezone, "price", (text, at) => {
    const price = z.coerce.number().safeParse(text === "" ? undefined : text);
    if (!price.success) throw new Error(`${at}: price is ${show(text)}, but must be a number.`);
    return price.data;
  });

export const readStates = (name: string, folder: string, timezone: string): Stretch<string>[] =>
  stretchesOf(name, folder, timezone, "state", (text, at) => {
    if (text === "") throw new Error(`${at}: state is missing.`);
    return text;
  });

function stretchesOf<Value>(
  name: string,
  folder: string,
  timezone: string,
  column: string,
  toValue: (text: string, at: string) => Value,
): Stretch<Value>[] {
  const lines = readLines(join(folder, "series", `${name}.csv`), timezone, column).sort(
    (a, b) => a.startMs - b.startMs,
  );
  lines.forEach(({ at, startMs }, index) => {
    const before = lines[index - 1];
    if (before && before.endMs > startMs) throw new Error(`${at}: overlaps with ${before.at.split(", ").at(-1)}.`);
  });
  return lines.map(({ at, startMs, endMs, value }) => ({ startMs, endMs, value: toValue(value, at) }));
}

function readLines(path: string, timezone: string, column: string): Line[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`${path} cannot be read: ${error instanceof Error ? error.message : error}.`);
  }
  const numbered = text.split(/\r?\n/).map((line, index) => ({ line: line.trim(), at: `${path}, line ${index + 1}` }));
  const [header, ...lines] = numbered.filter(({ line }) => line !== "" && !line.startsWith("#"));
  const columns = `start,end,${column}`;
  if (header?.line !== columns) throw new Error(`${header?.at ?? path}: the columns must be ${columns}.`);
  return lines.map(({ line, at }) => {
    const [start = "", end = "", value = "", ...rest] = line.split(",").map((cell) => cell.trim());
    if (rest.length > 0) throw new Error(`${at}: must have the three columns ${columns}.`);
    const [startMs, endMs] = [msOf(start, timezone, at), msOf(end, timezone, at)];
    if (startMs >= endMs) throw new Error(`${at}: end is ${show(end)}, but must be after the start.`);
    return { startMs, endMs, value, at };
  });
}

const withOffset = z.iso.datetime({ offset: true });
const withOffsetAndNoSeconds = z.iso.datetime({ offset: true, precision: -1 });

/** Whether it is an instant; else it is a time of a place. */
export const hasOffset = (text: string): boolean =>
  [withOffset, withOffsetAndNoSeconds].some((schema) => schema.safeParse(text).success);

/** @param at the file and the line, for the sentence that is thrown. */
export function msOf(text: string, timezone: string, at: string): number {
  const ms = hasOffset(text) ? Date.parse(text) : localMs(text, timezone, at);
  if (ms % (gridMinutes * 60_000) === 0) return ms;
  throw new Error(`${at}: ${text} is off the ${gridMinutes}-minute grid.`);
}

/** A time that there is twice, or not at all, needs its offset. */
function localMs(text: string, timezone: string, at: string): number {
  try {
    if (z.iso.date().safeParse(text).success)
      return Temporal.PlainDate.from(text).toZonedDateTime(timezone).epochMilliseconds;
    return Temporal.PlainDateTime.from(text).toZonedDateTime(timezone, { disambiguation: "reject" }).epochMilliseconds;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Error(
      `${at}: ${show(text)} must be a local day, a local time that there is once, or an instant with its offset.`,
    );
  }
}
