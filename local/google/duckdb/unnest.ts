/**
 * `FROM relation, UNNEST(list) AS element` for DuckDB: a select list opens the list in one pass over the rows. Of the join
 * DuckDB makes several: it looks for the distinct lists, opens these, and joins them back. A list without columns stays a
 * join: it is opened once.
 */
import { ast } from "@polyglot-sql/sdk";
import { type Data, type Expression, nameOf, parsed, type Rewriting, sqlOf, subquery } from "./tree";

/** Lists are opened by select lists. */
export const openLists: Rewriting = { mark: /UNNEST\(/, rewrite: opened };

function opened(select: Data<"select">): Expression | undefined {
  const [relation, ...others] = select.from?.expressions ?? [];
  const [join, ...joins] = select.joins;
  if (relation === undefined || others.length > 0 || join?.kind !== "Cross") return undefined;
  const name = nameOf(relation);
  const list = listOf(join.this);
  if (name === undefined || list === undefined || select.expressions.some(isQualifiedStar)) return undefined;
  const inner = `SELECT *, UNNEST(${list.sql}) AS ${list.element} FROM ${sqlOf(relation)}`;
  return ast.makeExpr("select", { ...select, from: { expressions: [subquery(parsed(inner), name)] }, joins });
}

/** The list and its element's name of `UNNEST(list) AS alias(element)`. */
function listOf(joined: Expression): { sql: string; element: string } | undefined {
  if (!ast.isExpressionType(joined, "alias")) return undefined;
  const { this: unnest, column_aliases: names } = ast.getExprData(joined);
  const [name, ...others] = names;
  if (!ast.isExpressionType(unnest, "unnest") || name === undefined || others.length > 0) return undefined;
  if (ast.findByType(unnest, "column").length === 0) return undefined;
  return { sql: sqlOf(ast.getExprData(unnest).this), element: sqlOf(ast.makeExpr("identifier", name)) };
}

/** With `SELECT relation.*` the element would be one of the columns. */
const isQualifiedStar = (column: Expression): boolean =>
  ast.isExpressionType(column, "star") && ast.getExprData(column).table !== null;
