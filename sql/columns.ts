/** Columns of tables and views. */

export const columnTypes = ["STRING", "INT64", "FLOAT64", "BOOL", "DATE", "TIMESTAMP", "NUMERIC", "RECORD"] as const;
export type ColumnType = (typeof columnTypes)[number];

/** A column as BigQuery's schema has it; a `REPEATED` `RECORD` is an array of structs of `fields`. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  readonly mode?: "REPEATED";
  readonly description: string;
  readonly fields?: readonly Column[];
}

export const column = (name: string, type: ColumnType, description: string): Column => ({ name, type, description });
export const records = (name: string, description: string, fields: readonly Column[]): Column => ({
  name,
  type: "RECORD",
  mode: "REPEATED",
  description,
  fields,
});
