/**
 * Steps of a `WITH` for DuckDB: one that is read once becomes a subquery where it is read. DuckDB makes it one as well, but
 * first sets it apart and then looks through the whole plan for its reader, which takes 7 % of planning our views.
 */
import { ast } from "@polyglot-sql/sdk";
import { type Data, type Expression, nameOf, type Rewriting, subquery } from "./tree";

type Select = Data<"select">;
type With = NonNullable<Select["with"]>;
type Step = With["ctes"][number];

/** Each step stands in the place of its reader where it has one only. */
export const placeSteps: Rewriting = { mark: /\bWITH\b/i, rewrite: placed };

function placed(select: Select): Expression | undefined {
  const { with: steps } = select;
  if (!steps || steps.recursive) return undefined;
  // What may read a step: the later ones, and the query itself.
  let readers: Select = { ...select, with: null };
  for (const step of steps.ctes.toReversed()) readers = placedIn(readers, step) ?? following(step, readers, steps);
  return ast.makeExpr("select", readers);
}

function following(step: Step, readers: Select, steps: With): Select {
  const ctes = [step, ...(readers.with?.ctes ?? [])];
  return { ...readers, with: { ...steps, ctes } };
}

function placedIn(readers: Select, { alias: name, this: query, columns }: Step): Select | undefined {
  const node = ast.makeExpr("select", readers);
  const isHidden = ast.findByType(node, "select").some((select) => hasStep(select, name.name));
  const tables = [node, query].flatMap((part) => ast.findByType(part, "table"));
  const reading = tables.filter((table) => isReader(table, name.name));
  if (reading.length !== 1 || isHidden || columns.length > 0) return undefined;
  const moved = ast.transform(node, {
    table: (table) => (isReader(table, name.name) ? subquery(query, nameOf(table) ?? name) : undefined),
  });
  return ast.isExpressionType(moved, "select") ? ast.getExprData(moved) : undefined;
}

function isReader(table: Expression, step: string): boolean {
  if (!ast.isExpressionType(table, "table")) return false;
  const { name, schema } = ast.getExprData(table);
  return schema === null && isSame(name.name, step);
}

const hasStep = (select: Expression, name: string): boolean =>
  ast.isExpressionType(select, "select") &&
  ast.getExprData(select).with?.ctes.some(({ alias }) => isSame(alias.name, name)) === true;

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
