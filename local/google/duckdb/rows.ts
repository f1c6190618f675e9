/** Turns DuckDB's results into plain rows with BigQuery's type names. */
import {
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  type DuckDBResultReader,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  DuckDBTypeId,
  type DuckDBValue,
} from "@duckdb/node-api";
import type { ColumnType } from "../../../sql/tables";

/** Timestamps are ISO 8601 in UTC with as many digits as they need, dates `YYYY-MM-DD`, numbers numbers. */
export type Value = string | number | boolean | null | readonly Value[] | { readonly [field: string]: Value };
export type Row = Record<string, Value>;

export interface ResultColumn {
  readonly name: string;
  readonly type: ColumnType | "DATETIME";
  readonly mode?: "REPEATED";
}

export function plainRows(reader: DuckDBResultReader): Row[] {
  return reader.getRowObjects().map((row) => plainFields(Object.entries(row)));
}

export function resultColumns(reader: DuckDBResultReader): ResultColumn[] {
  const types = reader.columnTypes();
  return reader.deduplicatedColumnNames().map((name, index) => ({ name, ...bigQueryType(types[index]) }));
}

function plainFields(entries: Iterable<[string, DuckDBValue]>): Row {
  return Object.fromEntries([...entries].map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: DuckDBValue): Value {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return value;
  // Beyond 2^53 a number would lie; BigQuery's own JSON has such integers as text.
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (value instanceof DuckDBTimestampTZValue) return isoText(value.micros);
  if (value instanceof DuckDBTimestampValue) return isoText(value.micros).slice(0, -1);
  if (value instanceof DuckDBDateValue) return value.toString();
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  if (value instanceof DuckDBListValue) return value.items.map(plainValue);
  if (value instanceof DuckDBStructValue) return plainFields(Object.entries(value.entries));
  throw new Error(`no plain form for a value of DuckDB: ${String(value)}`);
}

function isoText(micros: bigint): string {
  const rest = ((micros % 1000n) + 1000n) % 1000n;
  const text = new Date(Number((micros - rest) / 1000n)).toISOString();
  return rest === 0n ? text : text.replace("Z", `${rest.toString().padStart(3, "0")}Z`);
}

function bigQueryType(type: DuckDBType | undefined): Omit<ResultColumn, "name"> {
  switch (type?.typeId) {
    case DuckDBTypeId.VARCHAR:
      return { type: "STRING" };
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.HUGEINT:
      return { type: "INT64" };
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE:
      return { type: "FLOAT64" };
    case DuckDBTypeId.BOOLEAN:
      return { type: "BOOL" };
    case DuckDBTypeId.DATE:
      return { type: "DATE" };
    case DuckDBTypeId.TIMESTAMP_TZ:
      return { type: "TIMESTAMP" };
    case DuckDBTypeId.TIMESTAMP:
      return { type: "DATETIME" };
    case DuckDBTypeId.DECIMAL:
      return { type: "NUMERIC" };
    case DuckDBTypeId.STRUCT:
      return { type: "RECORD" };
    case DuckDBTypeId.LIST:
      return { ...bigQueryType(elementType(type)), mode: "REPEATED" };
    default:
      throw new Error(`no type of BigQuery for ${String(type)}`);
  }
}

function elementType(list: DuckDBType): DuckDBType | undefined {
  return "valueType" in list ? list.valueType : undefined;
}
