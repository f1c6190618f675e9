/**
 * Derives DuckDB's text from GoogleSQL: `@polyglot-sql/sdk` translates the grammar, and the functions whose meaning it
 * loses are first renamed to macros (`macros.ts`), so that nothing is written twice and an unknown function fails loudly.
 */
import { Dialect, init, tokenize, transpile } from "@polyglot-sql/sdk";
import { z } from "zod";
import { macroNames } from "./macros";
import { neighbourValues } from "./neighbours";
import { type Parameters, parameterText } from "./parameters";
import { placeSteps } from "./steps";
import { rewriteSelects } from "./tree";
import { openLists } from "./unnest";

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

const structure = ["L_PAREN", "R_PAREN", "COMMA"];
const parameterPrefix = "bq_parameter_";
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
 * parameters (`@from_date`) their values.
 * @throws an error with position where the text is not understood, or where a parameter has no value.
 */
export async function toDuckDb(googleSql: string, parameters: Parameters = {}): Promise<string> {
  const renamed = rename(googleSql, await readTokens(googleSql));
  const { success, sql, error } = transpile(renamed, Dialect.BigQuery, Dialect.DuckDB);
  const [text, ...more] = sql ?? [];
  if (!success || text === undefined) throw new Error(`GoogleSQL is not understood: ${error}\n${googleSql}`);
  if (more.length > 0) throw new Error(`one statement expected, got ${more.length + 1}\n${googleSql}`);
  return rewriteSelects(text, [openLists, neighbourValues, placeSteps]).replaceAll(
    new RegExp(`${parameterPrefix}(\\w+)`, "gi"),
    (_, name: string) => parameterText(name, parameters),
  );
}

/** The words of one or several statements. @throws where a word is not understood. */
export async function readTokens(googleSql: string): Promise<readonly Token[]> {
  await init();
  const { tokens, error } = tokenize(googleSql, Dialect.BigQuery);
  if (tokens === undefined) throw new Error(`GoogleSQL is not understood: ${error}\n${googleSql}`);
  return z.array(tokenSchema).parse(tokens);
}

function rename(googleSql: string, tokens: readonly Token[]): string {
  const characters = [...googleSql];
  let text = "";
  let position = 0;
  for (const { start, end, replacement } of edits(tokens)) {
    text += characters.slice(position, start).join("") + replacement;
    position = end;
  }
  return text + characters.slice(position).join("");
}

/** A piece of the text, by the positions of its characters, and what takes its place. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

function* edits(tokens: readonly Token[]): Generator<Edit> {
  const calls: (Call | undefined)[] = [];
  for (const [index, token] of tokens.entries()) {
    const replacement = replacementOf(token, tokens, index, calls.at(-1));
    if (replacement !== undefined) yield { ...token.span, replacement };
    const { token_type: type, span } = token;
    const call = calls.at(-1);
    if (type === "L_PAREN") calls.push(callAt(tokens, index));
    else if (type === "R_PAREN") calls.pop();
    else if (type === "COMMA" && call) call.argument += 1;
    else if (type === "STRING" && isTimestampLiteral(tokens, index))
      yield { start: span.end, end: span.end, replacement: ")" };
  }
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
  if (type.endsWith("STRING") || structure.includes(type)) return undefined;
  if (type === "QUOTED_IDENTIFIER") return relationOf(text, next === "L_PAREN");
  // DuckDB's decimals compare and add as decimals, GoogleSQL's as floats.
  if (type === "NUMBER") return /^\d*\.\d*$/.test(text) ? `${text}e0` : undefined;
  if (text.startsWith("@")) return parameterPrefix + text.slice(1);
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
function relationOf(path: string, isFunction: boolean): string {
  const names = path.split(".");
  const name = `\`${names.at(-1)}\``;
  return names.length > 1 && !isFunction ? `${schema}.${name}` : name;
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
