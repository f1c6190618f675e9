/** Mistakes in a question are told with their place in the user's own GoogleSQL. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { reasonOf } from "../../local/google/duckdb";
import { readDuckDbError, traceBack } from "../../local/google/duckdb/mistakes";
import { openWarehouse, type Warehouse } from "../../local/google/duckdb/warehouse";
import { tables } from "../../sql/tables";
import { writeEmptyLake } from "./lake";

const directory = mkdtempSync(join(tmpdir(), "wattlake-mistakes-"));
let warehouse: Warehouse;
beforeAll(async () => {
  writeEmptyLake(directory);
  warehouse = await openWarehouse({ tables, nativeTables: [], functions: [], views: [], mirrorDirectory: directory });
});
afterAll(() => {
  warehouse.close();
  rmSync(directory, { recursive: true });
});

const told = (query: string) =>
  warehouse.execute(query).then(
    () => "no mistake",
    (error: unknown) => reasonOf(error),
  );

test.each([
  [
    "a column that is not there",
    "SELECT site, nonsense FROM `d.meters`",
    /^Referenced column "nonsense" .* at \[1:14\]$/,
  ],
  ["in a later line, after a comment", "SELECT -- nonsense\n  site,\n  nonsense\nFROM `d.meters`", / at \[3:3\]$/],
  [
    "the second of two equal words",
    "SELECT nope FROM (SELECT site AS nope FROM `d.meters`) WHERE (SELECT nope FROM `d.zone_days`) IS NULL AND other = nope",
    /^Referenced column "other" .* at \[1:107\]$/,
  ],
  ["a relation that is not there", "SELECT 1\nFROM `a-project.d.nowhere`", /^Table with name nowhere .* at \[2:6\]$/],
  ["a function that is not there", "SELECT 'é 😀', NO_SUCH(site) FROM `d.meters`", /no_such .* at \[1:15\]$/i],
  ["a word in the wrong place", "SELECT site\nFORM `d.meters` x", /^Syntax error: .* at \[2:\d+\]$/],
  [
    "after words that the translator gets in another length",
    "SELECT TIMESTAMP_DIFF(ts, TIMESTAMP '2025-01-01 00:00:00+00', HOUR), site channel wrong FROM `d.daily_files`",
    /^Syntax error: .* at \[1:83\]$/,
  ],
  ["a text without an end", "SELECT\n 'abc", /^Syntax error: Unterminated string at \[2:2\]$/],
])("%s", async (_, query, expected) => {
  expect(await told(query)).toMatch(expected);
});

test("what has no place has none, and developers see both texts", async () => {
  expect(await told("SELECT 1; SELECT 2")).toBe("one statement expected, got 2");
  await expect(warehouse.execute("SELECT nonsense FROM `d.meters`")).rejects.toThrow(
    /^the query failed: .*SELECT nonsense FROM `d.meters`\n.*SELECT nonsense FROM main/s,
  );
});

test("DuckDB's pointer is found in a line that it shows in part", () => {
  const sql = `SELECT ${"x, ".repeat(40)}wrong FROM t`;
  const excerpt = sql.slice(100, 160);
  const at = sql.indexOf("wrong");
  const message = `Binder Error: Referenced column "wrong" not found\n\nLINE 1: ...${excerpt}...\n${" ".repeat("LINE 1: ...".length + at - 100)}^`;
  expect(readDuckDbError(message, sql)).toEqual({ what: 'Referenced column "wrong" not found', at });
  expect(readDuckDbError("Out of Memory Error: too much", sql)).toEqual({ what: "Out of Memory Error: too much" });
});

test("a word is traced back by its rank, and not at all where the texts differ in it", () => {
  const own = "SELECT a, b.a FROM b";
  expect(traceBack('SELECT a, "b"."a" FROM b', 14, own)).toBe(12);
  expect(traceBack("SELECT a + a, b.a FROM b", 11, own)).toBeUndefined();
  expect(traceBack('SELECT 1 FROM main."b"', 14, "SELECT 1 FROM `x.b`")).toBe(14);
  expect(traceBack("SELECT *", 7, own)).toBeUndefined();
});
