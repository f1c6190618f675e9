/** Named parameters of a query. Their values stand in DuckDB's text: what it has to bind to a query, it plans twice. */
import { DuckDBDateValue, DuckDBTimestampTZValue, type DuckDBValue } from "@duckdb/node-api";
import { quoted } from "./external";

/** Values by name, without the `@`: INT64 as a bigint, FLOAT64 as a number. */
export type Parameters = Readonly<Record<string, DuckDBValue>>;

/**
 * DuckDB's text of a parameter; as in BigQuery, the case of its name does not matter.
 * @throws where it has no value, or one of a type that local mode does not pass.
 */
export function parameterText(name: string, parameters: Parameters): string {
  const given = Object.entries(parameters);
  const [, value] = given.find(([each]) => each.toLowerCase() === name.toLowerCase()) ?? [];
  if (value === undefined) {
    const names = given.map(([each]) => `@${each}`).join(", ");
    throw new Error(`the parameter @${name} has no value; given: ${names || "none"}`);
  }
  const text = literal(value);
  if (text === undefined) throw new Error(`local mode does not pass the parameter @${name}: ${value}`);
  return text;
}

function literal(value: DuckDBValue): string | undefined {
  if (value === null) return "NULL";
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number") return `CAST('${value}' AS DOUBLE)`;
  if (typeof value === "bigint") return `CAST('${value}' AS BIGINT)`;
  if (typeof value === "boolean") return value ? "TRUE" : "FALSE";
  if (value instanceof DuckDBDateValue) return `CAST('${value}' AS DATE)`;
  if (value instanceof DuckDBTimestampTZValue) return `make_timestamptz(${value.micros})`;
  return undefined;
}
