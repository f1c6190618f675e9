/** Steps inside their reader's text: the same relations, at the depth that BigQuery allows. */
import { type Catalog, readCatalog, withoutLive } from "../../sql/catalog";
import { materializeSlots, readingViews, slotViews } from "../../sql/materialization";
import { levelsOf, mostLevels, withStepsInside } from "../../sql/nesting";
import { startZetaSql } from "./zetasql";

const plain = readCatalog();
const deployed: readonly (readonly [string, Catalog])[] = [
  ["live", plain],
  ["not live", withoutLive(plain)],
  ["stored", materializeSlots(plain).catalog],
  ["readings stored", materializeSlots(plain, readingViews).catalog],
  ["readings and slots stored", materializeSlots(plain, [...readingViews, ...slotViews]).catalog],
];

test("a step goes into the text of its one reader, with what is inside it already", () => {
  const view = (name: string, sql: string, dependencies: string[], kind = "Internal step: ") => ({
    ...{ name, sql, dependencies, description: `${kind}${name}`, columns: [], parameters: [] },
  });
  const views = [
    view("shared", "SELECT 1 AS x", []),
    view("first", "SELECT x\nFROM `wattlake.shared`", ["shared"]),
    view("second", "SELECT x FROM `wattlake.first` AS f", ["first"]),
    view("told", "SELECT x FROM `wattlake.shared` JOIN `wattlake.second` AS s USING (x)", ["shared", "second"], ""),
    view("above", "SELECT x FROM `wattlake.told`", ["told"], ""),
  ];
  const changed = withStepsInside({ ...plain, views }).views;
  expect(changed.map(({ name }) => name)).toEqual(views.map(({ name }) => name));
  expect(changed[3]?.sql).toBe(`SELECT x FROM \`wattlake.shared\` JOIN (
  -- second
  SELECT x FROM (
    -- first
    SELECT x
    FROM \`wattlake.shared\`
  ) AS f
) AS s USING (x)`);
  expect(changed[3]?.dependencies).toEqual(["shared"]);
  expect(changed[4]?.sql).toBe(views[4]?.sql);
  expect(withStepsInside({ ...plain, views }, ["second"]).views[3]?.sql).toBe(views[3]?.sql);
  expect([...levelsOf(changed)].map(([name, level]) => `${name} ${level}`)).toEqual([
    ...["shared 1", "first 2", "second 2", "told 2", "above 3"],
  ]);
});

test("as they are written, views nest deeper than BigQuery allows", () => {
  expect(Math.max(...levelsOf(plain.views).values())).toBeGreaterThan(mostLevels);
});

test.each(deployed)("as they are deployed they do not (%s)", (_, catalog) => {
  const tooDeep = [...levelsOf(withStepsInside(catalog).views)].filter(([, levels]) => levels > mostLevels);
  expect(tooDeep).toEqual([]);
});

test.each(deployed)(
  "BigQuery's analyzer takes each text and finds the columns that are described (%s)",
  async (_, catalog) => {
    const { tables, nativeTables, functions, views } = withStepsInside(catalog);
    const relations = [
      ...tables.map((table) => ({ ...table, columns: [...table.columns, ...(table.hive?.keys ?? [])] })),
      ...[...nativeTables, ...views],
    ].map(({ name, columns }) => ({ name, columns, rows: [] }));
    const zetaSql = await startZetaSql(functions);
    try {
      for (const view of views.filter(({ parameters }) => parameters.length === 0)) {
        const known = relations.filter(({ name }) => view.dependencies.includes(name));
        const named = known.map((each) => ({ ...each, name: `wattlake.${each.name}` }));
        const columns = await zetaSql
          .evaluate(view.sql, named)
          .then((answer) => answer.columns.map(({ name }) => name));
        expect([view.name, columns]).toEqual([view.name, view.columns.map(({ name }) => name)]);
      }
    } finally {
      zetaSql.close();
    }
  },
);
