/**
 * What was streamed into BigQuery is there after the next start too: a file a table, JSON Lines, beside the tables that
 * DuckDB has in memory alone. A row that a killed process has cut is none.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { NativeTable } from "../../../sql/tables";
import { lastExpiredDate, type NativeRow, type Warehouse } from "../duckdb";

const rowSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));

/** The warehouse with the rows of earlier processes, that keeps what is appended. `now` (ms) is the instant of the start. */
export async function keepRows(
  warehouse: Warehouse,
  tables: readonly NativeTable[],
  directory: string,
  now: number,
): Promise<Warehouse> {
  mkdirSync(directory, { recursive: true });
  const fileOf = ({ name }: NativeTable) => join(directory, `${name}.jsonl`);
  for (const table of tables) {
    const rows = prune(fileOf(table), table, now);
    if (rows.length > 0) await warehouse.append(table, rows);
  }
  return {
    ...warehouse,
    async append(table, rows) {
      await warehouse.append(table, rows);
      // The line break comes first: it also ends a line that was cut.
      appendFileSync(fileOf(table), rows.map((row) => `\n${JSON.stringify(row)}`).join(""), { flush: true });
    },
    async dropExpired(instant) {
      await warehouse.dropExpired(instant);
      for (const table of tables) prune(fileOf(table), table, instant);
    },
  };
}

/** The rows of the file; those that have expired, and what is no row, leave it. */
function prune(path: string, table: NativeTable, now: number): readonly NativeRow[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  const expired = lastExpiredDate(table, now);
  const rows = lines.flatMap((line) => {
    const row = readRow(line);
    if (!row) return [];
    return expired !== undefined && String(row[table.partition.column]) <= expired ? [] : [row];
  });
  if (rows.length < lines.length) {
    writeFileSync(`${path}.new`, rows.map((row) => `\n${JSON.stringify(row)}`).join(""), { flush: true });
    renameSync(`${path}.new`, path);
  }
  return rows;
}

function readRow(line: string): NativeRow | undefined {
  try {
    return rowSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
