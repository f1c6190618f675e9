/**
 * Derives DuckDB's text from GoogleSQL: `@polyglot-sql/sdk` translates the grammar, and the functions whose meaning it
 * loses are first renamed to macros (`macros.ts`), so that nothing is written twice and an unknown function fails loudly.
 */
import { Dialect, init, tokenize, transpile } from "@polyglot-sql/sdk";
import { z } from "zod";
import { macroNames } from "./macros";

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

const parameterPrefix = "bq_parameter_";

const tokenSchema = z.object({
  token_type: z.string(),
  text: z.string(),
  span: z.object({ start: z.int(), end: z.int() }),
});
type Token = z.infer<typeof tokenSchema>;

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
 * parameters (`@from_date`) become DuckDB's (`$from_date`).
 * @throws an error with position where the text is not understood.
 */
export async function toDuckDb(googleSql: string): Promise<string> {
  await init();
  const renamed = rename(googleSql);
  const { success, sql, error } = transpile(renamed, Dialect.BigQuery, Dialect.DuckDB);
  const [text, ...more] = sql ?? [];
  if (!success || text === undefined) throw new Error(`GoogleSQL is not understood: ${error}\n${googleSql}`);
  if (more.length > 0) throw new Error(`one statement expected, got ${more.length + 1}\n${googleSql}`);
  return text.replaceAll(new RegExp(`${parameterPrefix}(\\w+)`, "gi"), "$$$1");
}

function rename(googleSql: string): string {
  const characters = [...googleSql];
  const { tokens, error } = tokenize(googleSql, Dialect.BigQuery);
  if (tokens === undefined) throw new Error(`GoogleSQL is not understood: ${error}\n${googleSql}`);
  let text = "";
  let position = 0;
  for (const [token, replacement] of replacements(z.array(tokenSchema).parse(tokens))) {
    text += characters.slice(position, token.span.start).join("") + replacement;
    position = token.span.end;
  }
  return text + characters.slice(position).join("");
}

function* replacements(tokens: readonly Token[]): Generator<[Token, string]> {
  const calls: (Call | undefined)[] = [];
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1];
    const call = calls.at(-1);
    const name = token.text.toUpperCase();
    if (token.token_type === "L_PAREN") calls.push(callAt(tokens, index));
    else if (token.token_type === "R_PAREN") calls.pop();
    else if (token.token_type === "COMMA" && call) call.argument += 1;
    else if (token.token_type === "QUOTED_IDENTIFIER") yield [token, `\`${token.text.split(".").at(-1)}\``];
    else if (token.token_type === "NUMBER" && /^\d*\.\d*$/.test(token.text)) yield [token, `${token.text}e0`];
    else if (token.text.startsWith("@")) yield [token, parameterPrefix + token.text.slice(1)];
    else if (token.token_type === "STRING") continue;
    else if (call?.part && (token === call.part || (name === "FROM" && tokens[index - 1] === call.part)))
      yield [token, ""];
    else if (name === "INTERVAL" && call && partArgument[call.name] === "interval") {
      call.interval = true;
      yield [token, ""];
    } else if (call?.interval && next?.token_type === "R_PAREN") yield [token, `, '${name}'`];
    else if (call && partArgument[call.name] === call.argument) yield [token, `'${name}'`];
    else if (next?.token_type === "L_PAREN" && macroNames.has(name)) yield [token, `bq_${name.toLowerCase()}`];
    else if (next?.token_type === "L_PAREN" && name === "EXTRACT") {
      const part = callAt(tokens, index + 1)?.part;
      if (part) yield [token, `bq_extract_${part.text.toLowerCase()}`];
    }
  }
}

/** The call whose opening parenthesis is at `index`; undefined for any other parenthesis. */
function callAt(tokens: readonly Token[], index: number): Call | undefined {
  const name = tokens[index - 1]?.text.toUpperCase() ?? "";
  const first = tokens[index + 1];
  const part = name === "EXTRACT" && first && extractedParts.includes(first.text.toUpperCase()) ? first : undefined;
  if (part === undefined && !(name in partArgument)) return undefined;
  return { name, argument: 0, interval: false, part };
}
