/**
 * Reads the views: one GoogleSQL file a view. `public/NN_<name>.sql` is what an analyst reads, `internal/NN_<name>.sql` a
 * step on the way, and its description says so; the numbers give one reading order across both. A file begins with its name
 * and description, then its columns, then the query:
 *
 *     -- power_energy: Energy per 15-minute slot and channel.
 *     -- site STRING: The site.
 *     SELECT ...
 *
 * A file whose first line has parameters, `-- name(from_date DATE): ...`, is a table function. Relations are written as
 * `` `wattlake.<name>` ``; `renderView` puts the real dataset in. What a view takes from the live path stands between the
 * lines `-- live` and `-- end of live`, so that a warehouse without it has no trace of it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join, sep } from "node:path";
import {
  type Column,
  type ColumnType,
  columnTypes,
  type ExternalTable,
  type NativeTable,
  nativeTables,
  tables,
} from "./tables";

export interface Parameter {
  readonly name: string;
  readonly type: ColumnType;
}

export interface View {
  readonly name: string;
  /** As BigQuery shows it. */
  readonly description: string;
  readonly columns: readonly Column[];
  /** Parameters of a table function; empty for a view. */
  readonly parameters: readonly Parameter[];
  /** The query, with relations as `` `wattlake.<name>` ``. */
  readonly sql: string;
  /** Tables and views that the query reads. */
  readonly dependencies: readonly string[];
}

/** The tables, and the views in an order in which each can be created after the ones it reads. */
export interface Catalog {
  readonly tables: readonly ExternalTable[];
  /** The tables of the live path; none where it is off. */
  readonly nativeTables: readonly NativeTable[];
  readonly views: readonly View[];
}

const fileName = /^(internal|public)\/\d+_([a-z_]+)\.sql$/;
const firstLine = /^-- ([a-z_]+)(?:\(([^)]*)\))?: (.+)$/;
const columnLine = /^-- ([a-z0-9_]+) ([A-Z0-9]+): (.+)$/;
const parameterText = /^([a-z0-9_]+) ([A-Z0-9]+)$/;
const relation = /`wattlake\.([a-z_]+)`/g;
const livePart = /^ *-- live$.*?^ *-- end of live$\n?/gms;

/**
 * Reads the views of `folder`.
 * @throws an error that names the file for a malformed header, an unknown relation, or a cycle.
 */
export function readCatalog(folder: string = __dirname): Catalog {
  const views = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".sql"))
    .map((file) => file.replaceAll(sep, "/"))
    .sort((a, b) => compare(basename(a), basename(b)))
    .map((file) => parseView(file, readFileSync(join(folder, file), "utf8")));
  return { tables, nativeTables, views: inDependencyOrder(views, [...tables, ...nativeTables]) };
}

/** The same warehouse without the live path: its table, the views made of that alone, and its part of other views. */
export function withoutLive({ tables, nativeTables, views }: Catalog): Catalog {
  const gone = new Set(nativeTables.map(({ name }) => name));
  const kept: View[] = [];
  for (const view of views) {
    const sql = view.sql.replaceAll(livePart, "");
    const dependencies = dependenciesOf(sql);
    if (dependencies.some((name) => gone.has(name))) gone.add(view.name);
    else kept.push({ ...view, sql, dependencies });
  }
  return { tables, nativeTables: [], views: kept };
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Parses the text of one view file; `file` is its path below `sql/`. */
export function parseView(file: string, text: string): View {
  const lines = text.split("\n");
  const end = lines.findIndex((line) => !line.startsWith("-- "));
  const [first = "", ...columnLines] = lines.slice(0, end);
  const [, folder, name = ""] = match(
    fileName,
    file,
    file,
    "a view's file is named NN_<name>.sql, in internal/ or public/",
  );
  const [, headName, parameters, description = ""] = match(
    firstLine,
    first,
    file,
    "the first line is -- <name>: <text>",
  );
  if (headName !== name) throw new Error(`sql/${file}: the first line names ${headName}, the file ${name}`);
  const sql = lines.slice(end).join("\n").trim();
  return {
    name,
    description: folder === "internal" ? internalStep(description) : description,
    columns: columnLines.map((line) => parseColumn(line, file)),
    parameters: parameters ? parameters.split(", ").map((each) => parseParameter(each, file)) : [],
    sql,
    dependencies: dependenciesOf(sql),
  };
}

/** The description of a view that analysts do not need. */
export const internalStep = (description: string) => `Internal step: ${description}`;

const dependenciesOf = (sql: string) => [...new Set([...sql.matchAll(relation)].map((found) => found[1] ?? ""))];

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
      throw new Error(`view ${name} reads wattlake.${unknown}, which is neither table nor view`);
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

/** The query with the relations in `dataset`, which is `project.dataset` or `dataset`. */
export function renderView(view: Pick<View, "sql">, dataset: string): string {
  return view.sql.replace(relation, (_, name: string) => `\`${dataset}.${name}\``);
}

function parseColumn(line: string, file: string): Column {
  const [, name = "", type = "", description = ""] = match(
    columnLine,
    line,
    file,
    `not -- <column> <TYPE>: <text>: ${line}`,
  );
  return { name, type: columnType(type, file), description };
}

function parseParameter(text: string, file: string): Parameter {
  const [, name = "", type = ""] = match(parameterText, text, file, `not <parameter> <TYPE>: ${text}`);
  return { name, type: columnType(type, file) };
}

function columnType(text: string, file: string): ColumnType {
  const type = columnTypes.find((each) => each === text);
  if (type === undefined) throw new Error(`sql/${file}: type ${text} is none of ${columnTypes.join(", ")}`);
  return type;
}

function match(pattern: RegExp, text: string, file: string, message: string): RegExpExecArray {
  const found = pattern.exec(text);
  if (found === null) throw new Error(`sql/${file}: ${message}`);
  return found;
}
