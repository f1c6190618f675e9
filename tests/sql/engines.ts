/**
 * Runs a query on both engines over one lake: the ZetaSQL reference server, with the views before it as common table
 * expressions, and DuckDB as local mode runs it, over files.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { Row } from "../../local/google/duckdb/rows";
import { openWarehouse, type Result, type Warehouse } from "../../local/google/duckdb/warehouse";
import { type Catalog, readCatalog, type View } from "../../sql/catalog";
import type { ExternalTable, NativeTable } from "../../sql/tables";
import { type Lake, writeLake } from "./lake";
import { type FixtureTable, startZetaSql, type TypedParameter, type ZetaSql } from "./zetasql";

export interface Engines {
  readonly catalog: Catalog;
  /** GoogleSQL's own answer. Only for small lakes: a request ends at 4 MB. */
  zetaSql(lake: Lake, query: string, parameters?: readonly TypedParameter[]): Promise<Result>;
  /** The same of one view's rows, made of the rows that it has answered of the views below: each is evaluated once a lake. */
  zetaSqlStep(lake: Lake, view: View, order: string): Promise<Result>;
  /** GoogleSQL's answer to a call of a table function, its rows in the order of their columns. */
  zetaSqlFunction(lake: Lake, definition: View, parameters: readonly TypedParameter[]): Promise<Result>;
  /** Opens DuckDB over the lake's files; closed with `close`. */
  duckDb(lake: Lake): Promise<Warehouse>;
  /** Rows of both engines, after checking that they agree. `query` must order its rows. */
  agreed(lake: Lake, query: string): Promise<readonly Row[]>;
  close(): void;
}

const scalars = z.array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])));

/**
 * DuckDB keeps the rows of the views in `kept`, as `npm run query` does: planned from the readings on, what money views ask for
 * takes it many seconds each. ZetaSQL judges all steps either way.
 */
export async function openEngines(catalog: Catalog = readCatalog(), kept = ["billed_energy"]): Promise<Engines> {
  const server: ZetaSql = await startZetaSql(catalog.functions);
  const directories: string[] = [];
  const warehouses = new Map<Lake, Warehouse>();
  const steps = new Map<Lake, Map<string, Promise<Result>>>();

  const engines: Engines = {
    catalog,
    zetaSql: (lake, query, parameters) => {
      const text = withViews(catalog, query);
      // What the query does not name need not travel with it.
      const named = [...catalog.tables, ...catalog.nativeTables].filter(({ name }) =>
        text.includes(`wattlake.${name}`),
      );
      return server.evaluate(
        text,
        named.map((table) => fixture(table, lake)),
        parameters,
      );
    },
    zetaSqlStep: async (lake, view, order) => {
      const answers = steps.get(lake) ?? new Map<string, Promise<Result>>();
      steps.set(lake, answers);
      const answer = (of: View): Promise<Result> => {
        const known = answers.get(of.name) ?? evaluateStep(of);
        answers.set(of.name, known);
        return known;
      };
      const evaluateStep = async ({ sql, dependencies }: View) => {
        const below = catalog.views.filter(({ name }) => dependencies.includes(name));
        const made = await Promise.all(
          below.map(async (of) => ({
            name: `wattlake.${of.name}`,
            columns: of.columns,
            rows: (await answer(of)).rows,
          })),
        );
        const laid = [...catalog.tables, ...catalog.nativeTables].filter(({ name }) => dependencies.includes(name));
        return server.evaluate(sql, [...laid.map((table) => fixture(table, lake)), ...made]);
      };
      const { columns, rows } = await answer(view);
      const asTable = { name: view.name, columns: view.columns, rows };
      return { columns, rows: (await server.evaluate(`SELECT * FROM ${view.name} ORDER BY ${order}`, [asTable])).rows };
    },
    zetaSqlFunction: (lake, definition, parameters) => engines.zetaSql(lake, callText(definition), parameters),
    duckDb: async (lake) => {
      const known = warehouses.get(lake);
      if (known) return known;
      const mirrorDirectory = mkdtempSync(join(tmpdir(), "wattlake-sql-"));
      directories.push(mirrorDirectory);
      writeLake(lake, mirrorDirectory);
      const warehouse = await openWarehouse({ ...catalog, kept, mirrorDirectory });
      for (const table of catalog.nativeTables) await warehouse.append(table, scalars.parse(fixture(table, lake).rows));
      warehouses.set(lake, warehouse);
      return warehouse;
    },
    agreed: async (lake, query) => {
      const expected = await engines.zetaSql(lake, query);
      const actual = await (await engines.duckDb(lake)).execute(query);
      expectSame(actual, expected);
      return expected.rows;
    },
    close: () => {
      server.close();
      for (const warehouse of warehouses.values()) warehouse.close();
      for (const directory of directories) rmSync(directory, { recursive: true });
    },
  };
  return engines;
}

/** A table function's body as a query: its parameters become the query's, its rows come in order. */
function callText({ sql, parameters, columns }: View): string {
  const names = new RegExp(`\\b(${parameters.map(({ name }) => name).join("|")})\\b`, "g");
  const order = columns.map((_, index) => index + 1).join(", ");
  return `SELECT * FROM (\n${sql.replace(names, "@$1")}\n) ORDER BY ${order}`;
}

/** The query (a SELECT) after a common table expression for each view that it needs, itself or through others. */
export function withViews({ views }: Catalog, query: string): string {
  const needed = new Set([...query.matchAll(/`wattlake\.([a-z_]+)`/g)].map((match) => match[1]));
  for (const view of [...views].reverse()) {
    if (needed.has(view.name)) for (const name of view.dependencies) needed.add(name);
  }
  const expressions = views
    .filter(({ name, parameters }) => needed.has(name) && parameters.length === 0)
    .map(({ name, sql }) => `\`wattlake.${name}\` AS (\n${sql}\n)`);
  return expressions.length === 0 ? query : `WITH ${expressions.join(",\n")}\n${query}`;
}

function fixture(table: ExternalTable | NativeTable, lake: Lake): FixtureTable {
  const columns = [...table.columns, ...("hive" in table ? table.hive.keys : [])];
  const rows = Object.entries(lake).find(([name]) => name === table.name)?.[1] ?? [];
  return { name: `wattlake.${table.name}`, columns, rows };
}

/** Same columns, same rows; numbers agree to 1e-9 relative. */
export function expectSame(actual: Result, expected: Result): void {
  expect(actual.columns.map(({ name, type }) => ({ name, type }))).toEqual(
    expected.columns.map(({ name, type }) => ({ name, type })),
  );
  expect(actual.rows.length).toBe(expected.rows.length);
  for (const [index, row] of expected.rows.entries()) {
    for (const [name, value] of Object.entries(row)) {
      const other = actual.rows[index]?.[name];
      const close =
        typeof value === "number" && typeof other === "number"
          ? Math.abs(value - other) <= 1e-9 * Math.max(Math.abs(value), Math.abs(other), 1e-3)
          : JSON.stringify(value) === JSON.stringify(other);
      if (!close) throw new Error(`row ${index}, ${name}: ${value} by ZetaSQL, ${other} by DuckDB`);
    }
  }
}
