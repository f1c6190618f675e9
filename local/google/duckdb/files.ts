/** The files of the external tables, as DuckDB knows them: it follows new ones, and a query may name fewer. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { ExternalTable } from "../../../sql/tables";
import type { Dates } from "./dates";
import { filledTable, identifier, isCopied, namedFiles, versionOf } from "./external";
import { missingFile } from "./refusals";

export function makeFiles(connection: DuckDBConnection, tables: readonly ExternalTable[], mirrorDirectory: string) {
  /** The version of each table that DuckDB knows; undefined without a file. */
  const versions = new Map<ExternalTable, string | undefined>();
  let named = "";

  /** Names the files of `dates`, or all, to the queries that follow on this connection. */
  const name = async (dates?: Dates): Promise<void> => {
    const statements = tables.map((table) => namedFiles(table, mirrorDirectory, dates)).join("");
    if (statements !== named) await connection.run(statements);
    named = statements;
  };

  /**
   * Creates those of `some` tables anew whose version has changed. A table of one file goes with it.
   * @throws where a table of many files has none, as BigQuery does.
   */
  const follow = async (some: readonly ExternalTable[]): Promise<void> => {
    for (const table of some) {
      const version = versionOf(table, mirrorDirectory);
      if (versions.has(table) && versions.get(table) === version) continue;
      if (version === undefined && !isCopied(table)) throw new Error(missingFile(table, mirrorDirectory));
      await name();
      await connection.run(
        version === undefined ? `DROP TABLE IF EXISTS ${identifier(table.name)}` : filledTable(table, mirrorDirectory),
      );
      versions.set(table, version);
    }
  };

  return {
    name,
    followAll: () => follow(tables),
    /** The tables that another file makes another: a view of several files sees a new one by itself. */
    follow: () => follow(tables.filter(isCopied)),
  };
}
