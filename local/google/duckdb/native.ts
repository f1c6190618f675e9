/** Tables that DuckDB keeps itself, for BigQuery's native ones: rows are appended, old partitions dropped. */
import { type DuckDBAppender, type DuckDBConnection, DuckDBDateValue, DuckDBTimestampTZValue } from "@duckdb/node-api";
import type { Column, NativeTable } from "../../../sql/tables";
import { duckDbType, identifier, quoted } from "./external";

/** A row as BigQuery's streaming calls carry it: dates `YYYY-MM-DD`, instants ISO 8601, absent for NULL. */
export type NativeRow = Readonly<Record<string, string | number | boolean | null | undefined>>;

const dayMs = 86_400_000;

export function nativeTableStatement({ name, columns }: NativeTable): string {
  const declarations = columns.map((column) => `${identifier(column.name)} ${duckDbType(column)}`);
  return `CREATE TABLE IF NOT EXISTS ${identifier(name)} (${declarations.join(", ")})`;
}

/** Appends rows as one transaction: queries see all of them or none. */
export async function appendRows(
  connection: DuckDBConnection,
  { name, columns }: NativeTable,
  rows: readonly NativeRow[],
): Promise<void> {
  const appender = await connection.createAppender(name);
  try {
    for (const row of rows) {
      for (const column of columns) append(appender, column, row[column.name] ?? null);
      appender.endRow();
    }
  } finally {
    appender.closeSync();
  }
}

/** Drops the partitions that have expired by `now` (ms), where they expire. */
export async function dropExpired(connection: DuckDBConnection, table: NativeTable, now: number): Promise<void> {
  const expired = lastExpiredDate(table, now);
  if (expired === undefined) return;
  const column = identifier(table.partition.column);
  await connection.run(`DELETE FROM ${identifier(table.name)} WHERE ${column} <= CAST(${quoted(expired)} AS DATE)`);
}

/** The last date `YYYY-MM-DD` whose partition has expired by `now` (ms), where partitions expire. */
export function lastExpiredDate({ partition }: NativeTable, now: number): string | undefined {
  const { expirationDays } = partition;
  if (expirationDays === undefined) return undefined;
  return new Date(now - expirationDays * dayMs).toISOString().slice(0, 10);
}

function append(appender: DuckDBAppender, { name, type }: Column, value: string | number | boolean | null): void {
  if (value === null) appender.appendNull();
  else if (type === "STRING") appender.appendVarchar(String(value));
  else if (type === "INT64") appender.appendBigInt(BigInt(value));
  else if (type === "FLOAT64") appender.appendDouble(Number(value));
  else if (type === "BOOL") appender.appendBoolean(value === true || value === "true");
  else if (type === "DATE") appender.appendDate(toDate(String(value)));
  else if (type === "TIMESTAMP") appender.appendTimestampTZ(toTimestamp(String(value)));
  else throw new Error(`A native table cannot hold ${type} (column ${name}).`);
}

/** Of `2025-06-01`. */
export const toDate = (text: string) => new DuckDBDateValue(Date.parse(text) / dayMs);

/** Of `2025-06-01T12:00:00.123456Z`. */
export const toTimestamp = (text: string) => new DuckDBTimestampTZValue(toMicros(text));

/** Microseconds since 1970 of an ISO 8601 instant in UTC with up to six decimals. */
export function toMicros(text: string): bigint {
  const fraction = /\.(\d+)Z$/.exec(text)?.[1] ?? "";
  return BigInt(Date.parse(text.replace(/\.\d+Z$/, "Z"))) * 1000n + BigInt(fraction.padEnd(6, "0"));
}
