/**
 * External tables over files, with the declared columns. A table of many files is a view of `read_json`, which looks for
 * new ones in every query. A table of one file is copied, anew when the file changes: queries name these often, and each
 * mention of a `read_json` view costs a query a millisecond of planning. What is said of a missing file: `refusals.ts`.
 */
import { existsSync, globSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { shiftDate } from "../../../functions/readings/edges";
import type { Column, ColumnType, ExternalTable } from "../../../sql/tables";
import type { Dates } from "./dates";

const duckDbTypes: Readonly<Record<Exclude<ColumnType, "RECORD">, string>> = {
  STRING: "VARCHAR",
  INT64: "BIGINT",
  FLOAT64: "DOUBLE",
  BOOL: "BOOLEAN",
  DATE: "DATE",
  TIMESTAMP: "TIMESTAMPTZ",
  NUMERIC: "DECIMAL(38, 9)",
};

export const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
const list = (texts: readonly string[]) => `[${texts.map(quoted).join(", ")}]`;
export const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`;

export function duckDbType({ type, mode, fields = [] }: Column): string {
  const one = type === "RECORD" ? `STRUCT(${declarations(fields, " ")})` : duckDbTypes[type];
  return mode === "REPEATED" ? `${one}[]` : one;
}

/**
 * Patterns of the table's files. The single `*` of a BigQuery URI spans folders; here it names the folders of the hive
 * keys one by one, which a search follows twice as fast as `**`.
 */
const filePatterns = ({ uris, hive }: ExternalTable, mirrorDirectory: string): string[] =>
  uris.map((uri) => join(mirrorDirectory, uri.replace("*", `${"*/".repeat(hive?.keys.length ?? 0)}*`)));

/** More folders than this are not looked into one by one. */
const mostFolders = 100;

/** The files of some days: none where the table is not by site and date, has none, or the days are too many. */
function filesOfDays({ uris, hive }: ExternalTable, mirrorDirectory: string, { from, to }: Dates): string[] {
  if (hive?.keys.map(({ name }) => name).join() !== "site,date") return [];
  const directory = join(mirrorDirectory, hive.prefix);
  const sites = entriesOf(directory).filter((entry) => entry.startsWith("site="));
  if (sites.length === 0) return [];
  const folders: string[] = [];
  for (let date = from; date <= to; date = shiftDate(date, 1)) {
    folders.push(...sites.map((site) => join(directory, site, `date=${date}`)));
    if (folders.length > mostFolders) return [];
  }
  const endings = uris.map((uri) => uri.split("*").at(-1) ?? "");
  return folders.flatMap((folder) =>
    entriesOf(folder)
      .filter((entry) => endings.some((ending) => entry.endsWith(ending)))
      .map((entry) => join(folder, entry)),
  );
}

const entriesOf = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

/** Whether DuckDB holds the rows of this table itself. */
export const isCopied = ({ uris }: ExternalTable): boolean => !uris.some((uri) => uri.includes("*"));

/** Changes when the table must be created again; undefined while no file is there. */
export function versionOf(table: ExternalTable, mirrorDirectory: string): string | undefined {
  const patterns = filePatterns(table, mirrorDirectory);
  if (!isCopied(table)) return patterns.some((pattern) => globSync(pattern).length > 0) ? "present" : undefined;
  const stats = patterns.map((path) => statSync(path, { bigint: true, throwIfNoEntry: false }));
  if (stats.every((file) => file === undefined)) return undefined;
  return stats.map((file) => file && `${file.ino} ${file.size} ${file.mtimeNs}`).join(", ");
}

/** Names a table's files to the queries of a session, with `dates` only those of these days where that is possible. */
export function namedFiles(table: ExternalTable, mirrorDirectory: string, dates?: Dates): string {
  if (isCopied(table)) return "";
  const some = dates ? filesOfDays(table, mirrorDirectory, dates) : [];
  const files = some.length > 0 ? some : filePatterns(table, mirrorDirectory);
  return `SET VARIABLE ${identifier(table.name)} = ${list(files)};\n`;
}

/** Creates the table over its present files; one of many files reads those that the session names. */
export function filledTable(table: ExternalTable, mirrorDirectory: string): string {
  const options = [
    "format = 'newline_delimited'",
    `columns = {${table.columns.map((column) => `${identifier(column.name)}: ${quoted(duckDbType(column))}`).join(", ")}}`,
    `hive_partitioning = ${table.hive !== undefined}`,
    ...(table.hive ? [`hive_types = {${declarations(table.hive.keys, ": ")}}`] : []),
  ];
  const files = isCopied(table) ? list(filePatterns(table, mirrorDirectory)) : `getvariable(${quoted(table.name)})`;
  return createTable(table, `SELECT ${names(table)} FROM read_json(${files}, ${options.join(", ")})`);
}

const createTable = (table: ExternalTable, query: string) =>
  `CREATE OR REPLACE ${isCopied(table) ? "TABLE" : "VIEW"} ${identifier(table.name)} AS ${query}`;
const allColumns = ({ columns, hive }: ExternalTable) => [...columns, ...(hive?.keys ?? [])];
const names = (table: ExternalTable) =>
  allColumns(table)
    .map((column) => identifier(column.name))
    .join(", ");
const declarations = (columns: readonly Column[], separator: string) =>
  columns.map((column) => `${identifier(column.name)}${separator}${duckDbType(column)}`).join(", ");
