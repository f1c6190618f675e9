/**
 * The nearest known value before or after a row. GoogleSQL asks for it by a frame; DuckDB has `LAG(x IGNORE NULLS)` too,
 * which copies a stretch without NULL at once, where it takes the value of a frame row by row.
 */
import { ast } from "@polyglot-sql/sdk";
import { type Data, type Expression, type Rewriting, sqlOf } from "./tree";

type Window = Data<"window_function">["over"];

/** Calls whose value is the nearest known one: before the row or after it, or with `own` the row's if it has one. */
const nearest = [
  { call: "last_value", frame: "UNBOUNDED PRECEDING AND 1 PRECEDING", neighbour: "lag", own: false },
  { call: "last_value", frame: "UNBOUNDED PRECEDING AND CURRENT ROW", neighbour: "lag", own: true },
  { call: "first_value", frame: "1 FOLLOWING AND UNBOUNDED FOLLOWING", neighbour: "lead", own: false },
  { call: "first_value", frame: "CURRENT ROW AND UNBOUNDED FOLLOWING", neighbour: "lead", own: true },
] as const;

/** `LAG` and `LEAD` stand where a frame asks for the nearest known value. */
export const neighbourValues: Rewriting = { mark: /IGNORE NULLS/, rewrite: withNeighbours };

function withNeighbours(select: Data<"select">): Expression {
  const windows = new Map(select.windows?.map(({ name, spec }) => [name.name, spec]));
  // Windows that a query within names are not among these.
  const expressions = select.expressions.map((expression) =>
    ast.hasSubqueries(expression)
      ? expression
      : ast.transform(expression, { window_function: (node) => neighbourOf(node, windows) }),
  );
  return ast.makeExpr("select", { ...select, expressions });
}

function neighbourOf(node: Expression, windows: ReadonlyMap<string, Window>): Expression | undefined {
  if (!ast.isExpressionType(node, "window_function")) return undefined;
  const { this: call, over } = ast.getExprData(node);
  if (!ast.isExpressionType(call, "first_value") && !ast.isExpressionType(call, "last_value")) return undefined;
  const window = (over.frame === null && over.window_name && windows.get(over.window_name.name)) || over;
  const text = sqlOf(windowed(call, { ...noWindow, frame: window.frame }));
  const found = nearest.find(
    (each) =>
      ast.isExpressionType(call, each.call) && text.endsWith(` IGNORE NULLS) OVER (ROWS BETWEEN ${each.frame})`),
  );
  if (found === undefined) return undefined;
  const { this: value } = ast.getExprData(call);
  const neighbour = windowed(
    ast.makeExpr(found.neighbour, { this: value, offset: null, default: null, ignore_nulls: true }),
    { ...window, frame: null },
  );
  return found.own ? ast.makeExpr("coalesce", { expressions: [value, neighbour] }) : neighbour;
}

const noWindow: Window = { window_name: null, partition_by: [], order_by: [], frame: null, alias: null };
const windowed = (call: Expression, over: Window): Expression => ast.makeExpr("window_function", { this: call, over });
