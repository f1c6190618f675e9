/**
 * Derives DuckDB's text from GoogleSQL: `@polyglot-sql/sdk` translates the grammar, and the functions whose meaning it
 * loses are first renamed to macros (`macros.ts`), so that nothing is written twice and an unknown function fails loudly.
 */
import { Dialect, init, tokenize, transpile } from "@polyglot-sql/sdk";
import { z } from "zod";
import { simpleLiteral, withoutComments } from "./literals";
import { macroNames } from "./macros";
import { queryMistake } from "./mistakes";
import { parameterOf } from "./parameters";

/** Position of the date part among the arguments; with `INTERVAL n PART` it follows the number. */
const partArgument: Readonly<Record<string, number | "interval">> = {
  TIMESTAMP_TRUNC: 1,
  TIMESTAMP_DIFF: 2,
  TIMESTAMP_ADD: "interval",
  TIMESTAMP_SUB: "interval",
  DATE_TRUNC: 1,
  DATE_DIFF: 2,
  DATE_ADD: "interval",
  DATE_SUB: "interval",
};

/** `EXTRACT(part FROM ...)` whose number or type differs in DuckDB. */
const extractedParts = ["DAYOFWEEK", "DATE"];

const structure = ["L_PAREN", "R_PAREN", "COMMA", "BYTE_STRING"];
const strings = /^(RAW_|TRIPLE_.*)?STRING$/;
/** `$`, `@@` and a lone `@`: they mean something to DuckDB, and nothing that local mode knows to GoogleSQL. */
const strangers = ["DOLLAR", "D_AT", "AT_AT"];
/** DuckDB's name of the schema that holds everything. */
const schema = "main";

const tokenSchema = z.object({
  token_type: z.string(),
  text: z.string(),
  span: z.object({ start: z.int(), end: z.int() }),
});
/** A word of a query, with the positions of its characters (code points). */
export type Token = z.infer<typeof tokenSchema>;

/** A call that the walk over the tokens is inside of. */
interface Call {
  readonly name: string;
  argument: number;
  interval: boolean;
  /** `EXTRACT` only: its part was moved into the function's name. */
  readonly part: Token | undefined;
}

/**
 * The translation of one query. Relations in backticks keep their last name (`` `project.dataset.view` `` is `view`),
 * parameters become DuckDB's.
 * @throws an error with position where the text is not understood.
 */
export async function toDuckDb(googleSql: string): Promise<string> {
  const plain = withoutComments(googleSql);
  const renamed = rename(plain, await readTokens(plain));
  const { success, sql, error, errorStart } = transpile(renamed.text, Dialect.BigQuery, Dialect.DuckDB);
  const [text, ...more] = sql ?? [];
  if (!success || text === undefined)
    throw notUnderstood(error, googleSql, errorStart === undefined ? undefined : renamed.origin(errorStart));
  if (more.length > 0) throw queryMistake("one query", `one statement expected, got ${more.length + 1}`, googleSql);
  return text;
}

/** The translator counts lines and columns in the renamed text, and a column is a word's end. */
const notUnderstood = (error: string | undefined, googleSql: string, at: number | undefined) =>
  queryMistake(
    "GoogleSQL is not understood",
    `Syntax error: ${(error ?? "").replace(/^\w+ error at line \d+, column \d+: /, "").replace(/ near \[[\s\S]*\]$/, "")}`,
    googleSql,
    at,
  );

/** The words of one or several statements without comments. @throws where a word is not understood. */
export async function readTokens(googleSql: string): Promise<readonly Token[]> {
  await init();
  const { tokens, error, errorStart } = tokenize(googleSql, Dialect.BigQuery);
  if (!tokens) throw notUnderstood(error, googleSql, errorStart);
  return z.array(tokenSchema).parse(tokens);
}

interface Renamed {
  readonly text: string;
  /** The character of the original that begins the word at a character of `text`. */
  origin(at: number): number;
}

/** The text with each word as the translator understands it. */
function rename(googleSql: string, tokens: readonly Token[]): Renamed {
  const characters = [...googleSql];
  const between = (start: number, end: number) => characters.slice(start, end).join("");
  const calls: (Call | undefined)[] = [];
  let text = "";
  let position = 0;
  /** Of each word its start here and there. */
  const starts: { readonly renamed: number; readonly original: number }[] = [];
  let length = 0;
  const add = (piece: string) => {
    text += piece;
    length += [...piece].length;
  };
  for (const [index, token] of tokens.entries()) {
    const { token_type: type, span } = token;
    const call = calls.at(-1);
    const word = between(span.start, span.end);
    const literal = strings.test(type) ? simpleLiteral(word) : undefined;
    add(between(position, span.start));
    starts.push({ renamed: length, original: span.start });
    add(literal ?? replacementOf(token, tokens, index, call) ?? word);
    position = span.end;
    if (type === "L_PAREN") calls.push(callAt(tokens, index));
    else if (type === "R_PAREN") calls.pop();
    else if (type === "COMMA" && call) call.argument += 1;
    else if (isTimestampLiteral(tokens, index)) add(")");
  }
  return { text, origin: (at) => starts.findLast(({ renamed }) => renamed <= at)?.original ?? 0 };
}

function replacementOf(
  token: Token,
  tokens: readonly Token[],
  index: number,
  call: Call | undefined,
): string | undefined {
  const { token_type: type, text } = token;
  const name = text.toUpperCase();
  const next = tokens[index + 1]?.token_type;
  if (structure.includes(type)) return undefined;
  if (type === "QUOTED_IDENTIFIER") return relationOf(text, next === "L_PAREN");
  if (strangers.includes(type))
    throw new Error(`GoogleSQL is not understood: ${text} at character ${token.span.start}`);
  // DuckDB's decimals compare and add as decimals, GoogleSQL's as floats.
  if (type === "NUMBER") return /^\d*\.\d*$/.test(text) ? `${text}e0` : undefined;
  if (text.startsWith("@")) return parameterOf(text);
  // The translator makes a zoned instant's literal a civil time.
  if (isTimestampLiteral(tokens, index + 1)) return "bq_timestamp(";
  if (call?.part && (token === call.part || (name === "FROM" && tokens[index - 1] === call.part))) return "";
  if (name === "INTERVAL" && call && partArgument[call.name] === "interval") {
    call.interval = true;
    return "";
  }
  if (call?.interval && next === "R_PAREN") return `, '${name}'`;
  if (call && partArgument[call.name] === call.argument) return `'${name}'`;
  if (next !== "L_PAREN") return undefined;
  if (macroNames.has(name)) return `bq_${name.toLowerCase()}`;
  const part = name === "EXTRACT" ? callAt(tokens, index + 1)?.part : undefined;
  return part && `bq_extract_${part.text.toLowerCase()}`;
}

/** A view or table is of a schema, so that it is not taken for a step of the query's WITH of the same name. */
function relationOf(path: string, isFunction: boolean): string | undefined {
  const [name = "", ...schemas] = path.split(".").reverse();
  if (schemas.length === 0) return undefined;
  const quotedName = `\`${name.replace(/[\\`]/g, "\\$&")}\``;
  return isFunction ? quotedName : `${schema}.${quotedName}`;
}

const isTimestampLiteral = (tokens: readonly Token[], index: number): boolean =>
  tokens[index]?.token_type === "STRING" && tokens[index - 1]?.text.toUpperCase() === "TIMESTAMP";

/** The call whose opening parenthesis is at `index`; undefined for any other parenthesis. */
function callAt(tokens: readonly Token[], index: number): Call | undefined {
  const name = tokens[index - 1]?.text.toUpperCase() ?? "";
  const first = tokens[index + 1];
  const part = name === "EXTRACT" && first && extractedParts.includes(first.text.toUpperCase()) ? first : undefined;
  if (part === undefined && !(name in partArgument)) return undefined;
  return { name, argument: 0, interval: false, part };
}
