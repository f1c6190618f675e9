/**
 * BigQuery lets views nest 16 deep, the query on top counted, and our longest chain of steps is longer. So where views are
 * deployed, an internal step that one view alone reads stands in that view's text:
 *
 *     FROM `wattlake.slot_parts` AS p     becomes     FROM (
 *                                                       -- slot_parts
 *                                                       SELECT ...
 *                                                     ) AS p
 *
 * It is deployed as a view too: whoever wants to know how a figure came about asks each step.
 */
import type { Catalog } from "./catalog";
import { dependenciesOf, internalStep, relation, type View } from "./sql-files";

/** Levels of views that a query may stand on. https://cloud.google.com/bigquery/quotas#view_limits */
export const mostLevels = 15;

/** What is known of a view's place: its name, and what it reads. */
type Reader = Pick<View, "name" | "dependencies">;

/** The same relations with steps in the text of their one reader; those of `apart` stay where they are. */
export function withStepsInside(catalog: Catalog, apart: readonly string[] = []): Catalog {
  const inside = new Map<string, string>();
  const views: View[] = [];
  for (const view of catalog.views) {
    const sql = view.sql.replace(relation, (found, name: string) => inside.get(name) ?? found);
    views.push({ ...view, sql, dependencies: dependenciesOf(sql) });
    if (isStep(view) && !apart.includes(view.name) && readersOf(view, catalog.views).length === 1)
      inside.set(view.name, `(\n${indented(`-- ${view.name}\n${sql}`)}\n)`);
  }
  return { ...catalog, views };
}

const isStep = ({ description, parameters }: View) =>
  description.startsWith(internalStep("")) && parameters.length === 0;
const readersOf = ({ name }: View, views: readonly View[]) => views.filter((each) => each.dependencies.includes(name));
const indented = (sql: string) => sql.replace(/^(?=.)/gm, "  ");

/** How many levels of views each view has, itself counted; what is no view has none. */
export function levelsOf(views: readonly Reader[]): ReadonlyMap<string, number> {
  const byName = new Map(views.map((view) => [view.name, view]));
  const levels = new Map<string, number>();
  const levelOf = (name: string): number => {
    const known = levels.get(name);
    const view = byName.get(name);
    if (known !== undefined || view === undefined) return known ?? 0;
    const level = 1 + Math.max(0, ...view.dependencies.map(levelOf));
    levels.set(name, level);
    return level;
  };
  for (const { name } of views) levelOf(name);
  return levels;
}
