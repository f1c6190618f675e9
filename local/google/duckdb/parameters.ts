/** Named parameters of a query: `@from_date` in GoogleSQL, `$bq_from_date` in DuckDB's text, bound when it runs. */
import {
  BIGINT,
  BOOLEAN,
  DATE,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDateValue,
  type DuckDBPreparedStatement,
  type DuckDBResultReader,
  DuckDBTimestampTZValue,
  type DuckDBType,
  type DuckDBValue,
  SQLNULL,
  TIMESTAMPTZ,
  VARCHAR,
} from "@duckdb/node-api";

/** Values by name, without the `@`: INT64 as a bigint, FLOAT64 as a number. */
export type Parameters = Readonly<Record<string, DuckDBValue>>;

/** The translator takes no keyword for a parameter's name. */
const prefix = "bq_";

/** DuckDB's form of the parameter `@name`. */
export const parameterOf = (text: string): string => `$${prefix}${text.slice(1)}`;

/** Runs one statement. @throws where a parameter has no value, or one of a type that local mode does not pass. */
export async function runWithParameters(
  connection: DuckDBConnection,
  duckDbSql: string,
  parameters: Parameters,
): Promise<DuckDBResultReader> {
  // DuckDB plans a prepared statement twice.
  if (!duckDbSql.includes(`$${prefix}`)) return connection.runAndReadAll(duckDbSql);
  const statement = await connection.prepare(duckDbSql);
  try {
    bind(statement, parameters);
    return await statement.runAndReadAll();
  } finally {
    statement.destroySync();
  }
}

/** As in BigQuery, the case of a parameter's name does not matter. */
function bind(statement: DuckDBPreparedStatement, parameters: Parameters): void {
  const given = Object.entries(parameters);
  for (let index = 1; index <= statement.parameterCount; index++) {
    const name = statement.parameterName(index).replace(prefix, "");
    const [, value] = given.find(([each]) => each.toLowerCase() === name.toLowerCase()) ?? [];
    if (value === undefined) {
      const names = given.map(([each]) => `@${each}`).join(", ");
      throw new Error(`the parameter @${name} has no value; given: ${names || "none"}`);
    }
    const type = typeOf(value);
    if (type === undefined) throw new Error(`local mode does not pass the parameter @${name}: ${value}`);
    statement.bindValue(index, value, type);
  }
}

function typeOf(value: DuckDBValue): DuckDBType | undefined {
  if (value === null) return SQLNULL;
  if (typeof value === "string") return VARCHAR;
  if (typeof value === "number") return DOUBLE;
  if (typeof value === "bigint") return BIGINT;
  if (typeof value === "boolean") return BOOLEAN;
  if (value instanceof DuckDBDateValue) return DATE;
  if (value instanceof DuckDBTimestampTZValue) return TIMESTAMPTZ;
  return undefined;
}
