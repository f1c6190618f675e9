/** External tables: each is a view of its files, with the declared columns. What is said of a missing file: `refusals.ts`. */
import { globSync } from "node:fs";
import { join } from "node:path";
import type { Column, ColumnType, ExternalTable } from "../../../sql/tables";

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

/** Whether its files may be many; DuckDB finds new ones by itself. */
export const isOfMany = ({ uris }: ExternalTable): boolean => uris.some((uri) => uri.includes("*"));

export const hasFiles = (table: ExternalTable, mirrorDirectory: string): boolean =>
  filePatterns(table, mirrorDirectory).some((pattern) => globSync(pattern).length > 0);

/** Creates the table over its files. */
export function filledTable(table: ExternalTable, mirrorDirectory: string): string {
  const options = [
    "format = 'newline_delimited'",
    `columns = {${table.columns.map((column) => `${identifier(column.name)}: ${quoted(duckDbType(column))}`).join(", ")}}`,
    `hive_partitioning = ${table.hive !== undefined}`,
    ...(table.hive ? [`hive_types = {${declarations(table.hive.keys, ": ")}}`] : []),
  ];
  const patterns = filePatterns(table, mirrorDirectory).map(quoted).join(", ");
  return createView(table, `SELECT ${names(table)} FROM read_json([${patterns}], ${options.join(", ")})`);
}

const createView = ({ name }: ExternalTable, query: string) => `CREATE OR REPLACE VIEW ${identifier(name)} AS ${query}`;
const allColumns = ({ columns, hive }: ExternalTable) => [...columns, ...(hive?.keys ?? [])];
const names = (table: ExternalTable) =>
  allColumns(table)
    .map((column) => identifier(column.name))
    .join(", ");
const declarations = (columns: readonly Column[], separator: string) =>
  columns.map((column) => `${identifier(column.name)}${separator}${duckDbType(column)}`).join(", ");
