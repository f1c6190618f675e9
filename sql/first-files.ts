/**
 * The first file of each table that is partitioned by its files' folders: BigQuery refuses such a table while there is no
 * file, so the program puts an empty one there. Nothing else is ever written to its place.
 */
import type { ColumnType, ExternalTable } from "./tables";

export interface FirstFile {
  /** Its place in the mirror. */
  readonly key: string;
  /** What stands in it, a file of the project: no line, and gzip where the table's files are. */
  readonly path: string;
}

/** Partitions of no site and no day: a site's id is in lower case, and the calendar begins in 2000. */
const nowhere: Readonly<Partial<Record<ColumnType, string>>> = { STRING: "NONE", DATE: "1970-01-01" };

/** @returns undefined for a table without hive keys. */
export function firstFileOf({ name, uris, hive }: ExternalTable): FirstFile | undefined {
  if (hive === undefined) return undefined;
  const [uri = ""] = uris;
  const folders = hive.keys.map((key) => {
    const value = nowhere[key.type];
    if (value === undefined) throw new Error(`table ${name}: no partition of type ${key.type} is empty for good`);
    return `${key.name}=${value}/`;
  });
  return {
    key: `${hive.prefix}${folders.join("")}first${uri.split("*").at(-1)}`,
    path: `sql/first/empty.jsonl${uri.endsWith(".gz") ? ".gz" : ""}`,
  };
}
