/** The values of AWS IoT SQL and its standard conversions. JavaScript's `undefined` is SQL's Undefined. */

export type Value =
  | undefined
  | null
  | boolean
  | number
  | string
  | readonly Value[]
  | { readonly [name: string]: Value };

const decimalText = /^-?\d+(\.\d+)?(E-?\d+)?$/i;

export const isObject = (value: Value): value is { readonly [name: string]: Value } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export function toDecimal(value: Value): number | undefined {
  if (typeof value === "number") return value;
  if (typeof value === "string" && decimalText.test(value)) return Number(value);
  return undefined;
}

export function toText(value: Value): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

export function toLogical(value: Value): boolean | undefined {
  if (typeof value === "boolean") return value;
  const text = typeof value === "string" ? value.toLowerCase() : undefined;
  return text === "true" ? true : text === "false" ? false : undefined;
}

/** Parses bytes that AWS would call a JSON document; undefined for everything else (`off`, `nan`, binary). */
export function parseJson(bytes: Uint8Array): Value {
  const text = decodeUtf8(bytes);
  if (text === undefined) return undefined;
  try {
    const value: Value = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** `=` of AWS IoT SQL: Undefined beside Undefined is Undefined, unlike types are unequal, order of keys is no matter. */
export function equal(left: Value, right: Value): boolean | undefined {
  if (left === undefined || right === undefined) return undefined;
  return same(left, right);
}

function same(left: Value, right: Value): boolean {
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((item, index) => same(item, right[index]));
  if (isObject(left) && isObject(right)) {
    const names = Object.keys(left);
    return names.length === Object.keys(right).length && names.every((name) => same(left[name], right[name]));
  }
  return left === right;
}

const castTargets: Readonly<Record<string, (value: Value) => Value>> = {
  int: (value) => {
    const decimal = castDecimal(value);
    return decimal === undefined ? undefined : Math.floor(decimal);
  },
  decimal: castDecimal,
  boolean: (value) => (typeof value === "number" ? value !== 0 : toLogical(value)),
  string: toText,
};

const castNames: Readonly<Record<string, string>> = {
  int: "int",
  integer: "int",
  decimal: "decimal",
  double: "decimal",
  bool: "boolean",
  boolean: "boolean",
  string: "string",
  text: "string",
  ntext: "string",
  varchar: "string",
  nvarchar: "string",
};

function castDecimal(value: Value): number | undefined {
  return typeof value === "boolean" ? Number(value) : toDecimal(value);
}

/** The conversion behind `cast(x AS <type>)`; throws for a type that AWS IoT SQL does not have. */
export function castTo(type: string): (value: Value) => Value {
  const cast = castTargets[castNames[type.toLowerCase()] ?? ""];
  if (!cast) throw new Error(`cast to "${type}" is unknown; known types: ${Object.keys(castNames).join(", ")}.`);
  return cast;
}
