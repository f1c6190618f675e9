/**
 * GoogleSQL functions as DuckDB macros, where DuckDB's function of the same name (or what the translator makes of it)
 * means something else. Each is the GoogleSQL name with `bq_` before it; arities are overloads.
 */

/** Micros of a part with a fixed length; DuckDB folds it where the part is a literal. */
const partMicros = `CASE part WHEN 'MICROSECOND' THEN 1 WHEN 'MILLISECOND' THEN 1000 WHEN 'SECOND' THEN 1000000
  WHEN 'MINUTE' THEN 60000000 WHEN 'HOUR' THEN 3600000000 WHEN 'DAY' THEN 86400000000
  ELSE error('no fixed length: ' || part) END`;

const partInterval = `CASE part WHEN 'DAY' THEN INTERVAL 1 DAY WHEN 'WEEK' THEN INTERVAL 7 DAY
  WHEN 'MONTH' THEN INTERVAL 1 MONTH WHEN 'QUARTER' THEN INTERVAL 3 MONTH WHEN 'YEAR' THEN INTERVAL 1 YEAR
  ELSE error('not a part of a date: ' || part) END`;

/** GoogleSQL's week begins on Sunday, ISOWEEK and DuckDB's on Monday. */
const dateTrunc = (value: string) => `CASE part
  WHEN 'WEEK' THEN CAST(date_trunc('week', ${value} + INTERVAL 1 DAY) - INTERVAL 1 DAY AS DATE)
  ELSE CAST(date_trunc(replace(part, 'ISOWEEK', 'WEEK'), ${value}) AS DATE) END`;

/** Weeks since 1970, which began on a Thursday: 4 days after a Sunday, 3 after a Monday. */
const weekNumber = (day: string, offset: number) =>
  `CAST(floor((${day} - DATE '1970-01-01' + ${offset}) / 7) AS BIGINT)`;

/** Hours and minutes are cut by the offset in force, so the two runs of a repeated hour stay apart. */
const zonedTrunc = `CASE WHEN part IN ('HOUR', 'MINUTE', 'SECOND')
  THEN ts - ((ts AT TIME ZONE zone) - date_trunc(part, ts AT TIME ZONE zone))
  ELSE date_trunc(part, ts AT TIME ZONE zone) AT TIME ZONE zone END`;

const macros: Readonly<Record<string, string>> = {
  DIV: "(a, b) AS a // b",
  TIMESTAMP_MICROS: "(n) AS make_timestamptz(n)",
  TIMESTAMP_MILLIS: "(n) AS make_timestamptz(n * 1000)",
  TIMESTAMP_SECONDS: "(n) AS make_timestamptz(n * 1000000)",
  UNIX_MICROS: "(ts) AS epoch_us(ts)",
  UNIX_MILLIS: "(ts) AS CAST(floor(epoch_us(ts) / 1000) AS BIGINT)",
  UNIX_SECONDS: "(ts) AS CAST(floor(epoch_us(ts) / 1000000) AS BIGINT)",
  UNIX_DATE: "(d) AS d - DATE '1970-01-01'",
  TIMESTAMP_TRUNC: `(ts, part) AS date_trunc(part, ts), (ts, part, zone) AS ${zonedTrunc}`,
  TIMESTAMP_DIFF: `(a, b, part) AS (epoch_us(a) - epoch_us(b)) // (${partMicros})`,
  TIMESTAMP_ADD: `(ts, n, part) AS ts + to_microseconds(n * (${partMicros}))`,
  TIMESTAMP_SUB: `(ts, n, part) AS ts - to_microseconds(n * (${partMicros}))`,
  TIMESTAMP: "(d) AS CAST(d AS TIMESTAMPTZ), (d, zone) AS CAST(d AS TIMESTAMP) AT TIME ZONE zone",
  DATETIME: "(ts) AS ts AT TIME ZONE 'UTC', (ts, zone) AS ts AT TIME ZONE zone",
  DATE: `(ts) AS CAST(ts AS DATE), (ts, zone) AS CAST(ts AT TIME ZONE zone AS DATE),
    (year, month, day) AS make_date(year, month, day)`,
  DATE_TRUNC: `(d, part) AS ${dateTrunc("CAST(d AS TIMESTAMP)")}`,
  DATE_ADD: `(d, n, part) AS CAST(d + n * (${partInterval}) AS DATE)`,
  DATE_SUB: `(d, n, part) AS CAST(d - n * (${partInterval}) AS DATE)`,
  DATE_DIFF: `(a, b, part) AS CASE part
    WHEN 'WEEK' THEN ${weekNumber("a", 4)} - ${weekNumber("b", 4)}
    WHEN 'ISOWEEK' THEN ${weekNumber("a", 3)} - ${weekNumber("b", 3)}
    ELSE date_diff(part, b, a) END`,
  GREATEST: `(a, b) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE greatest(a, b) END,
    (a, b, c) AS CASE WHEN a IS NULL OR b IS NULL OR c IS NULL THEN NULL ELSE greatest(a, b, c) END`,
  LEAST: `(a, b) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE least(a, b) END,
    (a, b, c) AS CASE WHEN a IS NULL OR b IS NULL OR c IS NULL THEN NULL ELSE least(a, b, c) END`,
  CONCAT: "(a, b) AS a || b, (a, b, c) AS a || b || c, (a, b, c, d) AS a || b || c || d",
  EXTRACT_DAYOFWEEK: "(ts) AS 1 + dayofweek(ts)",
  EXTRACT_DATE: "(ts) AS CAST(ts AS DATE)",
};

/** The GoogleSQL functions that have a macro, in capitals. */
export const macroNames: ReadonlySet<string> = new Set(Object.keys(macros));

/** `CREATE MACRO` statements, once for each database. */
export const macroStatements: readonly string[] = Object.entries(macros).map(
  ([name, overloads]) => `CREATE MACRO bq_${name.toLowerCase()}${overloads}`,
);
