/** DuckDB's text as a syntax tree, and back. */
import { ast, Dialect, generate, parse } from "@polyglot-sql/sdk";

export type Expression = ast.ExpressionByKey<ast.ExpressionType>;
export type Data<type extends ast.ExpressionType> = ast.ExpressionData<ast.ExpressionByKey<type>>;

/** The same query with each `SELECT` that `rewrite` has another form for in that form. */
export const rewriteSelects = (
  duckDbSql: string,
  rewrite: (select: Data<"select">) => Expression | undefined,
): string =>
  sqlOf(
    ast.transform(parsed(duckDbSql), {
      select: (node) => (ast.isExpressionType(node, "select") ? rewrite(ast.getExprData(node)) : undefined),
    }),
  );

export function parsed(duckDbSql: string): Expression {
  const { ast: statements, error } = parse(duckDbSql, Dialect.DuckDB);
  const [statement] = statements ?? [];
  if (statement === undefined) throw new Error(`DuckDB's text is not understood: ${error}\n${duckDbSql}`);
  return statement;
}

/** undefined for what DuckDB may know and the parser does not. */
export const parsedIfKnown = (duckDbSql: string): Expression | undefined => parse(duckDbSql, Dialect.DuckDB).ast?.[0];

export function sqlOf(node: Expression): string {
  const { sql, error } = generate([node], Dialect.DuckDB);
  const [text] = sql ?? [];
  if (text === undefined) throw new Error(`DuckDB's text cannot be written: ${error}`);
  return text;
}
