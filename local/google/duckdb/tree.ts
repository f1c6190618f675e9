/** DuckDB's text as a syntax tree, and back. */
import { ast, Dialect, generate, parse } from "@polyglot-sql/sdk";

export type Expression = ast.ExpressionByKey<ast.ExpressionType>;
export type Data<type extends ast.ExpressionType> = ast.ExpressionData<ast.ExpressionByKey<type>>;
type Identifier = Data<"identifier">;

/** Another form of some `SELECT`s, for DuckDB's sake. */
export interface Rewriting {
  /** What the text of each query with such a `SELECT` has in it. */
  readonly mark: RegExp;
  /** undefined for a `SELECT` that stays as it is. */
  readonly rewrite: (select: Data<"select">) => Expression | undefined;
}

/** The same query, rewritten by each in turn; as it is where it has none of their marks, or only DuckDB may know it. */
export function rewriteSelects(duckDbSql: string, rewritings: readonly Rewriting[]): string {
  const marked = rewritings.filter(({ mark }) => mark.test(duckDbSql));
  const query = marked.length > 0 ? parsedIfKnown(duckDbSql) : undefined;
  return query ? sqlOf(marked.reduce(rewritten, query)) : duckDbSql;
}

const rewritten = (query: Expression, { rewrite }: Rewriting): Expression =>
  ast.transform(query, {
    select: (node) => (ast.isExpressionType(node, "select") ? rewrite(ast.getExprData(node)) : undefined),
  });

/** How the rest of the query calls a table or a subquery. */
export function nameOf(relation: Expression): Identifier | undefined {
  if (ast.isExpressionType(relation, "table")) {
    const { alias, name } = ast.getExprData(relation);
    return alias ?? name;
  }
  return (ast.isExpressionType(relation, "subquery") && ast.getExprData(relation).alias) || undefined;
}

/** `(query) AS name` */
export const subquery = (query: Expression, name: Identifier): Expression =>
  ast.makeExpr("subquery", {
    this: query,
    alias: name,
    alias_explicit_as: true,
    column_aliases: [],
    lateral: false,
    modifiers_inside: false,
    order_by: null,
    limit: null,
    offset: null,
    trailing_comments: [],
  });

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
