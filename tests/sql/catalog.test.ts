/** The views' files: headers, dependencies, order, and errors that name the file. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { rolesInWords } from "../../configuration/roles";
import { readCatalog, renderView } from "../../sql/catalog";
import { internalStep, parseFunction, parseView } from "../../sql/sql-files";

const view = (name: string, sql: string) => `-- ${name}: What it is.\n-- n INT64: A number.\n${sql}\n`;

function inFolder(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), "wattlake-views-"));
  try {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    return readCatalog(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("a file is a description, columns and a query", () => {
  const parsed = parseView(
    "public/10_one.sql",
    "-- one: What it is.\n-- a_wh FLOAT64: Energy, Wh.\n\n-- Why.\nSELECT a_wh FROM `wattlake.meters`\n",
  );
  expect(parsed).toEqual({
    name: "one",
    description: "What it is.",
    columns: [{ name: "a_wh", type: "FLOAT64", description: "Energy, Wh." }],
    parameters: [],
    sql: "-- Why.\nSELECT a_wh FROM `wattlake.meters`",
    dependencies: ["meters"],
  });
});

test("the description of an internal view says so", () => {
  const text = view("one", "SELECT 1 AS n");
  expect(parseView("internal/10_one.sql", text).description).toBe("Internal step: What it is.");
  expect(parseView("public/10_one.sql", text).description).toBe("What it is.");
});

test("parameters make a table function", () => {
  const { parameters } = parseView("public/10_one.sql", view("one(from_date DATE, to_date DATE)", "SELECT 1 AS n"));
  expect(parameters).toEqual([
    { name: "from_date", type: "DATE" },
    { name: "to_date", type: "DATE" },
  ]);
});

test("a function's file is its type and description, its parameters and an expression", () => {
  const head = "-- half_wh FLOAT64: Half of it, Wh.\n-- all_wh FLOAT64: All of it, Wh.\n";
  expect(parseFunction("functions/half_wh.sql", `${head}\n-- Why.\nall_wh / 2\n`)).toEqual({
    name: "half_wh",
    type: "FLOAT64",
    description: "Half of it, Wh.",
    parameters: [{ name: "all_wh", type: "FLOAT64", description: "All of it, Wh." }],
    sql: "-- Why.\nall_wh / 2",
  });
  const { functions, views } = inFolder({
    "functions/half_wh.sql": `${head}all_wh / 2\n`,
    "public/10_one.sql": view("one", "SELECT `wattlake.half_wh`(2) AS n"),
  });
  expect(functions.map(({ name }) => name)).toEqual(["half_wh"]);
  expect(views.map(({ dependencies }) => dependencies)).toEqual([["half_wh"]]);
});

test("views come after what they read, otherwise in the order of their files", () => {
  const { views } = inFolder({
    "public/10_late.sql": view("late", "SELECT n FROM `wattlake.early`"),
    "internal/20_early.sql": view("early", "SELECT channel AS n FROM `wattlake.meters`"),
    "public/30_last.sql": view("last", "SELECT 1 AS n"),
  });
  expect(views.map(({ name }) => name)).toEqual(["early", "late", "last"]);
});

test("the numbers of files give one order across both folders", () => {
  const { views } = inFolder({
    "public/10_one.sql": view("one", "SELECT 1 AS n"),
    "internal/20_two.sql": view("two", "SELECT 1 AS n"),
    "public/30_three.sql": view("three", "SELECT 1 AS n"),
  });
  expect(views.map(({ name }) => name)).toEqual(["one", "two", "three"]);
});

test.each([
  [
    "a cycle",
    {
      "public/10_a.sql": view("a", "SELECT n FROM `wattlake.b`"),
      "public/11_b.sql": view("b", "SELECT n FROM `wattlake.a`"),
    },
    "views read each other: a, b",
  ],
  [
    "an unknown relation",
    { "public/10_a.sql": view("a", "SELECT n FROM `wattlake.nowhere`") },
    "view a reads wattlake.nowhere, which is neither table nor view",
  ],
  [
    "a file without a number",
    { "public/a.sql": view("a", "SELECT 1 AS n") },
    "sql/public/a.sql: a view's file is named NN_<name>.sql, in internal/ or public/",
  ],
  [
    "a file beside the folders",
    { "10_a.sql": view("a", "SELECT 1 AS n") },
    "sql/10_a.sql: a view's file is named NN_<name>.sql, in internal/ or public/",
  ],
  [
    "another name inside",
    { "public/10_a.sql": view("b", "SELECT 1 AS n") },
    "sql/public/10_a.sql: the first line names b, the file a",
  ],
  [
    "another name inside a function",
    { "functions/a.sql": "-- b INT64: What.\n1\n" },
    "sql/functions/a.sql: the first line names b, the file a",
  ],
  [
    "a function without a type",
    { "functions/a.sql": "-- a: What.\n1\n" },
    "sql/functions/a.sql: not -- <column> <TYPE>: <text>: -- a: What.",
  ],
  [
    "a function that reads",
    { "functions/a.sql": "-- a INT64: What.\n(SELECT COUNT(*) FROM `wattlake.meters`)\n" },
    "sql/functions/a.sql: a function is made of its parameters alone",
  ],
  [
    "no description",
    { "public/10_a.sql": "SELECT 1 AS n\n" },
    "sql/public/10_a.sql: the first line is -- <name>: <text>",
  ],
  [
    "an unknown type",
    { "public/10_a.sql": "-- a: What.\n-- n FLOAT: A number.\nSELECT 1 AS n\n" },
    "sql/public/10_a.sql: type FLOAT is none of STRING, INT64",
  ],
  [
    "a malformed column",
    { "public/10_a.sql": "-- a: What.\n-- n is a number\nSELECT 1 AS n\n" },
    "sql/public/10_a.sql: not -- <column> <TYPE>: <text>",
  ],
])("%s is an error that says so", (_, files, message) => {
  expect(() => inFolder(files)).toThrow(message);
});

test("rendering puts the dataset in, for every relation", () => {
  expect(renderView({ sql: "SELECT * FROM `wattlake.a` JOIN `wattlake.b`" }, "home.energy")).toBe(
    "SELECT * FROM `home.energy.a` JOIN `home.energy.b`",
  );
});

test("a column of measured numbers carries its unit in its name, unless it is a ratio or money", () => {
  const { tables, views } = readCatalog();
  const ratios = [
    "power_factor",
    "coverage",
    "integral_to_counter",
    "usual_integral_to_counter",
    "drift",
    "sign",
    "vat_rate",
  ];
  // In the plan's currency, or by a unit that stands beside it; value and step of what is rounded.
  const money = [
    "price",
    "least_price",
    "most_price",
    "net",
    "low_net",
    "high_net",
    "vat",
    "gross",
    "at_least",
    "at_most",
  ];
  const others = ["amount_step", "minimum_amount", "quantity", "own_gross", "day_gross", "difference", "ceiling"];
  const estimated = ["known_gross", "expected_gross", "estimate_gross"];
  const compared = ["gross_per_day", "previous_gross_per_day", "year_before_gross_per_day"];
  const saved = ["saving_10_percent", "saving_20_percent", "saving_30_percent"];
  const nameless = [...tables, ...views]
    .flatMap(({ columns }) => columns)
    .filter(({ name, type }) => type === "FLOAT64" && !/_(share|wh|wh2|kwh|w|kw|s|var|v|a|hz|us|w_per_us)$/.test(name))
    .map(({ name }) => name);
  expect([...new Set(nameless)].sort()).toEqual(
    [...ratios, ...money, ...others, ...estimated, ...compared, ...saved].sort(),
  );
});

test("where a view shows a channel's role it names the roles that the configuration knows", () => {
  const descriptions = readCatalog()
    .views.filter(({ description }) => !description.startsWith(internalStep("")))
    .flatMap(({ columns }) => columns.filter(({ name }) => name === "role").map(({ description }) => description));
  expect(descriptions.length).toBeGreaterThan(0);
  expect(new Set(descriptions)).toEqual(new Set([`${rolesInWords}.`]));
});
