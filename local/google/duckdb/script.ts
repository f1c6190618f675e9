/**
 * GoogleSQL scripts on DuckDB, as far as scheduled queries need them: `DECLARE <name> <type> DEFAULT <expression>`, DML
 * statements, and queries, whose rows nobody sees: they are there to fail by `ERROR(<sentence>)`. DuckDB has no such variables, so a variable becomes a query parameter.
 *
 * A transaction is refused: that one may read external tables, as ours do, BigQuery documents nowhere.
 */
import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import { readTokens, type Token, toDuckDb } from "./googlesql";
import { withoutComments } from "./literals";
import { reasonOf } from "./mistakes";
import { type Parameters, runWithParameters } from "./parameters";

interface Statement {
  /** The variable that takes the value of the query `sql`; undefined for a statement that is only run. */
  readonly variable: string | undefined;
  readonly sql: string;
}

const plain = ["DELETE", "INSERT", "MERGE", "SELECT"];

/**
 * Runs the script's statements in order, each whole or not at all.
 * @throws an error with the statement that DuckDB refused, or that local mode does not know.
 */
export async function runScript(connection: DuckDBConnection, script: string, parameters: Parameters): Promise<void> {
  const values: Record<string, DuckDBValue> = { ...parameters };
  for (const { variable, sql } of await readScript(withoutComments(script))) {
    const result = await run(connection, sql, values);
    if (variable !== undefined) values[variable] = result;
  }
}

/** The first value of the statement's first row, NULL where it gives none. */
async function run(connection: DuckDBConnection, sql: string, values: Parameters): Promise<DuckDBValue> {
  const text = await toDuckDb(sql);
  try {
    const reader = await runWithParameters(connection, text, values);
    return reader.getRows()[0]?.[0] ?? null;
  } catch (error) {
    const message = reasonOf(error);
    const [, sentence] = /^Invalid Input Error: (.*)/s.exec(message) ?? [];
    // What the script itself says by ERROR() needs no text of it.
    if (sentence !== undefined && /\bERROR\s*\(/i.test(sql)) throw new Error(sentence, { cause: error });
    throw new Error(`the script failed: ${message}\n${text}`, { cause: error });
  }
}

async function readScript(script: string): Promise<readonly Statement[]> {
  const characters = [...script];
  const variables = new Set<string>();
  /** The words as they stand in the script, with variables as parameters. */
  const textOf = (tokens: readonly Token[]) => {
    let text = "";
    let position = tokens[0]?.span.start ?? 0;
    for (const { token_type: type, text: word, span } of tokens) {
      const mark = type === "VAR" && variables.has(word) ? "@" : "";
      text += characters.slice(position, span.start).join("") + mark + characters.slice(span.start, span.end).join("");
      position = span.end;
    }
    return text;
  };
  const statements: Statement[] = [];
  for (const tokens of await statementTokens(script)) {
    const words = tokens.map((token) => token.text.toUpperCase());
    const [first = ""] = words;
    if (first === "DECLARE") {
      const variable = tokens[1]?.text;
      const given = words.indexOf("DEFAULT");
      if (variable === undefined || given < 0) throw new Error(`local mode needs a DEFAULT: ${textOf(tokens)}`);
      statements.push({ variable, sql: `SELECT ${textOf(tokens.slice(given + 1))}` });
      variables.add(variable);
    } else if (plain.includes(first)) {
      statements.push({ variable: undefined, sql: textOf(tokens) });
    } else {
      throw new Error(`local mode does not carry out this statement of a script: ${textOf(tokens)}`);
    }
  }
  return statements;
}

/** The tokens of each statement, without the semicolons between them. */
async function statementTokens(script: string): Promise<readonly (readonly Token[])[]> {
  const statements: Token[][] = [[]];
  for (const token of await readTokens(script)) {
    if (token.token_type === "SEMICOLON") statements.push([]);
    else statements.at(-1)?.push(token);
  }
  return statements.filter(({ length }) => length > 0);
}
