/**
 * How a mistake in the stack configuration is said: one sentence that names the path, the value and what is allowed.
 *
 * Schemas take their message from `must` and `knownKeys` and say only the predicate; `sentences` puts the path before it.
 */
import { z } from "zod";

const missing = "is missing; it must be ";

/** What a schema says that a value must be, in the words of its own message. */
export function allowedBy(schema: z.core.$ZodType): string | undefined {
  const said = z.safeParse(schema, undefined).error?.issues[0]?.message;
  return said?.startsWith(missing) ? said.slice(missing.length) : undefined;
}

type RawIssue = { readonly input?: unknown };

/** The message of a schema: what the value must be, for example `must("one of the two clouds")`. */
export function must(allowed: string) {
  return {
    error: ({ input }: RawIssue) =>
      input === undefined ? `${missing}${allowed}` : `is ${show(input)}, but must be ${allowed}`,
  };
}

/** The same without the value, which nobody is to read. */
export function secretly(allowed: string) {
  return {
    error: ({ input }: RawIssue) => (input === undefined ? `${missing}${allowed}` : `must be ${allowed}`),
  };
}

/** The same for one of a few words, with the closest one where the value looks like a slip. */
export function mustBeOneOf(values: readonly string[], what = "one of") {
  const allowed = `${what} ${values.map(show).join(", ")}`;
  return {
    error: ({ input }: RawIssue) => `${must(allowed).error({ input })}${didYouMean(input, values)}`,
  };
}

/** The message of an object whose keys are all known. */
export function knownKeys(keys: readonly string[]) {
  return {
    error: (issue: RawIssue & { readonly code?: string; readonly keys?: readonly string[] }) => {
      if (issue.code !== "unrecognized_keys") return must(`a block with the keys ${keys.join(", ")}`).error(issue);
      const unknown = (issue.keys ?? []).map((key) => `${show(key)}${didYouMean(key, keys)}`);
      return `has the unknown ${unknown.length > 1 ? "keys" : "key"} ${unknown.join(", ")}; its keys are ${keys.join(", ")}`;
    },
  };
}

/** What is said of the first key, as `Pulumi.<stack>.yaml` has it, whose namespace is a slip for this one: none else reads it. */
export function misspelt(keys: readonly string[], namespace: string): string | undefined {
  for (const key of keys) {
    const [given = "", ...rest] = key.split(":");
    if (rest.length === 0 || given === namespace || closestOf(given, [namespace]) === undefined) continue;
    return `${key} is no key that is known (did you mean ${show([namespace, ...rest].join(":"))}?)`;
  }
  return undefined;
}

/** The sentences of a failed parse, in the order of the configuration; `placeOf` says where a path, or a key in it, stands. */
export function sentences(
  issues: readonly z.core.$ZodIssue[],
  placeOf: (path: readonly PropertyKey[], keys?: readonly string[]) => string = pathText,
): string[] {
  return issues.flatMap(withinChoice).map((issue) => {
    const keys = issue.code === "unrecognized_keys" ? issue.keys : undefined;
    return `${placeOf(issue.path, keys)} ${issue.message.replaceAll(pathsOfSites, (text) => placeOf(stepsOf(text)))}.`;
  });
}

/** A mistake may name another site's value. */
const pathsOfSites = /wattlake:sites\[\d+\](\.\w+|\[\d+\])*/g;

/** Reads what `pathText` wrote. */
const stepsOf = (text: string): PropertyKey[] =>
  [...text.slice("wattlake:".length).matchAll(/\w+/g)].map(([step]) => (/^\d+$/.test(step) ? Number(step) : step));

/** Where a value may be of several kinds, and is of one with mistakes inside, those; otherwise the issue itself. */
function withinChoice(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== "invalid_union") return [issue];
  const inside = issue.errors.find((issues) => issues.every(({ path }) => path.length > 0));
  return inside?.map((each) => ({ ...each, path: [...issue.path, ...each.path] })).flatMap(withinChoice) ?? [issue];
}

/** `["sites", 0, "meters", 1, "id"]` as `wattlake:sites[0].meters[1].id`. */
export function pathText(path: readonly PropertyKey[]): string {
  return path.length === 0 ? "The stack configuration" : `wattlake:${stepsText(path)}`;
}

/** A path within a file: `components[0].name`. */
export function stepsText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, step, at) => (typeof step === "number" ? `${text}[${step}]` : `${text}${at ? "." : ""}${String(step)}`),
    "",
  );
}

/** A value in a sentence; a list or a block is only named, and of a long text only the beginning is shown. */
export function show(value: unknown): string {
  if (value === null) return "empty";
  if (typeof value === "string") return showText(value);
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  return typeof value === "object" ? "a block" : String(value);
}

const longestShown = 80;

function showText(text: string): string {
  const letters = [...text];
  const beginning = letters.slice(0, longestShown).join("");
  // What a terminal would obey, or not show, is written as its code.
  const plain = JSON.stringify(beginning).replace(
    /[\p{Cc}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]/gu,
    (letter) => `\\u{${letter.codePointAt(0)?.toString(16)}}`,
  );
  return letters.length > longestShown ? `${plain} and on (${letters.length} characters)` : plain;
}

/** `, did you mean "x"?`-like insertion for the candidate that is a few letters away, or nothing. */
export function didYouMean(value: unknown, candidates: readonly string[]): string {
  const closest = typeof value === "string" ? closestOf(value, candidates) : undefined;
  return closest === undefined ? "" : ` (did you mean ${show(closest)}?)`;
}

function closestOf(text: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(text.length / 3)) + 1;
  for (const candidate of candidates) {
    // What differs more in length alone is no slip; so a text of any length is soon looked through.
    if (Math.abs(candidate.length - text.length) >= bestDistance) continue;
    const distance = editDistance(text.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Levenshtein's distance: how many letters are to be inserted, removed or replaced. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [row, letter] of [...a].entries()) {
    const current = [row + 1];
    for (let at = 1; at <= b.length; at++) {
      const replaced = (previous[at - 1] ?? 0) + (letter === b[at - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[at] ?? 0) + 1, (current[at - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
