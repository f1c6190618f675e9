/**
 * The views, each created when a text first asks for it: DuckDB binds a view together with all that it reads, and those
 * over many steps take seconds, which most openings of a warehouse never need.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Parameter } from "../../../sql/catalog";
import { identifier } from "./external";
import { toDuckDb } from "./googlesql";

/** A view, or with `parameters` a table function; relations in backticks are known by their last name. */
export interface WarehouseView {
  readonly name: string;
  readonly sql: string;
  readonly parameters?: readonly Pick<Parameter, "name">[];
}

/** Names of the relations in backticks. */
export const relationsOf = ({ sql }: WarehouseView): string[] =>
  [...sql.matchAll(/`(?:[^`]*\.)?(\w+)`/g)].map(([, name = ""]) => name);

export function makeViews(connection: DuckDBConnection, views: readonly WarehouseView[]) {
  const byName = new Map(views.map((view) => [view.name.toLowerCase(), view]));
  const created = new Map<string, Promise<void>>();

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
    for (const name of relationsOf(view)) {
      const source = byName.get(name.toLowerCase());
      if (source && source !== view) await create(source);
    }
    await createView(connection, view);
  }

  return {
    /** Creates the views that a query may ask for: every one that is a word of it. */
    async follow(googleSql: string): Promise<void> {
      for (const [word] of googleSql.matchAll(/\w+/g)) {
        const view = byName.get(word.toLowerCase());
        if (view) await create(view);
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
