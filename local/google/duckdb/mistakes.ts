/**
 * What is wrong with a query, as BigQuery's clients are told it: the reason and where in the user's own GoogleSQL it is,
 * `... at [line:column]`. What fails in the derived text is traced back by the word that it is about; without a sure trace
 * there is no position.
 */
import { z } from "zod";

/** A mistake of the user; `message` is for developers, with the texts, `reason` for the user. */
export interface QueryMistake extends Error {
  readonly name: "QueryMistake";
  readonly reason: string;
}

/** `at` is a position in `googleSql`, in characters (code points). */
export function queryMistake(
  kind: string,
  what: string,
  googleSql: string,
  at?: number,
  cause?: unknown,
): QueryMistake {
  const reason = at === undefined ? what : `${what} at [${lineAndColumn(googleSql, at)}]`;
  const error = new Error(`${kind}: ${reason}\n${googleSql}`, { cause });
  return Object.assign(error, { name: "QueryMistake" as const, reason });
}

/** An error, of DuckDB's bindings too, which a test runner does not know as its `Error`. */
const errorSchema = z.object({ message: z.string(), reason: z.string().optional() });

/** What to tell the user of an error. */
export function reasonOf(error: unknown): string {
  const { data } = errorSchema.safeParse(error);
  return data?.reason ?? data?.message ?? String(error);
}

function lineAndColumn(text: string, at: number): string {
  const lines = [...text].slice(0, at).join("").split("\n");
  return `${lines.length}:${[...(lines.at(-1) ?? "")].length + 1}`;
}

/** Where an error message of DuckDB points: it shows a part of the line, and a caret below the place. */
const pointer = /\n+LINE (\d+): (\.\.\.)?(.*?)(?:\.\.\.)?\n( *)\^[\s\S]*$/;

/** DuckDB's message in parts: what is wrong, and at which character of its text. */
export function readDuckDbError(message: string, duckDbSql: string): { readonly what: string; readonly at?: number } {
  const found = pointer.exec(message);
  const what = message
    .replace(pointer, "")
    .replace(/^\w+ Error: /, "")
    .replace(/\s*\n\s*/g, " ");
  if (!found) return { what };
  const [, line = "", cut = "", excerpt = "", indent = ""] = found;
  const lines = duckDbSql.split("\n");
  const before = lines.slice(0, Number(line) - 1).reduce((sum, each) => sum + each.length + 1, 0);
  const start = lines[Number(line) - 1]?.indexOf(excerpt) ?? -1;
  if (start < 0) return { what };
  return { what, at: before + start + indent.length - `LINE ${line}: ${cut}`.length };
}

/**
 * The character of the GoogleSQL where the same word stands as at `at` in DuckDB's text: of several equal words the one of
 * the same rank, where both texts have as many of them. A path in backticks is one word, and begins with them.
 */
export function traceBack(duckDbSql: string, at: number, googleSql: string): number | undefined {
  const path = /^(?:(?:"(?:[^"]|"")+"|\w+)\.?)+/.exec(duckDbSql.slice(at))?.[0] ?? "";
  // A relation is of a schema there, which the question does not name.
  for (const [part, quoted, plain = quoted] of path.matchAll(/"((?:[^"]|"")+)"|(\w+)/g)) {
    if (plain === undefined) continue;
    const start = at + path.indexOf(part) + (quoted === undefined ? 0 : 1);
    const derived = occurrences(duckDbSql, plain);
    const own = occurrences(googleSql, plain);
    const index = own.length === derived.length ? own[derived.indexOf(start)] : own.length === 1 ? own[0] : undefined;
    if (index !== undefined) return [...googleSql.slice(0, startOfPath(googleSql, index))].length;
  }
  return undefined;
}

/** The backtick before a word, where it stands within two of them. */
const startOfPath = (googleSql: string, index: number) => {
  const backticks = googleSql.slice(0, index).split("`").length - 1;
  return backticks % 2 === 1 ? googleSql.lastIndexOf("`", index) : index;
};

function occurrences(text: string, word: string): number[] {
  const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return [...text.matchAll(new RegExp(`(?<!\\w)${escaped}(?!\\w)`, "gi"))].map(({ index }) => index);
}
