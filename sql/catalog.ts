/**
 * Reads the views: one GoogleSQL file a view. `public/NN_<name>.sql` is what an analyst reads, `internal/NN_<name>.sql` a
 * step on the way, and its description says so; the numbers give one reading order across both. A file begins with its name
 * and description, then its columns, then the query:
 *
 *     -- power_energy: Energy per 15-minute slot and channel.
 *     -- site STRING: The site.
 *     SELECT ...
 *
 * A formula that several views share is a function, `functions/<name>.sql`: its name, type and description, then its
 * parameters, then an expression. Views call it as `` `wattlake.<name>`(...) ``.
 *
 * A view whose first line has parameters, `-- name(from_date DATE): ...`, is a table function. Relations are written as
 * `` `wattlake.<name>` ``; `renderView` puts the real dataset in. What a view takes from the live path stands between the
 * lines `-- live` and `-- end of live`, so that a warehouse without it has no trace of it; `-- blocks` and `-- end of blocks`
 * do the same for prices that the use so far decides on.
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join, sep } from "node:path";
import {
  dependenciesOf,
  isCheckFile,
  isFunctionFile,
  parseFunction,
  parseView,
  relation,
  type SqlFunction,
  type View,
} from "./sql-files";
import { type ExternalTable, type NativeTable, nativeTables, tables } from "./tables";
import { tariffBlocks } from "./tariff-tables";

/** The tables and functions, and the views in an order in which each can be created after the ones it reads. */
export interface Catalog {
  readonly tables: readonly ExternalTable[];
  /** The tables of the live path; none where it is off. */
  readonly nativeTables: readonly NativeTable[];
  readonly functions: readonly SqlFunction[];
  readonly views: readonly View[];
}

export type { Parameter, SqlFunction, View } from "./sql-files";

const livePart = /^ *-- live$.*?^ *-- end of live$\n?/gms;
const blockPart = /^ *-- blocks$.*?^ *-- end of blocks$\n?/gms;

/**
 * Reads the views and functions of `folder`.
 * @throws an error that names the file for a malformed header, an unknown relation, or a cycle.
 */
export function readCatalog(folder: string = __dirname): Catalog {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".sql"))
    .map((file) => file.replaceAll(sep, "/"))
    .filter((file) => !isCheckFile(file))
    .sort((a, b) => compare(basename(a), basename(b)));
  const textOf = (file: string) => readFileSync(join(folder, file), "utf8");
  const functions = files.filter(isFunctionFile).map((file) => parseFunction(file, textOf(file)));
  const views = files.filter((file) => !isFunctionFile(file)).map((file) => parseView(file, textOf(file)));
  const sources = [...tables, ...nativeTables, ...functions];
  return { tables, nativeTables, functions, views: inDependencyOrder(views, sources) };
}

/** The same warehouse without the live path: its table, the views made of that alone, and its part of other views. */
export function withoutLive({ nativeTables, views, ...rest }: Catalog): Catalog {
  const gone = new Set(nativeTables.map(({ name }) => name));
  const kept: View[] = [];
  for (const view of views) {
    const sql = view.sql.replaceAll(livePart, "");
    const dependencies = dependenciesOf(sql);
    if (dependencies.some((name) => gone.has(name))) gone.add(view.name);
    else kept.push({ ...view, sql, dependencies });
  }
  return { ...rest, nativeTables: [], views: kept };
}

/** The same warehouse where no plan has blocks: then no question about a day reads the days before it. */
export function withoutBlocks(catalog: Catalog): Catalog {
  const views = catalog.views.map((view) => {
    const sql = view.sql.replaceAll(blockPart, "");
    return { ...view, sql, dependencies: dependenciesOf(sql) };
  });
  return { ...catalog, views: views.filter(({ dependencies }) => !dependencies.includes(tariffBlocks.name)) };
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Sorts views so that each follows the ones it reads, otherwise in the given order.
 * @throws an error that names the view for an unknown relation or a cycle.
 */
export function inDependencyOrder(views: readonly View[], sources: readonly { name: string }[]): View[] {
  const known = new Set([...sources, ...views].map(({ name }) => name));
  const ready = new Set(sources.map(({ name }) => name));
  const ordered: View[] = [];
  let waiting = [...views];
  for (const { name, dependencies } of views) {
    const unknown = dependencies.find((dependency) => !known.has(dependency));
    if (unknown !== undefined)
      throw new Error(`view ${name} reads wattlake.${unknown}, which is neither table nor view nor function`);
  }
  while (waiting.length > 0) {
    const next = waiting.find(({ dependencies }) => dependencies.every((each) => ready.has(each)));
    if (next === undefined) throw new Error(`views read each other: ${waiting.map(({ name }) => name).join(", ")}`);
    ordered.push(next);
    ready.add(next.name);
    waiting = waiting.filter((view) => view !== next);
  }
  return ordered;
}

/** The query with its relations and functions in `dataset`, which is `project.dataset` or `dataset`. */
export function renderView(view: Pick<View, "sql">, dataset: string): string {
  return view.sql.replace(relation, (_, name: string) => `\`${dataset}.${name}\``);
}
