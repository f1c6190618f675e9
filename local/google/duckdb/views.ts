/**
 * The views, each created when a text first asks for it: DuckDB binds a view together with all that it reads, and those
 * over many steps take seconds, which most openings of a warehouse never need.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Parameter } from "../../../sql/catalog";
import { identifier } from "./external";
import { toDuckDb } from "./googlesql";
import type { KeptViews } from "./kept";

/** A view, or with `parameters` a table function; relations in backticks are known by their last name. */
export interface WarehouseView {
  readonly name: string;
  readonly sql: string;
  readonly parameters?: readonly Pick<Parameter, "name">[];
}

/** Names of the relations in backticks. */
export const relationsOf = ({ sql }: WarehouseView): string[] =>
  [...sql.matchAll(/`(?:[^`]*\.)?(\w+)`/g)].map(([, name = ""]) => name);

/** Views of the names in `kept` are tables here, whose rows `rows` keeps. */
export function makeViews(
  connection: DuckDBConnection,
  views: readonly WarehouseView[],
  kept: readonly string[],
  rows: KeptViews,
) {
  const byName = new Map(views.map((view) => [view.name.toLowerCase(), view]));
  const created = new Map<string, Promise<void>>();
  const queries = new Map<string, Promise<string>>();
  const isKept = ({ name }: WarehouseView) => kept.includes(name);
  const sourcesOf = (view: WarehouseView) =>
    relationsOf(view).flatMap((name) => {
      const source = byName.get(name.toLowerCase());
      return source && source !== view ? [source] : [];
    });

  function create(view: WarehouseView): Promise<void> {
    const known = created.get(view.name);
    if (known) return known;
    const creating = createWithSources(view);
    created.set(view.name, creating);
    // What could not be created may be later, when a file has come.
    creating.catch(() => created.delete(view.name));
    return creating;
  }

  async function createWithSources(view: WarehouseView): Promise<void> {
    for (const source of sourcesOf(view)) await create(source);
    if (isKept(view)) await keep(view);
    else await createView(connection, view);
  }

  function keep(view: WarehouseView): Promise<void> {
    const query = queries.get(view.name) ?? toDuckDb(view.sql);
    queries.set(view.name, query);
    return query.then((text) => rows.follow(view.name, text));
  }

  /** Brings kept rows up to date, those first that others are made of. */
  async function followKept(view: WarehouseView, seen: Set<WarehouseView>): Promise<void> {
    if (seen.has(view)) return;
    seen.add(view);
    for (const source of sourcesOf(view)) await followKept(source, seen);
    if (isKept(view)) await keep(view);
  }

  return {
    /** Makes the views ready that a query may ask for: every one that is a word of it. */
    async follow(googleSql: string): Promise<void> {
      const seen = new Set<WarehouseView>();
      for (const [word] of googleSql.matchAll(/\w+/g)) {
        const view = byName.get(word.toLowerCase());
        if (!view) continue;
        await create(view);
        if (kept.length > 0) await followKept(view, seen);
      }
    },
  };
}

async function createView(connection: DuckDBConnection, view: WarehouseView): Promise<void> {
  const { name, parameters = [] } = view;
  const query = await toDuckDb(view.sql);
  const head =
    parameters.length > 0
      ? `MACRO ${identifier(name)}(${parameters.map((each) => identifier(each.name)).join(", ")}) AS TABLE`
      : `VIEW ${identifier(name)} AS`;
  try {
    await connection.run(`CREATE OR REPLACE ${head} ${query}`);
  } catch (error) {
    throw new Error(`view ${name}: ${error instanceof Error ? error.message : error}\n${query}`, { cause: error });
  }
}
