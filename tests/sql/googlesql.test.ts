/** What DuckDB makes of GoogleSQL, construct by construct, against ZetaSQL's own answer. */
import { toDuckDb } from "../../local/google/duckdb/googlesql";
import { type Engines, openEngines } from "./engines";
import { type Lake, layOut, stackConfig } from "./lake";

let engines: Engines;
let lake: Lake;
beforeAll(async () => {
  engines = await openEngines();
  const meter = { id: "em", model: "EM", channels: [{ index: 0, name: "Grid", role: "grid" }] };
  const site = { id: "home", timezone: "Europe/Warsaw", currency: "PLN", meters: [meter] };
  lake = await layOut(stackConfig([site], "2025-06-01", "2025-06-02"), []);
});
afterAll(() => engines.close());

const repeatedHour = "TIMESTAMP '2025-10-26 00:30:00+00'";
const kathmandu = "TIMESTAMP '2025-06-01 10:20:30+00', HOUR, 'Asia/Kathmandu'";

test.each([
  ["DIV keeps its arguments together", "DIV(7 - 1, 4), DIV(-7, 2), 2 * DIV(9, 2)"],
  ["MOD", "MOD(-7, 3)"],
  [
    "instants and numbers",
    "TIMESTAMP_MICROS(1), UNIX_MICROS(TIMESTAMP '2025-06-01 00:00:00.5+00'), TIMESTAMP_SECONDS(-1)",
  ],
  [
    "UNIX_SECONDS and UNIX_MILLIS round down",
    "UNIX_SECONDS(TIMESTAMP '1969-12-31 23:59:59.7+00'), UNIX_MILLIS(TIMESTAMP '2025-06-01 00:00:00.7+00')",
  ],
  ["UNIX_DATE", "UNIX_DATE(DATE '2025-06-01')"],
  [
    "TIMESTAMP_TRUNC",
    "TIMESTAMP_TRUNC(TIMESTAMP '2025-06-01 10:20:30+00', HOUR), TIMESTAMP_TRUNC(TIMESTAMP '2025-06-01 23:20:30+00', DAY, 'Europe/Warsaw')",
  ],
  [
    "TIMESTAMP_TRUNC in the repeated hour",
    `TIMESTAMP_TRUNC(${repeatedHour}, HOUR, 'Europe/Warsaw'), TIMESTAMP_TRUNC(TIMESTAMP_ADD(${repeatedHour}, INTERVAL 1 HOUR), HOUR, 'Europe/Warsaw')`,
  ],
  ["TIMESTAMP_TRUNC in a zone of three quarters", `TIMESTAMP_TRUNC(${kathmandu})`],
  [
    "TIMESTAMP_DIFF counts whole parts",
    "TIMESTAMP_DIFF(TIMESTAMP '2025-06-01 02:00:01+00', TIMESTAMP '2025-06-01 00:59:59+00', HOUR), TIMESTAMP_DIFF(TIMESTAMP '2025-06-01 00:00:00+00', TIMESTAMP '2025-06-01 00:00:01.5+00', SECOND)",
  ],
  [
    "TIMESTAMP_ADD and TIMESTAMP_SUB",
    "TIMESTAMP_ADD(TIMESTAMP '2025-03-30 00:00:00+00', INTERVAL 2 DAY), TIMESTAMP_SUB(TIMESTAMP '2025-03-30 00:00:00+00', INTERVAL 1 + 1 MINUTE)",
  ],
  [
    "a day of an instant",
    "DATE(TIMESTAMP '2025-06-01 23:30:00+00'), DATE(TIMESTAMP '2025-06-01 23:30:00+00', 'Europe/Warsaw'), DATE(2025, 6, 1)",
  ],
  [
    "an instant of a day",
    "TIMESTAMP(DATE '2025-03-30', 'Europe/Warsaw'), TIMESTAMP(DATE '2025-03-31', 'Europe/Warsaw')",
  ],
  ["a civil time", "DATETIME(TIMESTAMP '2025-06-01 23:30:00+00', 'Europe/Warsaw')"],
  [
    "DATE_ADD and DATE_SUB are dates",
    "DATE_ADD(DATE '2025-01-31', INTERVAL 1 MONTH), DATE_SUB(DATE '2025-03-01', INTERVAL 1 DAY)",
  ],
  [
    "DATE_TRUNC",
    "DATE_TRUNC(DATE '2025-06-11', MONTH), DATE_TRUNC(DATE '2025-06-11', WEEK), DATE_TRUNC(DATE '2025-06-11', ISOWEEK), DATE_TRUNC(DATE '2025-06-11', YEAR)",
  ],
  [
    "DATE_DIFF",
    "DATE_DIFF(DATE '2025-06-01', DATE '2025-05-31', WEEK), DATE_DIFF(DATE '2025-06-01', DATE '2024-05-31', MONTH), DATE_DIFF(DATE '2025-06-03', DATE '2025-05-31', DAY)",
  ],
  [
    "EXTRACT",
    "EXTRACT(DAYOFWEEK FROM DATE '2025-06-01'), EXTRACT(HOUR FROM TIMESTAMP '2025-06-01 23:30:00+00' AT TIME ZONE 'Europe/Warsaw'), EXTRACT(DATE FROM TIMESTAMP '2025-06-01 23:30:00+00' AT TIME ZONE 'Europe/Warsaw')",
  ],
  [
    "NULL in GREATEST, LEAST and CONCAT",
    "GREATEST(1, NULL), LEAST(1, 2, NULL), (SELECT CONCAT('a', NULLIF(x, 'b')) FROM UNNEST(['b']) AS x), GREATEST(1, 3, 2), CONCAT('a', 'b', 'c')",
  ],
  ["decimal literals are floats", "0.1 + 0.2 = 0.3, 7 / 2, 2.5"],
  ["SAFE_DIVIDE, NULLIF and IFNULL", "SAFE_DIVIDE(1, 0), NULLIF(1, 1), IFNULL(NULL, 2)"],
  [
    "columns that are called like parts",
    "(SELECT DATE_TRUNC(month, MONTH) FROM (SELECT DATE '2025-06-11' AS month)), (SELECT hour FROM (SELECT 3 AS hour))",
  ],
  [
    "escapes in literals",
    `'\\u017c \\U0001D11E \\x41\\X42 \\101 \\? \\" \\\\u0041', "\\a\\b\\f\\n\\r\\t\\v", r'\\u017c\\n', '''a\\'"\n'b'''`,
  ],
  ["text that looks like syntax", "'@a DIV(1, 2) `x.y` 0.5', \"it's -- no comment\""],
])("%s", async (_, expressions) => {
  await engines.agreed(
    lake,
    `SELECT ${expressions}`.replace(/^SELECT (.*)$/s, (_all, list: string) => `SELECT ${named(list)}`),
  );
});

/** Gives each expression of a list a name: the engines name them differently. */
function named(list: string): string {
  let depth = 0;
  let quote = "";
  let count = 0;
  let text = "";
  for (const character of list) {
    if (quote ? character === quote : /['"`]/.test(character)) quote = quote ? "" : character;
    if (!quote && character === "(") depth += 1;
    if (!quote && character === ")") depth -= 1;
    text += !quote && depth === 0 && character === "," ? ` AS c${count++},` : character;
  }
  return `${text} AS c${count}`;
}

test("aggregates, windows and lists", async () => {
  await engines.agreed(
    lake,
    `SELECT site, n, COUNTIF(n > 1) OVER (PARTITION BY site) AS c, LOGICAL_OR(n = 2) OVER (PARTITION BY site) AS o,
       LAST_VALUE(IF(n = 2, NULL, n) IGNORE NULLS) OVER (PARTITION BY site ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS l,
       SUM(n) OVER (PARTITION BY site ORDER BY n RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) AS s
     FROM \`wattlake.meters\`, UNNEST(GENERATE_ARRAY(1, 3)) AS n ORDER BY n`,
  );
});

const lists =
  "(SELECT site, n, IF(n = 2, NULL, GENERATE_ARRAY(1, n)) AS list FROM `wattlake.meters`, UNNEST([0, 1, 2, 3]) AS n)";

test.each([
  ["empty lists and NULL have no element", `SELECT n, e FROM ${lists} AS t, UNNEST(list) AS e ORDER BY n, e`],
  ["a relation without a name", `SELECT n, e FROM ${lists}, UNNEST(list) AS e ORDER BY n, e`],
  [
    "columns of the relation alone",
    `SELECT t.*, e FROM ${lists} AS t, UNNEST(GENERATE_ARRAY(n, 4)) AS e ORDER BY n, e`,
  ],
  [
    "all columns, the element last",
    "SELECT *, e + 1 AS f FROM `wattlake.site_days` AS d, UNNEST([1, EXTRACT(MONTH FROM d.date)]) AS e ORDER BY date, e",
  ],
  ["several lists", `SELECT n, e, f FROM ${lists} AS t, UNNEST(list) AS e, UNNEST([e, 10]) AS f ORDER BY n, e, f`],
  [
    "records, filters and groups",
    "SELECT m.device, SUM(e.a) AS total FROM `wattlake.meters` AS m, UNNEST([STRUCT(1 AS a), STRUCT(m.channel + 2 AS a), STRUCT(4 AS a)]) AS e WHERE e.a > 1 GROUP BY m.device ORDER BY m.device",
  ],
  [
    "a join after the list",
    `SELECT t.n, e, m.device FROM ${lists} AS t, UNNEST(list) AS e JOIN \`wattlake.meters\` AS m ON m.channel = e - 1 ORDER BY t.n, e`,
  ],
  ["rows without an element", `SELECT n, e FROM ${lists} AS t LEFT JOIN UNNEST(list) AS e ON TRUE ORDER BY n, e`],
])("a list in FROM: %s", async (_, query) => {
  expect(await engines.agreed(lake, query)).not.toEqual([]);
});

const steps = "(SELECT n, IF(MOD(n, 3) = 1, NULL, n * n) AS x FROM UNNEST(GENERATE_ARRAY(1, 9)) AS n)";
const windows = `WINDOW w AS (PARTITION BY n > 7 ORDER BY n DESC),
  so_far AS (w ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW), earlier AS (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
  ahead AS (w ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING), later AS (w ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)`;

test.each([
  ["before the row", "LAST_VALUE(x IGNORE NULLS) OVER earlier"],
  ["after the row", "FIRST_VALUE(x IGNORE NULLS) OVER later"],
  ["the row's, or before it", "LAST_VALUE(IF(x > 30, NULL, x) IGNORE NULLS) OVER so_far"],
  ["the row's, or after it", "FIRST_VALUE(IF(x > 30, NULL, x) IGNORE NULLS) OVER ahead"],
  ["in an expression", "n - IFNULL(LAST_VALUE(x IGNORE NULLS) OVER earlier, 0)"],
  [
    "in a window without a name",
    "LAST_VALUE(x IGNORE NULLS) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)",
  ],
  [
    "in a window of its own",
    "LAST_VALUE(x IGNORE NULLS) OVER (ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)",
  ],
])("the nearest known value: %s", async (_, expression) => {
  const query = `SELECT n, ${expression} AS y FROM ${steps} AS s ${windows} ORDER BY n`;
  expect(await engines.agreed(lake, query)).not.toEqual([]);
});

test.each([
  [
    "the whole frame's last",
    "LAST_VALUE(x IGNORE NULLS) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)",
  ],
  ["the frame's first", "FIRST_VALUE(x IGNORE NULLS) OVER so_far"],
  ["NULL among them", "LAST_VALUE(x) OVER so_far"],
  ["two rows away", "LAST_VALUE(x IGNORE NULLS) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 2 PRECEDING)"],
  ["by value", "LAST_VALUE(x IGNORE NULLS) OVER (w RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"],
  [
    "a window of a query within",
    "(SELECT MAX(y) FROM (SELECT FIRST_VALUE(z IGNORE NULLS) OVER later AS y FROM UNNEST([1, 2, 3]) AS z WINDOW later AS (ORDER BY z ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)))",
  ],
])("not the nearest known value: %s", async (_, expression) => {
  const query = `SELECT n, ${expression} AS y FROM ${steps} AS s ${windows} ORDER BY n`;
  expect(await engines.agreed(lake, query)).not.toEqual([]);
});

test("relations in backticks are known by their last name, comments do no harm", async () => {
  expect(await toDuckDb("SELECT a -- why, 0.5\nFROM `my-project.energy.readings` AS r")).toContain(
    'FROM main."readings" AS r',
  );
});

test.each([
  "WITH zone_days AS (SELECT 1 AS n) SELECT COUNT(*) AS n FROM `zone_days`",
  "WITH zone_days AS (SELECT 1 AS n) SELECT COUNT(*) AS n FROM `wattlake.zone_days`",
  "WITH zone_days AS (SELECT * FROM `wattlake.zone_days` WHERE date = DATE '2025-06-01') SELECT date FROM zone_days",
  "WITH zone_days AS (SELECT 1 AS n), more AS (SELECT COUNT(*) AS n FROM `wattlake.zone_days`) SELECT d.n + m.n AS n FROM more AS m, zone_days AS d",
])("a step of the name of a table is not the table: %s", async (query) => {
  expect(await engines.agreed(lake, query)).toHaveLength(1);
});

test.each([
  ["one reader", "WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS y FROM a) SELECT q.y FROM b AS q"],
  [
    "a reader within a condition",
    "WITH a AS (SELECT 1 AS x) SELECT 2 AS y FROM UNNEST([1]) AS n WHERE n IN (SELECT x FROM A)",
  ],
  ["a set", "WITH a AS (SELECT 1 AS x UNION ALL SELECT 2) SELECT SUM(a.x) AS s FROM a"],
  [
    "a window",
    "WITH a AS (SELECT n, SUM(n) OVER w AS s FROM UNNEST([1, 2]) AS n WINDOW w AS (ORDER BY n)) SELECT n, s FROM a ORDER BY n",
  ],
  ["two readers", "WITH a AS (SELECT 1 AS x) SELECT a.x, b.x AS y FROM a JOIN a AS b ON a.x = b.x"],
  [
    "steps of one name",
    "WITH a AS (SELECT 1 AS x), b AS (WITH a AS (SELECT 2 AS x) SELECT x FROM a) SELECT a.x, b.x AS y FROM a, b",
  ],
  [
    "what the parser does not know and DuckDB does",
    "WITH a AS (SELECT x FROM UNNEST([2, 1]) AS x) SELECT STRING_AGG(CAST(x AS STRING), ',' ORDER BY x) AS y FROM a",
  ],
  ["a step before a set", "WITH a AS (SELECT 1 AS x) SELECT x FROM a UNION ALL SELECT x + 1 FROM a ORDER BY x"],
])("steps of a query: %s", async (_, query) => {
  expect(await engines.agreed(lake, query)).not.toEqual([]);
});

test("a function that has no counterpart, or text that is no query, is an error that shows the query", async () => {
  const warehouse = await engines.duckDb(lake);
  await expect(warehouse.query("SELECT FARM_FINGERPRINT('a')")).rejects.toThrow(
    /the query failed: .*farm_fingerprint/is,
  );
  await expect(toDuckDb("SELECT FROM WHERE (")).rejects.toThrow(/GoogleSQL is not understood.*SELECT FROM WHERE \(/s);
  await expect(toDuckDb("SELECT 1; SELECT 2")).rejects.toThrow(/one statement expected, got 2/);
});
