/**
 * BigQuery's part on the laptop: DuckDB carries out the program's external tables, views and functions over the
 * mirror directory. It answers GoogleSQL; times are UTC.
 */
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { Parameter, SqlFunction } from "../../../sql/catalog";
import type { Column, ExternalTable, NativeTable } from "../../../sql/tables";
import { oneAfterAnother } from "../../in-turn";
import { askedDates, type Dates } from "./dates";
import { identifier } from "./external";
import { makeFiles } from "./files";
import { toDuckDb } from "./googlesql";
import { macroStatements } from "./macros";
import { appendRows, dropExpired, type NativeRow, nativeTableStatement } from "./native";
import type { Parameters } from "./parameters";
import { inBigQuerysWords } from "./refusals";
import { plainRows, type ResultColumn, type Row, resultColumns } from "./rows";
import { runScript } from "./script";

/** A view, or with `parameters` a table function; relations in backticks are known by their last name. */
export interface WarehouseView {
  readonly name: string;
  readonly sql: string;
  readonly parameters?: readonly Pick<Parameter, "name">[];
  readonly columns?: readonly Pick<Column, "name">[];
}

export interface WarehouseArgs {
  readonly tables: readonly ExternalTable[];
  readonly nativeTables: readonly NativeTable[];
  readonly functions: readonly Pick<SqlFunction, "name" | "parameters" | "sql">[];
  /** In an order in which each can be created after the ones it reads. */
  readonly views: readonly WarehouseView[];
  /** The folder that stands for the mirror bucket; the tables' `uris` are relative to it. */
  readonly mirrorDirectory: string;
}

export interface Result {
  readonly columns: readonly ResultColumn[];
  readonly rows: readonly Row[];
}

export interface Warehouse {
  /** Rows of a GoogleSQL query. @throws DuckDB's error, with the translated text. */
  query(googleSql: string, parameters?: Parameters): Promise<Row[]>;
  /** The same with the columns' names and types. */
  execute(googleSql: string, parameters?: Parameters): Promise<Result>;
  /** DuckDB's plan after running the query, as JSON: all files are named to it, and it tells how many each scan opened. */
  explain(googleSql: string, parameters?: Parameters): Promise<string>;
  /** Runs a GoogleSQL script in a connection of its own. A statement that fails changes nothing and ends it. */
  runScript(script: string, parameters?: Parameters): Promise<void>;
  /** Appends rows to a native table; a query that starts afterwards sees them all. */
  append(table: NativeTable, rows: readonly NativeRow[]): Promise<void>;
  /** Drops the native tables' partitions that have expired by `now` (ms). */
  dropExpired(now: number): Promise<void>;
  /** Looks again at the tables' files; a query does it by itself for those of one file. */
  refresh(): Promise<void>;
  close(): void;
}

/**
 * Each adds steps to a plan, for common subexpressions and narrower keys. A plan has some sixty steps of up to forty
 * columns: what a step costs to set up is more for a day of readings than it saves, and as much for a year.
 */
const disabledOptimizers = ["common_subexpressions", "compressed_materialization"];

/**
 * Opens DuckDB and creates every table, function and view in it.
 * @throws in BigQuery's words where a table or view cannot be created, because a file is missing.
 */
export async function openWarehouse(args: WarehouseArgs): Promise<Warehouse> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run("SET timezone = 'UTC'");
  await connection.run(`SET GLOBAL disabled_optimizers = '${disabledOptimizers.join(",")}'`);
  // Writers do not wait for the queries of the other connection.
  const writer = await instance.connect();
  for (const statement of macroStatements) await connection.run(statement.replace("CREATE", "CREATE OR REPLACE"));
  for (const table of args.nativeTables) await connection.run(nativeTableStatement(table));
  const files = makeFiles(connection, args.tables, args.mirrorDirectory);
  await files.followAll();
  for (const sqlFunction of args.functions) await createFunction(connection, sqlFunction);
  const explained = (error: unknown) => inBigQuerysWords(error, args.tables, args.mirrorDirectory);
  for (const view of args.views) {
    await createView(connection, view).catch((error: unknown) => {
      throw explained(error);
    });
  }

  const dated = datedRelations(args);
  const run = async (text: string, dates?: Dates) => {
    try {
      await files.name(dates);
      return await connection.runAndReadAll(text);
    } catch (failure) {
      const error = explained(failure);
      throw new Error(`the query failed: ${error instanceof Error ? error.message : error}\n${text}`, { cause: error });
    }
  };
  // One query after the other: the files that one names are not another's.
  const inTurn = oneAfterAnother();
  const translated = <T>(googleSql: string, parameters: Parameters, use: (text: string) => Promise<T>) =>
    inTurn(async () => {
      await files.follow();
      return use(await toDuckDb(googleSql, parameters));
    });
  const answer = (googleSql: string, parameters: Parameters) =>
    translated(googleSql, parameters, (text) => run(text, askedDates(text, dated)));
  return {
    query: async (googleSql, parameters = {}) => plainRows(await answer(googleSql, parameters)),
    execute: async (googleSql, parameters = {}) => {
      const reader = await answer(googleSql, parameters);
      return { columns: resultColumns(reader), rows: plainRows(reader) };
    },
    explain: async (googleSql, parameters = {}) => {
      const planned = (text: string) => run(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`);
      const [plan] = plainRows(await translated(googleSql, parameters, planned));
      return String(plan?.explain_value);
    },
    runScript: async (script, parameters = {}) => {
      await inTurn(files.follow);
      const own = await instance.connect();
      try {
        await own.run("SET timezone = 'UTC'");
        await makeFiles(own, args.tables, args.mirrorDirectory).name();
        await runScript(own, script, parameters);
      } finally {
        own.closeSync();
      }
    },
    append: (table, rows) => appendRows(writer, table, rows),
    dropExpired: async (now) => {
      for (const table of args.nativeTables) await dropExpired(writer, table, now);
    },
    refresh: () => inTurn(files.followAll),
    close: () => {
      writer.closeSync();
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** The tables and views with a date: where rows come from a partition by site and date, it is the partition's. */
function datedRelations({ tables, views }: WarehouseArgs): ReadonlySet<string> {
  const hasDate = (columns: readonly Pick<Column, "name">[]) => columns.some(({ name }) => name === "date");
  return new Set([
    ...tables.filter(({ hive }) => hasDate(hive?.keys ?? [])).map(({ name }) => name),
    ...views.filter(({ columns = [] }) => hasDate(columns)).map(({ name }) => name),
  ]);
}

async function createFunction(
  connection: DuckDBConnection,
  { name, parameters, sql }: WarehouseArgs["functions"][number],
): Promise<void> {
  const declarations = parameters.map((each) => `${each.name} ${each.type}`).join(", ");
  await connection.run(await toDuckDb(`CREATE OR REPLACE FUNCTION ${name}(${declarations}) AS (\n${sql}\n)`));
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
