/** Which days a query asks for, by its text. */
import { DuckDBDateValue } from "@duckdb/node-api";
import { askedDates } from "../../local/google/duckdb/dates";
import { toDuckDb } from "../../local/google/duckdb/googlesql";

const asked = async (condition: string, parameters = {}) =>
  askedDates(
    await toDuckDb(
      `SELECT site, import_wh FROM \`wattlake.energy_daily\` AS e WHERE ${condition} ORDER BY date`,
      parameters,
    ),
    new Set(["energy_daily"]),
  );

test.each([
  ["date = DATE '2025-06-01'", "2025-06-01", "2025-06-01"],
  ["e.date = '2025-06-01' AND site = 'a'", "2025-06-01", "2025-06-01"],
  ["e.date BETWEEN DATE '2025-06-01' AND '2025-06-03'", "2025-06-01", "2025-06-03"],
  ["(date >= DATE '2025-06-01' AND (date < DATE '2025-06-04')) AND import_wh > 1", "2025-06-01", "2025-06-04"],
  ["date > '2025-06-01' AND date <= '2025-06-04' AND date >= '2025-06-03'", "2025-06-03", "2025-06-04"],
  ["(site = 'a' OR site = 'b') AND date = DATE '2025-06-02'", "2025-06-02", "2025-06-02"],
  ["date BETWEEN @from_date AND @to_date", "2025-06-05", "2025-06-06"],
])("%s asks for few days", async (condition, from, to) => {
  const parameters = { from_date: "2025-06-05", to_date: new DuckDBDateValue(20_245) };
  expect(await asked(condition, parameters)).toEqual({ from, to });
});

test.each([
  "site = 'a'",
  "date >= DATE '2025-06-01'",
  "date = DATE '2025-06-01' OR site = 'a'",
  "NOT date = DATE '2025-06-01'",
  "date NOT BETWEEN DATE '2025-06-01' AND DATE '2025-06-03'",
  "date != DATE '2025-06-01'",
  "date = DATE_ADD(DATE '2025-06-01', INTERVAL 1 DAY)",
  "CAST(date AS STRING) = '2025-06-01'",
  "date = '2025-06'",
  "date = '2025-02-31'",
  "DATE '2025-06-01' = date",
  "month = DATE '2025-06-01'",
  "date = (SELECT MAX(date) FROM `wattlake.energy_daily`)",
  "date = DATE '2025-06-01' AND EXISTS (SELECT 1 FROM `wattlake.energy_daily` AS o WHERE o.import_wh > e.import_wh)",
])("%s may ask for any", async (condition) => {
  expect(await asked(condition)).toBeUndefined();
});

test.each([
  "SELECT * FROM `wattlake.energy_monthly` WHERE date = DATE '2025-06-01'",
  "SELECT * FROM `wattlake.energy_daily` AS a JOIN `wattlake.energy_daily` AS b ON TRUE WHERE a.date = DATE '2025-06-01'",
  "SELECT * FROM `wattlake.energy_daily` AS a, `wattlake.energy_daily` AS b WHERE a.date = DATE '2025-06-01'",
  "SELECT * FROM (SELECT * FROM `wattlake.energy_daily`) WHERE date = DATE '2025-06-01'",
  "WITH a AS (SELECT * FROM `wattlake.energy_daily`) SELECT * FROM a WHERE date = DATE '2025-06-01'",
  "SELECT * FROM `wattlake.energy_daily` WHERE date = DATE '2025-06-01' UNION ALL SELECT * FROM `wattlake.energy_daily`",
  "SELECT 1 AS date",
])("%s may ask for any", async (query) => {
  expect(askedDates(await toDuckDb(query), new Set(["energy_daily"]))).toBeUndefined();
});
