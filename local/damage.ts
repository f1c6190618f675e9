/** Files of the state folder that cannot be read any more, after a full disk or a power cut: told with their path and what mends it. */
import { readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { z } from "zod";

/** Shown without a stack trace, as whatever is for the user. */
export const damage = (path: string, reason: unknown, remedy: string) =>
  Object.assign(new Error(`${path} is damaged (${firstLine(reason)}). ${remedy}`), {
    name: "UserError",
    cause: reason,
  });

const firstLine = (reason: unknown) =>
  (reason instanceof Error ? reason.message : String(reason)).split("\n")[0]?.replace(/\.$/, "") ?? "";

/** A JSON file by its schema. @throws where it is not one, with the remedy */
export function readJsonFile<T>(path: string, schema: z.ZodType<T>, remedy: string): T {
  const text = readFileSync(path, "utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw damage(path, error, remedy);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw damage(path, `${issue?.path.join(".") || "it"}: ${issue?.message}`, remedy);
}

/** A text for a POSIX shell. */
export const quoted = (text: string) => (/^[\w:/.@=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** As a person would type it who stands in the project's folder. */
export function shortPath(path: string): string {
  const short = relative("", path);
  return short === "" || short.startsWith("..") ? resolve(path) : short;
}

/** The options that lead a command to a state folder. */
export const reachOf = (stateDirectory: string, stack?: string) =>
  [...(stack === undefined ? [] : ["--stack", stack]), "--state", shortPath(stateDirectory)].map(quoted).join(" ");
