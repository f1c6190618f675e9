/**
 * BigQuery's part on the laptop: DuckDB carries out the program's external tables, views and functions over the
 * mirror directory. It answers GoogleSQL; times are UTC.
 */
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { SqlFunction } from "../../../sql/catalog";
import type { ExternalTable, NativeTable } from "../../../sql/tables";
import { makeClosing } from "./closing";
import { makeConnections } from "./connections";
import { identifier } from "./external";
import { makeFiles } from "./files";
import { toDuckDb } from "./googlesql";
import { makeKeptViews } from "./kept";
import { withoutComments } from "./literals";
import { macroStatements } from "./macros";
import { type QueryMistake, queryMistake, readDuckDbError, reasonOf, traceBack } from "./mistakes";
import { appendRows, dropExpired, type NativeRow, nativeTableStatement } from "./native";
import { type Parameters, runWithParameters } from "./parameters";
import { inBigQuerysWords } from "./refusals";
import { plainRows, type ResultColumn, type Row, resultColumns } from "./rows";
import { runScript } from "./script";
import { makeViews, relationsOf, type WarehouseView } from "./views";

export type { WarehouseView } from "./views";

export interface WarehouseArgs {
  readonly tables: readonly ExternalTable[];
  readonly nativeTables: readonly NativeTable[];
  readonly functions: readonly Pick<SqlFunction, "name" | "parameters" | "sql">[];
  /** In an order in which each can be created after the ones it reads. */
  readonly views: readonly WarehouseView[];
  /** Views whose rows are kept as long as nothing that they are made of can have changed. @default none */
  readonly kept?: readonly string[];
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
  /** DuckDB's plan after running the query, as JSON; it tells how many files each scan opened. */
  explain(googleSql: string, parameters?: Parameters): Promise<string>;
  /** Runs a GoogleSQL script in a connection of its own. A statement that fails changes nothing and ends it. */
  runScript(script: string, parameters?: Parameters): Promise<void>;
  /** Appends rows to a native table; a query that starts afterwards sees them all. */
  append(table: NativeTable, rows: readonly NativeRow[]): Promise<void>;
  /** Drops the native tables' partitions that have expired by `now` (ms). */
  dropExpired(now: number): Promise<void>;
  /** Looks again at the tables' files; a query does it by itself for those of one file. */
  refresh(): Promise<void>;
  /** Says that a file has been written or replaced; only kept rows need to hear of it. */
  outdate(): void;
  /** Ends once nothing is under way. */
  close(): void;
}

/**
 * Opens DuckDB and creates every table and function in it; the views follow when they are asked for.
 * @throws in BigQuery's words where a table of a view cannot be read, because a file is missing.
 */
export async function openWarehouse(args: WarehouseArgs): Promise<Warehouse> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  // For all connections. No setting of the planner beside it: of each optimizer turned off, and of rows in any order, none
  // saved our views more than two measurements differ by, and some made them many times slower.
  await connection.run("SET GLOBAL TimeZone = 'UTC'");
  // Writers do not wait for what is computed, and questions whose rows are kept already do not wait for rows to keep.
  const [writer, keeper] = [await instance.connect(), await instance.connect()];
  const questions = makeConnections(instance);
  for (const statement of macroStatements) await connection.run(statement.replace("CREATE", "CREATE OR REPLACE"));
  for (const table of args.nativeTables) await connection.run(nativeTableStatement(table));
  const files = makeFiles(connection, args.tables, args.mirrorDirectory);
  await files.followAll();
  for (const sqlFunction of args.functions) await createFunction(connection, sqlFunction);
  const explained = (error: unknown) => inBigQuerysWords(error, args.tables, args.mirrorDirectory);
  const read = new Set(args.views.flatMap(relationsOf));
  for (const { name } of args.tables.filter((table) => read.has(table.name))) {
    await connection.run(`SELECT * FROM ${identifier(name)} LIMIT 0`).catch((error: unknown) => {
      throw explained(error);
    });
  }
  const kept = makeKeptViews(keeper);
  const views = makeViews(connection, args.views, args.kept ?? [], kept);
  /** After what changes rows, and where it fails too. */
  const outdating = <T>(work: Promise<T>): Promise<T> => work.finally(kept.outdate);

  const answer = async (googleSql: string, parameters: Parameters, prefix = "") => {
    await files.follow();
    await views.follow(googleSql).catch((error: unknown) => {
      throw explained(error);
    });
    const text = prefix + (await toDuckDb(googleSql));
    try {
      return await questions.using((each) => runWithParameters(each, text, parameters));
    } catch (error) {
      throw failed(explained(error), text, googleSql);
    }
  };
  const { during, close } = makeClosing(() => {
    questions.close();
    for (const each of [keeper, writer, connection]) each.closeSync();
    instance.closeSync();
  });
  const execute = (googleSql: string, parameters: Parameters, prefix = "") =>
    during(async () => {
      const reader = await answer(googleSql, parameters, prefix);
      return { columns: resultColumns(reader), rows: plainRows(reader) };
    });
  return {
    query: async (googleSql, parameters = {}) => (await execute(googleSql, parameters)).rows,
    execute: (googleSql, parameters = {}) => execute(googleSql, parameters),
    explain: async (googleSql, parameters = {}) => {
      const { rows } = await execute(googleSql, parameters, "EXPLAIN (ANALYZE, FORMAT JSON) ");
      return String(rows[0]?.explain_value);
    },
    runScript: (script, parameters = {}) =>
      during(async () => {
        await files.follow();
        await views.follow(script);
        const own = await instance.connect();
        try {
          await outdating(runScript(own, script, parameters));
        } finally {
          own.closeSync();
        }
      }),
    append: (table, rows) => during(() => outdating(appendRows(writer, table, rows))),
    dropExpired: (now) =>
      during(async () => {
        for (const table of args.nativeTables) await outdating(dropExpired(writer, table, now));
      }),
    refresh: () => during(() => outdating(files.followAll())),
    outdate: kept.outdate,
    close,
  };
}

/** DuckDB's error as one of the query, with the translated text for developers. */
function failed(error: unknown, text: string, googleSql: string): QueryMistake {
  const { what, at } = readDuckDbError(reasonOf(error), text);
  const mistake = queryMistake(
    "the query failed",
    what,
    googleSql,
    at === undefined ? undefined : traceBack(text, at, withoutComments(googleSql)),
    error,
  );
  return Object.assign(mistake, { message: `${mistake.message}\n${text}` });
}

async function createFunction(
  connection: DuckDBConnection,
  { name, parameters, sql }: WarehouseArgs["functions"][number],
): Promise<void> {
  const declarations = parameters.map((each) => `${each.name} ${each.type}`).join(", ");
  await connection.run(await toDuckDb(`CREATE OR REPLACE FUNCTION ${name}(${declarations}) AS (\n${sql}\n)`));
}
