/** A query's parameters: their values on both engines, and that nothing else of a text is taken for one. */
import { listValue } from "@duckdb/node-api";
import fc from "fast-check";
import { toDate, toTimestamp } from "../../local/google/duckdb/native";
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

test.each([
  ["STRING", 'it\'s \\ a "text"\n-- of @two $lines', "@x"],
  ["STRING", "2025-06-01", "CAST(@x AS DATE)"],
  ["STRING", "2025-06-01", "DATE '2025-06-02' > @x"],
  ["STRING", null, "@x IS NULL"],
  ["INT64", -7n, "DIV(@x, 2)"],
  ["INT64", 9_007_199_254_740_993n, "CAST(@x AS STRING)"],
  ["FLOAT64", 5, "@x / 2"],
  ["FLOAT64", -1e300, "@X * 0.1"],
  ["BOOL", false, "@x OR FALSE"],
  ["DATE", "2025-06-01", "DATE_ADD(@x, INTERVAL 1 DAY)"],
  ["TIMESTAMP", "2025-06-01T12:00:00.123Z", "UNIX_MICROS(@x)"],
] as const)("the parameter %s %s in %s", async (type, value, expression) => {
  const warehouse = await engines.duckDb(lake);
  const query = `SELECT ${expression} AS y`;
  const expected = await engines.zetaSql(lake, query, [{ name: "x", type, value }]);
  const given = type === "DATE" ? toDate(value) : type === "TIMESTAMP" ? toTimestamp(value) : value;
  expect(await warehouse.query(query, { x: given })).toEqual(expected.rows);
});

test("a parameter without a value, or of a type that is not passed, is an error with its name", async () => {
  const warehouse = await engines.duckDb(lake);
  await expect(warehouse.query("SELECT @from_date", { to_date: 1n })).rejects.toThrow(
    /@from_date has no value; given: @to_date/,
  );
  await expect(warehouse.query("SELECT @from_date")).rejects.toThrow(/given: none/);
  await expect(warehouse.query("SELECT @list", { list: listValue([1]) })).rejects.toThrow(
    /does not pass the parameter @list/,
  );
});

test("a keyword may be a parameter's name", async () => {
  const warehouse = await engines.duckDb(lake);
  const query = "SELECT @select + 1 AS a, -@From AS b, @date IS NULL AS c";
  expect(await warehouse.query(query, { select: 1n, from: 2n, date: null })).toEqual([{ a: 2, b: -2, c: true }]);
});

test.each(["$a", "@ a", "@`a`", "@@a"])("%s is no parameter", async (text) => {
  const warehouse = await engines.duckDb(lake);
  await expect(warehouse.query(`SELECT ${text}`, { a: 1n })).rejects.toThrow(
    /GoogleSQL is not understood: [$@]+ at character 7/,
  );
});

/** Text that has everything in it that could be taken for a parameter, or for the end of what it stands in. */
const trickyText = fc
  .array(
    fc.constantFrom(
      ...["@a", "$a", "@", "$", "$$", "bq_a", "$bq_a", "bq_parameter_a", "?", "$1", "a", "ż", "𝄞", " ", "\n", ";", ","],
      ...["'", '"', "`", "\\", "\\'", "''", "'''", '"""', "--", "/*", "*/", "#", "(", ")", "TIMESTAMP ", "DIV("],
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));

/** A literal or a name in its quotes; only three of them may have a line break between. */
const quotedText = (text: string, quote: string) =>
  quote + text.replace(/[\\'"`]/g, "\\$&").replaceAll("\n", quote.length > 1 ? "\n" : "\\n") + quote;
const literal = fc.tuple(trickyText, fc.constantFrom("'", '"', "'''", '"""', "r'")).map(([text, quote]) => {
  if (quote !== "r'") return { value: text, text: quotedText(text, quote) };
  const value = text.replace(/[\\'\n]/g, "");
  return { value, text: `r'${value}'` };
});
const line = trickyText.map((text) => text.replaceAll("\n", ""));
const comment = fc.oneof(
  fc.tuple(fc.constantFrom("--", "#"), line).map(([start, text]) => `${start}${text}\n`),
  trickyText.map((text) => `/*${text.replaceAll("*/", "")}*/`),
);
const parameter = fc.oneof(
  fc.record({ type: fc.constant("STRING" as const), value: trickyText }),
  fc.record({ type: fc.constant("INT64" as const), value: fc.maxSafeInteger().map(BigInt) }),
  fc.record({ type: fc.constant("FLOAT64" as const), value: fc.double({ noNaN: true, noDefaultInfinity: true }) }),
  fc.record({ type: fc.constant("BOOL" as const), value: fc.boolean() }),
);

test("literals, comments and names are never taken for a parameter, whatever its value", async () => {
  const warehouse = await engines.duckDb(lake);
  const literals = fc.record({ before: literal, after: literal });
  // Names differ from one another, and none is empty.
  const names = fc.record({
    before: line.map((text) => `b${text}`),
    own: line.map((text) => `o${text}`),
    after: line.map((text) => `a${text}`),
  });
  const comments = fc.record({ before: comment, between: comment, after: comment });
  const property = fc.asyncProperty(parameter, literals, names, comments, async (given, texts, called, said) => {
    const name = (text: string) => quotedText(text, "`");
    const query = `SELECT ${texts.before.text} AS ${name(called.before)} ${said.before},
      @a AS ${name(called.own)} ${said.between}, ${texts.after.text} AS ${name(called.after)} ${said.after}`;
    const { rows } = await engines.zetaSql(lake, query, [{ name: "a", ...given }]);
    expect(rows).toEqual([
      { [called.before]: texts.before.value, [called.own]: expect.anything(), [called.after]: texts.after.value },
    ]);
    expect(await warehouse.query(query, { a: given.value })).toEqual(rows);
  });
  await fc.assert(property, { numRuns: 300 });
});
