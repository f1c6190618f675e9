/** Results of DuckDB in the form of BigQuery's REST answers, and query parameters in the form that DuckDB takes. */
import type { DuckDBValue } from "@duckdb/node-api";
import { z } from "zod";
import type { Parameters } from "../warehouse/googlesql";
import { toDate, toMicros, toTimestamp } from "../warehouse/native";
import type { ResultColumn, Row, Value } from "../warehouse/rows";
import type { Result } from "../warehouse/warehouse";

/** A page of rows: each cell is `{v}`, text or null. */
export function pageOf({ columns, rows }: Result, start: number, max: number) {
  const page = rows.slice(start, start + max);
  const next = start + page.length;
  return {
    schema: { fields: columns.map(fieldOf) },
    rows: page.map((row) => rowOf(row, columns)),
    totalRows: String(rows.length),
    ...(next < rows.length && { pageToken: String(next) }),
  };
}

const queryParameter = z.object({
  name: z.string(),
  parameterType: z.object({ type: z.string() }),
  parameterValue: z.object({ value: z.union([z.string(), z.number(), z.boolean()]).nullish() }),
});
export const queryParameters = z
  .array(queryParameter)
  .default([])
  .transform(
    (all): Parameters =>
      Object.fromEntries(
        all.map(({ name, parameterType, parameterValue }) => [name, toValue(parameterType.type, parameterValue.value)]),
      ),
  );

function toValue(type: string, value: string | number | boolean | null | undefined): DuckDBValue {
  if (value === null || value === undefined) return null;
  if (["INT64", "INTEGER", "FLOAT64", "FLOAT", "NUMERIC"].includes(type)) return Number(value);
  if (type === "BOOL" || type === "BOOLEAN") return value === true || value === "true";
  if (type === "DATE") return toDate(String(value));
  if (type === "TIMESTAMP") return toTimestamp(String(value));
  return String(value);
}

const fieldOf = ({ name, type, mode }: ResultColumn) => ({ name, type, mode: mode ?? "NULLABLE" });

const rowOf = (row: Row, columns: readonly ResultColumn[]) => ({
  f: columns.map((column) => ({ v: cell(row[column.name] ?? null, column) })),
});

function cell(value: Value, { name, type, mode }: ResultColumn): unknown {
  if (value === null) return mode === "REPEATED" ? [] : null;
  if (mode === "REPEATED" && Array.isArray(value)) return value.map((each) => ({ v: cell(each, { name, type }) }));
  if (type === "TIMESTAMP") return toMicros(String(value)).toString();
  if (typeof value === "object")
    throw new Error(`The column ${name} is a structure, which local mode does not answer.`);
  return String(value);
}
