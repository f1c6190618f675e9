/**
 * Carries out the SQL of an `aws.iot.TopicRule` (version 2016-03-23): which topics it takes, and what it makes of a
 * message. Also the substitution templates `${...}` of its actions and the matching of topic filters.
 */
import { type Expr, parse, type SelectFromStatement, type Statement } from "pgsql-ast-parser";
import { compileExpression, type Evaluate, type Parsed } from "./rule-expression";
import { splitTemplate, toParsableSql } from "./rule-text";
import { isObject, toText, type Value } from "./rule-values";

export interface CompiledRule {
  /** MQTT topic filter of FROM; undefined where the rule has none (Basic Ingest only). */
  readonly topicFilter: string | undefined;
  /** The bytes that the actions get, or undefined where WHERE does not let the message pass. */
  evaluate(parsed: Parsed): Buffer | undefined;
}

/** Throws, with the rule's text, for everything that AWS would refuse or that is not carried out here. */
export function compileRule(sql: string): CompiledRule {
  return naming(sql, () => {
    const statement = parseSelect(sql);
    const select = compileColumns(statement);
    const where = statement.where ? compileExpression(statement.where) : undefined;
    return {
      topicFilter: readTopicFilter(statement),
      evaluate: (parsed) => (where && where(parsed) !== true ? undefined : select(parsed)),
    };
  });
}

/** A text with `${expression}` parts, as in the key of an S3 action; it sees the message, never the SELECT's aliases. */
export function compileTemplate(template: string): (parsed: Parsed) => string {
  const parts = splitTemplate(template).map((part) => {
    if ("text" in part) return () => part.text;
    return naming(template, () => {
      const column = parseSelect(`SELECT ${part.expression}`).columns?.[0];
      if (!column) throw new Error("an expression is empty.");
      const evaluate = compileExpression(column.expr);
      return (parsed: Parsed) => {
        const value = toText(evaluate(parsed));
        if (value === undefined) throw new Error(`\${${part.expression}} is undefined for ${parsed.message.topic}.`);
        return value;
      };
    });
  });
  return (parsed) => parts.map((part) => part(parsed)).join("");
}

/** MQTT matching; a leading wildcard does not match topics that begin with `$`. */
export function matchesTopic(filter: string, topic: string): boolean {
  const [levels, names] = [filter.split("/"), topic.split("/")];
  if (topic.startsWith("$") && (levels[0] === "+" || levels[0] === "#")) return false;
  for (const [index, level] of levels.entries()) {
    if (level === "#") return true;
    if (index >= names.length || (level !== "+" && level !== names[index])) return false;
  }
  return levels.length === names.length;
}

function parseSelect(sql: string): SelectFromStatement {
  const statements: Statement[] = parse(toParsableSql(sql));
  const statement = statements[0];
  if (statements.length !== 1 || statement?.type !== "select") throw new Error("a rule is one SELECT.");
  const { type: _type, columns: _columns, from: _from, where: _where, ...unknown } = statement;
  const parts = Object.entries(unknown).filter(([name, value]) => value !== undefined && !name.startsWith("_"));
  if (parts.length > 0) throw new Error(`${parts.map(([name]) => name).join(", ")} is not known in a rule.`);
  return statement;
}

function readTopicFilter({ from }: SelectFromStatement): string | undefined {
  const [source, ...others] = from ?? [];
  if (!source) return undefined;
  if (others.length > 0 || source.type !== "table" || source.join || source.name.alias)
    throw new Error("FROM takes one topic filter in single quotes.");
  return source.name.name;
}

/** SELECT as a function of the message: an object of the named columns, on top of the payload where `*` is selected. */
function compileColumns(statement: SelectFromStatement): (parsed: Parsed) => Buffer {
  const columns = statement.columns ?? [];
  const everything = columns.some(({ expr }) => isEverything(expr));
  const named: (readonly [string, Evaluate])[] = columns
    .filter(({ expr }) => !isEverything(expr))
    .map(({ expr, alias }) => [alias?.name ?? implicitName(expr), compileExpression(expr)]);
  return (parsed) => {
    // A payload that is no JSON object cannot be decorated: AWS passes it on as it came.
    if (everything && parsed.message.payload.length > 0 && !isObject(parsed.json)) return parsed.message.payload;
    const output: Record<string, Value> = everything && isObject(parsed.json) ? { ...parsed.json } : {};
    for (const [name, evaluate] of named) {
      const value = evaluate(parsed);
      if (value !== undefined) output[name] = value;
    }
    return Buffer.from(JSON.stringify(output));
  };
}

const isEverything = (expr: Expr) => expr.type === "ref" && expr.name === "*" && !expr.table;

function implicitName(expr: Expr): string {
  if (expr.type === "ref" && !expr.name.includes(".")) return expr.name;
  throw new Error("a column that is no plain attribute needs a name: expression AS name.");
}

function naming<T>(source: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new Error(`Rule SQL cannot be carried out: ${reason}\n  ${source}`, { cause: error });
  }
}
