/**
 * BigQuery's part on the laptop: DuckDB carries out the program's external tables, views and table functions over the
 * mirror directory. It answers GoogleSQL; times are UTC.
 */
import { type DuckDBConnection, DuckDBInstance, type DuckDBValue } from "@duckdb/node-api";
import type { Parameter } from "../../sql/catalog";
import type { ExternalTable, NativeTable } from "../../sql/tables";
import { emptyTable, filledTable, identifier, isCopied, versionOf } from "./external";
import { toDuckDb } from "./googlesql";
import { macroStatements } from "./macros";
import { appendRows, dropExpired, type NativeRow, nativeTableStatement } from "./native";
import { plainRows, type ResultColumn, type Row, resultColumns } from "./rows";
import { runScript } from "./script";

/** A view, or with `parameters` a table function; relations in backticks are known by their last name. */
export interface WarehouseView {
  readonly name: string;
  readonly sql: string;
  readonly parameters?: readonly Pick<Parameter, "name">[];
}

export interface WarehouseArgs {
  /** Where DuckDB keeps its catalog. @default ":memory:" */
  readonly path?: string;
  readonly tables: readonly ExternalTable[];
  readonly nativeTables: readonly NativeTable[];
  /** In an order in which each can be created after the ones it reads. */
  readonly views: readonly WarehouseView[];
  /** The folder that stands for the mirror bucket; the tables' `uris` are relative to it. */
  readonly mirrorDirectory: string;
}

/** Values of named parameters, `@name` in the query. */
export type Parameters = Readonly<Record<string, DuckDBValue>>;

export interface Result {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly Row[];
}

export interface Warehouse {
  /** Rows of a GoogleSQL query. @throws DuckDB's error, with the translated text. */
  query(googleSql: string, parameters?: Parameters): Promise<Row[]>;
  /** The same with the columns' names and types. */
  execute(googleSql: string, parameters?: Parameters): Promise<Result>;
  /** DuckDB's plan after running the query, as JSON, with the files that each scan opened of all that there are. */
  explain(googleSql: string, parameters?: Parameters): Promise<string>;
  /** Runs a GoogleSQL script in a connection of its own; what it did not commit when it fails is undone. */
  runScript(script: string, parameters?: Parameters): Promise<void>;
  /** Appends rows to a native table; a query that starts afterwards sees them all. */
  append(table: NativeTable, rows: readonly NativeRow[]): Promise<void>;
  /** Drops the native tables' partitions that have expired by `now` (ms). */
  dropExpired(now: number): Promise<void>;
  /** Looks again which tables have files; a query does it by itself for tables that had none, and for those of one file. */
  refresh(): Promise<void>;
  close(): void;
}

/**
 * Each adds steps to a plan, for common subexpressions and narrower keys. A plan has some eighty steps of up to forty
 * columns: what a step costs to set up is more for a day of readings than it saves, and as much for a year.
 */
const disabledOptimizers = ["common_subexpressions", "compressed_materialization"];

/** Opens DuckDB and creates every table, view and table function in it. */
export async function openWarehouse(args: WarehouseArgs): Promise<Warehouse> {
  const instance = await DuckDBInstance.create(args.path ?? ":memory:");
  const connection = await instance.connect();
  await connection.run("SET timezone = 'UTC'");
  await connection.run(`SET GLOBAL disabled_optimizers = '${disabledOptimizers.join(",")}'`);
  // Writers do not wait for the queries of the other connection.
  const writer = await instance.connect();
  for (const statement of macroStatements) await connection.run(statement.replace("CREATE", "CREATE OR REPLACE"));
  for (const table of args.nativeTables) await connection.run(nativeTableStatement(table));
  const versions: Versions = new Map();
  const follow = (tables: readonly ExternalTable[]) => followFiles(connection, args.mirrorDirectory, tables, versions);
  await follow(args.tables);
  for (const view of args.views) await createView(connection, view);

  const run = async (googleSql: string, parameters: Parameters, prefix: string) => {
    await follow(changeable(versions));
    const text = prefix + (await toDuckDb(googleSql));
    try {
      // A prepared statement is planned twice, so only what has parameters is one.
      return await connection.runAndReadAll(text, Object.keys(parameters).length > 0 ? { ...parameters } : undefined);
    } catch (error) {
      throw new Error(`the query failed: ${error instanceof Error ? error.message : error}\n${text}`, { cause: error });
    }
  };
  return {
    query: async (googleSql, parameters = {}) => plainRows(await run(googleSql, parameters, "")),
    execute: async (googleSql, parameters = {}) => {
      const reader = await run(googleSql, parameters, "");
      return { columns: resultColumns(reader), rows: plainRows(reader) };
    },
    explain: async (googleSql, parameters = {}) => {
      const [plan] = plainRows(await run(googleSql, parameters, "EXPLAIN (ANALYZE, FORMAT JSON) "));
      return String(plan?.explain_value);
    },
    runScript: async (script, parameters = {}) => {
      await follow(changeable(versions));
      const own = await instance.connect();
      try {
        await own.run("SET timezone = 'UTC'");
        await runScript(own, script, parameters);
      } finally {
        own.closeSync();
      }
    },
    append: (table, rows) => appendRows(writer, table, rows),
    dropExpired: async (now) => {
      for (const table of args.nativeTables) await dropExpired(writer, table, now);
    },
    refresh: () => follow(args.tables),
    close: () => {
      writer.closeSync();
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** The version of each external table that DuckDB knows; undefined without a file. */
type Versions = Map<ExternalTable, string | undefined>;

/** The tables that a new file can make another: a view of several files sees a new one by itself. */
const changeable = (versions: Versions): ExternalTable[] =>
  [...versions].flatMap(([table, version]) => (version === undefined || isCopied(table) ? [table] : []));

/** Creates those of `tables` anew whose version has changed. */
async function followFiles(
  connection: DuckDBConnection,
  mirrorDirectory: string,
  tables: readonly ExternalTable[],
  versions: Versions,
): Promise<void> {
  for (const table of tables) {
    const version = versionOf(table, mirrorDirectory);
    if (versions.has(table) && versions.get(table) === version) continue;
    await connection.run(version === undefined ? emptyTable(table) : filledTable(table, mirrorDirectory));
    versions.set(table, version);
  }
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
