/** docs/analysis.md: every view and column that a chart is made of exists, and is of the type that Looker Studio needs. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { reportViews } from "../../components/gcp/looker-studio";
import { readCatalog, renderView } from "../../sql/catalog";

const page = readFileSync(join(__dirname, "../../docs/analysis.md"), "utf8");
const { views } = readCatalog();
const viewOf = (name: string) => views.find((view) => view.name === name);
const quoted = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word ?? "");

interface Chart {
  readonly screen: string;
  readonly view: string;
  readonly columns: readonly string[];
}

const charts = page.split("\n## ").flatMap((section): Chart[] => {
  const [screen = ""] = section.split("\n");
  const rows = section.split("\n").filter((line) => /^\| (?!chart \|)/.test(line));
  return rows.map((line) => {
    const [, , view = "", ...rest] = line.split("|");
    return { screen, view: quoted(view)[0] ?? "", columns: rest.flatMap(quoted) };
  });
});

test("there are charts of every screen, and each has a view, a dimension and a metric", () => {
  expect([...new Set(charts.map(({ screen }) => screen))]).toEqual([
    ...["Now", "Period", "Circuits", "Pattern", "Money", "Trust"],
  ]);
  expect(charts.filter(({ view, columns }) => view === "" || columns.length < 2)).toEqual([]);
});

test("every view and column exists", () => {
  const unknown = charts.flatMap(({ view, columns }) => {
    const known = viewOf(view)?.columns.map(({ name }) => name) ?? [];
    return known.length === 0
      ? [view]
      : columns.filter((name) => !known.includes(name)).map((name) => `${view}.${name}`);
  });
  expect(unknown).toEqual([]);
});

test("the sources of the link are the views of the charts; those with parameters are asked by a query", () => {
  const used = new Set(charts.map(({ view }) => view));
  const withParameters = [...used].filter((name) => viewOf(name)?.parameters.length !== 0);
  expect([...used].filter((name) => !withParameters.includes(name)).sort()).toEqual([...reportViews].sort());
  expect(withParameters).toEqual(["explain_cost"]);
  for (const name of withParameters) expect(page).toContain(`FROM \`wattlake.${name}\`('home', `);
});

test("the queries ask relations and columns that exist", () => {
  const queries = [...page.matchAll(/```sql\n(.*?)```/gs)].map(([, sql = ""]) => sql);
  expect(queries).toHaveLength(2);
  for (const sql of queries) {
    const [, name = ""] = /`wattlake\.(\w+)`/.exec(renderView({ sql }, "wattlake")) ?? [];
    const known = viewOf(name)?.columns.map((column) => column.name) ?? [];
    const listed = /^SELECT (.*)$/m.exec(sql)?.[1]?.replace(/DATETIME\((\w+), '[^']*'\) AS \w+/, "$1") ?? "";
    if (listed.startsWith("*")) expect(known).not.toEqual([]);
    else expect(listed.split(", ").filter((column) => !known.includes(column))).toEqual([]);
  }
});

describe("what Looker makes a field of is BigQuery's type", () => {
  const columns = reportViews.flatMap((view) => (viewOf(view)?.columns ?? []).map((column) => ({ ...column, view })));
  const named = (pattern: RegExp) => columns.filter(({ name }) => pattern.test(name));
  const wrong = (pattern: RegExp, type: string) =>
    named(pattern)
      .filter((column) => column.type !== type)
      .map(({ view, name }) => `${view}.${name}`);

  test("local days and months are dates, instants are timestamps", () => {
    expect(named(/^(date|month|period_start|period_end)$/).length).toBeGreaterThan(10);
    expect(wrong(/^(date|month|period_start|period_end)$/, "DATE")).toEqual([]);
    expect(wrong(/^(ts|slot_start|hour_start|peak_start)$/, "TIMESTAMP")).toEqual([]);
  });

  test("durations are seconds, energy and amounts numbers, and each says its unit", () => {
    expect(named(/_s$/).length).toBeGreaterThan(20);
    expect(wrong(/_(s|wh|kwh|w|kw)$|^(gross|net|vat|at_least|at_most)$/, "FLOAT64")).toEqual([]);
    expect(named(/_s$/).filter(({ description }) => !/, s\b/.test(description))).toEqual([]);
    expect(named(/_wh$/).filter(({ description }) => !/\bWh\b/.test(description))).toEqual([]);
  });

  test("every column has a description", () => {
    expect(columns.filter(({ description }) => description.trim() === "")).toEqual([]);
  });
});
