/** Values and types between plain rows and ZetaSQL's protocol messages. */
import { z } from "zod";
import type { ResultColumn, Row, Value } from "../../local/google/duckdb/rows";
import type { Column, ColumnType } from "../../sql/tables";

/** A row as JSON has it: timestamps ISO 8601 in UTC, dates `YYYY-MM-DD`; an absent field is NULL. */
export type PlainRow = { readonly [column: string]: unknown };
type Typed = Pick<Column, "type" | "mode" | "fields">;

const kinds: Readonly<Record<Exclude<ColumnType, "RECORD">, string>> = {
  STRING: "TYPE_STRING",
  INT64: "TYPE_INT64",
  FLOAT64: "TYPE_DOUBLE",
  BOOL: "TYPE_BOOL",
  DATE: "TYPE_DATE",
  TIMESTAMP: "TYPE_TIMESTAMP",
  NUMERIC: "TYPE_NUMERIC",
};

const dayMs = 86_400_000;

/** Of the values; made once, there are hundreds of thousands. */
const plain = {
  list: z.array(z.unknown()),
  record: z.record(z.string(), z.unknown()),
  string: z.string(),
  integer: z.union([z.int(), z.bigint()]),
  number: z.number(),
  boolean: z.boolean(),
  date: z.iso.date(),
  instant: z.iso.datetime(),
};

export function encodeType({ type, mode, fields = [] }: Typed): object {
  if (mode === "REPEATED") return { typeKind: "TYPE_ARRAY", arrayType: { elementType: encodeType({ type, fields }) } };
  if (type !== "RECORD") return { typeKind: kinds[type] };
  return {
    typeKind: "TYPE_STRUCT",
    structType: { field: fields.map((field) => ({ fieldName: field.name, fieldType: encodeType(field) })) },
  };
}

export const encodeRow = (row: PlainRow, columns: readonly Column[]): object[] =>
  columns.map((column) => encodeValue(row[column.name], column));

export function encodeValue(value: unknown, column: Typed & { name?: string }): object {
  if (value === undefined || value === null) return {};
  const { type, fields = [] } = column;
  if (column.mode === "REPEATED") {
    return {
      arrayValue: {
        element: plain.list.parse(value).map((each) => encodeValue(each, { type, fields })),
      },
    };
  }
  switch (type) {
    case "STRING":
      return { stringValue: plain.string.parse(value) };
    case "INT64":
      return { int64Value: String(plain.integer.parse(value)) };
    case "FLOAT64":
      return { doubleValue: plain.number.parse(value) };
    case "BOOL":
      return { boolValue: plain.boolean.parse(value) };
    case "DATE":
      return { dateValue: Date.parse(plain.date.parse(value)) / dayMs };
    case "TIMESTAMP": {
      const [, whole, fraction = ""] = /^([^.]*)(?:\.(\d+))?Z$/.exec(plain.instant.parse(value)) ?? [];
      const seconds = Date.parse(`${whole}Z`) / 1000;
      return { timestampValue: { seconds: String(seconds), nanos: Number(fraction.padEnd(9, "0")) } };
    }
    case "RECORD":
      return { structValue: { field: encodeRow(plain.record.parse(value), fields) } };
    case "NUMERIC":
      return { numericValue: encodeNumeric(plain.number.parse(value)) };
  }
}

/** Little-endian two's complement of the value times 1e9. */
function encodeNumeric(value: number): Buffer {
  const bytes = Buffer.alloc(16);
  const scaled = BigInt(Math.round(value * 1e9));
  bytes.writeBigInt64LE(BigInt.asIntN(64, scaled), 0);
  bytes.writeBigInt64LE(scaled >> 64n, 8);
  return bytes;
}

interface DecodedColumn extends ResultColumn {
  readonly fields?: readonly DecodedColumn[];
}

interface TypeMessage {
  readonly typeKind: string;
  readonly arrayType?: { readonly elementType: TypeMessage } | null | undefined;
  readonly structType?:
    | { readonly field: readonly { readonly fieldName: string; readonly fieldType: TypeMessage }[] }
    | null
    | undefined;
}
const typeSchema: z.ZodType<TypeMessage> = z.lazy(() =>
  z.object({
    typeKind: z.string(),
    arrayType: z.object({ elementType: typeSchema }).nullish(),
    structType: z.object({ field: z.array(z.object({ fieldName: z.string(), fieldType: typeSchema })) }).nullish(),
  }),
);
const columnSchema = z.object({ name: z.string().default(""), type: typeSchema });

export function decodeColumn(message: unknown): DecodedColumn {
  const { name, type } = columnSchema.parse(message);
  return decodeType(name, type);
}

function decodeType(name: string, type: TypeMessage): DecodedColumn {
  if (type.arrayType) return { ...decodeType(name, type.arrayType.elementType), mode: "REPEATED" };
  if (type.structType)
    return {
      name,
      type: "RECORD",
      fields: type.structType.field.map((each) => decodeType(each.fieldName, each.fieldType)),
    };
  if (type.typeKind === "TYPE_DATETIME") return { name, type: "DATETIME" };
  const known = Object.entries(kinds).find(([, kind]) => kind === type.typeKind)?.[0];
  return { name, type: z.enum(Object.keys(kinds) as (keyof typeof kinds)[]).parse(known) };
}

const valueSchema = z.object({
  int64Value: z.coerce.number().optional(),
  doubleValue: z.number().optional(),
  stringValue: z.string().optional(),
  boolValue: z.boolean().optional(),
  dateValue: z.number().optional(),
  timestampValue: z.object({ seconds: z.coerce.number().default(0), nanos: z.number().default(0) }).optional(),
  numericValue: z.instanceof(Uint8Array).optional(),
  arrayValue: z.object({ element: z.array(z.unknown()).default([]) }).optional(),
  structValue: z.object({ field: z.array(z.unknown()).default([]) }).optional(),
  datetimeValue: z.object({ bitFieldDatetimeSeconds: z.coerce.bigint(), nanos: z.number().default(0) }).optional(),
});

export const decodeRow = (cells: readonly unknown[], columns: readonly DecodedColumn[]): Row =>
  Object.fromEntries(columns.map((column, index) => [column.name, decodeValue(cells[index], column)]));

function decodeValue(message: unknown, column: DecodedColumn): Value {
  const value = valueSchema.parse(message);
  const { mode: _, ...element } = column;
  if (value.arrayValue) return value.arrayValue.element.map((each) => decodeValue(each, element));
  if (value.structValue) return decodeRow(value.structValue.field, column.fields ?? []);
  if (value.dateValue !== undefined) return new Date(value.dateValue * dayMs).toISOString().slice(0, 10);
  if (value.timestampValue) {
    const { seconds, nanos } = value.timestampValue;
    return isoText(seconds, nanos);
  }
  if (value.datetimeValue) return datetimeText(value.datetimeValue.bitFieldDatetimeSeconds);
  if (value.numericValue) return decodeNumeric(value.numericValue);
  return value.int64Value ?? value.doubleValue ?? value.stringValue ?? value.boolValue ?? null;
}

function isoText(seconds: number, nanos: number): string {
  const micros = Math.round(nanos / 1000);
  const text = new Date(seconds * 1000 + Math.floor(micros / 1000)).toISOString();
  return micros % 1000 === 0 ? text : text.replace("Z", `${String(micros % 1000).padStart(3, "0")}Z`);
}

/** Fields of a civil time from the low bits: second 6, minute 6, hour 5, day 5, month 4, year 14. */
function datetimeText(bits: bigint): string {
  const field = (shift: bigint, width: bigint) => Number((bits >> shift) & ((1n << width) - 1n));
  const ms = Date.UTC(
    field(26n, 14n),
    field(22n, 4n) - 1,
    field(17n, 5n),
    field(12n, 5n),
    field(6n, 6n),
    field(0n, 6n),
  );
  return new Date(ms).toISOString().slice(0, -1);
}

function decodeNumeric(bytes: Uint8Array): number {
  let scaled = 0n;
  for (const byte of [...bytes].reverse()) scaled = (scaled << 8n) | BigInt(byte);
  return Number(BigInt.asIntN(bytes.length * 8, scaled)) / 1e9;
}
