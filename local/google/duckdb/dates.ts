/**
 * The days that a query asks for, as far as its text tells. DuckDB lists all folders of a table before it leaves out
 * partitions; a query of few days is spared the rest of the history. In a query of one relation that has the partition's
 * date a condition on it reaches the files, through every view (`tests/sql/pruning.test.ts`).
 */
import { ast } from "@polyglot-sql/sdk";
import { z } from "zod";
import { type Expression, parsedIfKnown } from "./tree";

/** Local days of the sites, `YYYY-MM-DD`, both included. */
export interface Dates {
  readonly from: string;
  readonly to: string;
}

/**
 * @param relations - Tables and views whose column `date` is the partition's.
 * @returns undefined where the query, or a part of it, may read other days.
 */
export function askedDates(duckDbSql: string, relations: ReadonlySet<string>): Dates | undefined {
  if (!/\bdate\b/i.test(duckDbSql)) return undefined;
  const query = parsedIfKnown(duckDbSql);
  if (query === undefined || !ast.isExpressionType(query, "select") || ast.findByType(query, "select").length > 1)
    return undefined;
  const { from: source, joins, where_clause: where } = ast.getExprData(query);
  const [relation, ...others] = source?.expressions ?? [];
  if (relation === undefined || others.length > 0 || joins.length > 0 || where === null) return undefined;
  if (!ast.isExpressionType(relation, "table") || !relations.has(ast.getExprData(relation).name.name)) return undefined;
  const bounds = conditionsOf(where.this).flatMap(comparisonsOf);
  const days = (end: keyof Dates) =>
    bounds
      .filter(({ left, ends }) => isDateColumn(left) && ends.includes(end))
      .flatMap(({ right }) => dayOf(right) ?? [])
      .sort();
  const [from, to] = [days("from").at(-1), days("to").at(0)];
  return from !== undefined && to !== undefined ? { from, to } : undefined;
}

/** What must all hold. */
function conditionsOf(node: Expression): Expression[] {
  if (ast.isExpressionType(node, "paren")) return conditionsOf(ast.getExprData(node).this);
  if (!ast.isExpressionType(node, "and")) return [node];
  const { left, right } = ast.getExprData(node);
  return [...conditionsOf(left), ...conditionsOf(right)];
}

/** The comparisons that a condition consists of, each with the ends of the days that it gives. */
function comparisonsOf(node: Expression): { left: Expression; right: Expression; ends: readonly (keyof Dates)[] }[] {
  if (ast.isExpressionType(node, "between")) {
    const { this: left, low, high, not } = ast.getExprData(node);
    return not
      ? []
      : [
          { left, right: low, ends: ["from"] },
          { left, right: high, ends: ["to"] },
        ];
  }
  if (ast.isExpressionType(node, "eq")) return [{ ...ast.getExprData(node), ends: ["from", "to"] }];
  if (ast.isExpressionType(node, "gte") || ast.isExpressionType(node, "gt"))
    return [{ ...ast.getExprData(node), ends: ["from"] }];
  if (ast.isExpressionType(node, "lte") || ast.isExpressionType(node, "lt"))
    return [{ ...ast.getExprData(node), ends: ["to"] }];
  return [];
}

const isDateColumn = (node: Expression): boolean =>
  ast.isExpressionType(node, "column") && ast.getExprData(node).name.name.toLowerCase() === "date";

/** The day of `DATE '2025-06-01'` or `'2025-06-01'`; undefined for anything else. */
function dayOf(node: Expression): string | undefined {
  if (ast.isExpressionType(node, "cast")) {
    const { this: value, to } = ast.getExprData(node);
    return to.data_type === "date" ? dayOf(value) : undefined;
  }
  return ast.isExpressionType(node, "literal") ? z.iso.date().safeParse(ast.getExprData(node).value).data : undefined;
}
