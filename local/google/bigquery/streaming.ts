/**
 * BigQuery's `tabledata.insertAll` on DuckDB: rows are checked against the table's schema, a row whose insert id is known
 * is not added again, and what was accepted is visible to the next query.
 */
import { z } from "zod";
import type { Column, ColumnType, NativeTable } from "../../../sql/tables";
import type { Clock } from "../../clock";
import type { NativeRow, Warehouse } from "../duckdb";

/** As the REST call answers: errors by position of the row. */
export interface InsertErrors {
  readonly insertErrors?: readonly { index: number; errors: { reason: string; location: string; message: string }[] }[];
}

export const insertAllBody = z.object({
  skipInvalidRows: z.boolean().default(false),
  ignoreUnknownValues: z.boolean().default(false),
  rows: z
    .array(z.object({ insertId: z.string().max(128).optional(), json: z.record(z.string(), z.unknown()) }))
    .min(1, "No rows present in the request.")
    .max(50_000, "too many rows present in the request, limit: 50000"),
});
export type InsertAllBody = z.infer<typeof insertAllBody>;

/** BigQuery remembers an id "for at least one minute"; here it is exactly that, so that nothing relies on more. */
const rememberedMs = 60_000;

const number = z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/)]);
const accepted: Readonly<Partial<Record<ColumnType, z.ZodType<string | number | boolean>>>> = {
  STRING: z.union([z.string(), z.number(), z.boolean()]),
  INT64: z.union([z.int(), z.string().regex(/^-?\d+$/)]),
  FLOAT64: number,
  BOOL: z.union([z.boolean(), z.literal("true"), z.literal("false")]),
  DATE: z.iso.date(),
  TIMESTAMP: z.iso.datetime({ offset: false }),
};

export function createStreaming(warehouse: () => Promise<Warehouse>, clock: Clock) {
  /** Insert ids by table, in order of their last use, with the instant (ms) until which they are remembered. */
  const known = new Map<NativeTable, Map<string, number>>();

  const recall = (table: NativeTable, now: number) => {
    const ids = known.get(table) ?? new Map<string, number>();
    known.set(table, ids);
    for (const [id, until] of ids) {
      if (until > now) break;
      ids.delete(id);
    }
    return ids;
  };

  return async function insertAll(table: NativeTable, body: InsertAllBody): Promise<InsertErrors> {
    const { append } = await warehouse();
    const checked = body.rows.map(({ json }) => check(table, json, body.ignoreUnknownValues));
    const failed = checked.flatMap((result, index) => ("error" in result ? [{ index, errors: [result.error] }] : []));
    if (failed.length > 0 && !body.skipInvalidRows) return { insertErrors: withStopped(failed, body.rows.length) };

    const ids = recall(table, clock.now());
    const remembered: string[] = [];
    const rows = checked.flatMap((result, index) => {
      if ("error" in result) return [];
      const id = body.rows[index]?.insertId;
      if (id === undefined) return [result.row];
      const repeated = ids.delete(id);
      ids.set(id, clock.now() + rememberedMs);
      if (repeated) return [];
      remembered.push(id);
      return [result.row];
    });
    try {
      await append(table, rows);
    } catch (error) {
      for (const id of remembered) ids.delete(id);
      throw error;
    }
    return failed.length > 0 ? { insertErrors: failed } : {};
  };
}

/** Without `skipInvalidRows` one bad row stops all the others. */
function withStopped(failed: NonNullable<InsertErrors["insertErrors"]>, count: number) {
  const stopped = (index: number) => ({ index, errors: [{ reason: "stopped", location: "", message: "" }] });
  return Array.from({ length: count }, (_, index) => failed.find((each) => each.index === index) ?? stopped(index));
}

type Checked = { row: NativeRow } | { error: { reason: "invalid"; location: string; message: string } };

function check({ columns }: NativeTable, json: Record<string, unknown>, ignoreUnknownValues: boolean): Checked {
  const row: Record<string, string | number | boolean> = {};
  const invalid = (location: string, message: string): Checked => ({ error: { reason: "invalid", location, message } });
  for (const [name, value] of Object.entries(json)) {
    const column = columns.find((each) => each.name === name);
    if (!column) {
      if (ignoreUnknownValues) continue;
      return invalid(name, `no such field: ${name}.`);
    }
    if (value === null) continue;
    const parsed = schemaOf(column).safeParse(value);
    if (!parsed.success) return invalid(name, `Cannot convert value to ${column.type}: ${JSON.stringify(value)}`);
    row[name] = parsed.data;
  }
  return { row };
}

function schemaOf({ name, type }: Column): z.ZodType<string | number | boolean> {
  const schema = accepted[type];
  if (!schema) throw new Error(`Local mode does not stream values of type ${type} (column ${name}).`);
  return schema;
}
