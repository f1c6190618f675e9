/** Which external tables have files: DuckDB refuses to read a pattern that no file matches. */
import type { DuckDBConnection } from "@duckdb/node-api";
import type { ExternalTable } from "../../../sql/tables";
import { oneAfterAnother } from "../../in-turn";
import { filledTable, hasFiles, identifier, isOfMany } from "./external";
import { missingFile } from "./refusals";

export function makeFiles(connection: DuckDBConnection, tables: readonly ExternalTable[], mirrorDirectory: string) {
  const filled = new Map<ExternalTable, boolean>();
  // What one query finds is created before the next one looks.
  const inTurn = oneAfterAnother();
  /** @throws where a table of many files has none, as BigQuery does. A table of one file goes with it. */
  const follow = (some: () => readonly ExternalTable[]) =>
    inTurn(async () => {
      for (const table of some()) {
        const isFilled = hasFiles(table, mirrorDirectory);
        if (filled.get(table) === isFilled) continue;
        if (!isFilled && isOfMany(table)) throw new Error(missingFile(table, mirrorDirectory));
        await connection.run(
          isFilled ? filledTable(table, mirrorDirectory) : `DROP VIEW IF EXISTS ${identifier(table.name)}`,
        );
        filled.set(table, isFilled);
      }
    });

  return {
    followAll: () => follow(() => tables),
    /** The same without looking through many files for whether they are still there. */
    follow: () => follow(() => tables.filter((table) => !filled.get(table) || !isOfMany(table))),
  };
}
