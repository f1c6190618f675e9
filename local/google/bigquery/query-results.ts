/** Results of DuckDB in the form of BigQuery's REST answers, and query parameters in the form that DuckDB takes. */
import type { DuckDBValue } from "@duckdb/node-api";
import { z } from "zod";
import {
  type Parameters,
  type Result,
  type ResultColumn,
  type Row,
  toDate,
  toMicros,
  toTimestamp,
  type Value,
} from "../duckdb";

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

const integer = z.coerce.bigint();
const float = z.coerce.number().or(z.enum(["NaN", "Infinity", "-Infinity"]).transform(Number));
const boolean = z.stringbool();
/** Python's client has a space and +00:00 where the others have T and Z. */
const instant = z
  .string()
  .transform((text) => text.replace(" ", "T").replace(/\+00:00$/, "Z"))
  .pipe(z.iso.datetime({ offset: true }));
/** Of each type what BigQuery's clients send, and what DuckDB takes; civil times it reads from text. */
const parameterTypes = {
  STRING: z.string(),
  ...{ INT64: integer, INTEGER: integer },
  ...{ FLOAT64: float, FLOAT: float, NUMERIC: float, BIGNUMERIC: float },
  ...{ BOOL: boolean, BOOLEAN: boolean },
  DATE: z.iso.date().transform(toDate),
  TIMESTAMP: instant.transform(toTimestamp),
  ...{ DATETIME: z.string(), TIME: z.string() },
};
const typeNames = z.object(parameterTypes).keyof();
const queryParameter = z
  .object({
    name: z.string("Local mode takes named parameters only."),
    parameterType: z.object({
      type: z.enum(typeNames.enum, `Local mode takes parameters of ${typeNames.options.join(", ")} only.`),
    }),
    parameterValue: z.object({ value: z.coerce.string().nullish() }),
  })
  .transform(({ name, parameterType: { type }, parameterValue: { value } }, context): [string, DuckDBValue] => {
    if (value === null || value === undefined) return [name, null];
    const { success, data } = parameterTypes[type].safeParse(value);
    if (!success) context.addIssue(`@${name} is no ${type}: ${value}`);
    return [name, data ?? null];
  });
export const queryParameters = z
  .array(queryParameter)
  .default([])
  .transform((all): Parameters => Object.fromEntries(all));

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
