/** What BigQuery says where an external table has no file, in short. */
import { basename } from "node:path";
import type { ExternalTable } from "../../../sql/tables";
import { hasFiles } from "./external";

/**
 * @param mirrorDirectory - Named after the bucket that it stands for.
 * @returns undefined where the table has a file. Over hive folders it cannot be created without one; a table of one file
 * can, and nothing can read it.
 */
export function missingFile(table: ExternalTable, mirrorDirectory: string): string | undefined {
  const { name, uris, hive } = table;
  if (hasFiles(table, mirrorDirectory)) return undefined;
  return hive === undefined
    ? `Not found: URI gs://${basename(mirrorDirectory)}/${uris.join(", ")}`
    : `Cannot query hive partitioned data for table ${name} without any associated files.`;
}

/** DuckDB's error in BigQuery's words, where it means that a table has no file. */
export function inBigQuerysWords(error: unknown, tables: readonly ExternalTable[], mirrorDirectory: string): unknown {
  const message = error instanceof Error ? error.message : String(error);
  const isMeant = ({ name, hive }: ExternalTable) =>
    hive === undefined
      ? message.includes(`Table with name ${name} does not exist`)
      : message.includes("No files found that match") && message.includes(`/${hive.prefix}`);
  const [said] = tables.filter(isMeant).flatMap((table) => missingFile(table, mirrorDirectory) ?? []);
  return said === undefined ? error : new Error(said, { cause: error });
}
