/**
 * External tables over files, with the declared columns. A table of many files is a view of `read_json`, which looks for
 * new ones in every query. A table of one file is copied, anew when the file changes: queries name these often, and each
 * mention of a `read_json` view costs a query a millisecond of planning. Without a file either has no rows.
 */
import { globSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Column, ColumnType, ExternalTable } from "../../sql/tables";

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

/** Creates the table over its present files. */
export function filledTable(table: ExternalTable, mirrorDirectory: string): string {
  const options = [
    "format = 'newline_delimited'",
    `columns = {${table.columns.map((column) => `${identifier(column.name)}: ${quoted(duckDbType(column))}`).join(", ")}}`,
    `hive_partitioning = ${table.hive !== undefined}`,
    ...(table.hive ? [`hive_types = {${declarations(table.hive.keys, ": ")}}`] : []),
  ];
  const patterns = filePatterns(table, mirrorDirectory).map(quoted).join(", ");
  return createTable(table, `SELECT ${names(table)} FROM read_json([${patterns}], ${options.join(", ")})`);
}

/** Creates the table without rows. */
export function emptyTable(table: ExternalTable): string {
  const columns = allColumns(table).map(
    (column) => `CAST(NULL AS ${duckDbType(column)}) AS ${identifier(column.name)}`,
  );
  return createTable(table, `SELECT ${columns.join(", ")} WHERE FALSE`);
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
