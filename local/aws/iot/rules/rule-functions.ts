/** The functions of AWS IoT SQL that the rules may use. One that is missing here is refused when a rule is loaded. */

import { formatTime } from "../../../time-pattern";
import { castTo, decodeUtf8, isObject, parseJson, toDecimal, toText, type Value } from "./rule-values";

/** One MQTT message on its way through the rules. */
export interface Message {
  /** Without the Basic Ingest prefix. */
  readonly topic: string;
  readonly payload: Buffer;
  readonly clientId: string;
  readonly traceId: string;
  /** Arrival, ms since the epoch. */
  readonly receivedAt: number;
  /** A fresh UUID at each call. */
  readonly newUuid: () => string;
}

interface RuleFunction {
  readonly arity: readonly [least: number, most: number];
  readonly apply: (args: readonly Value[], message: Message) => Value;
}

const text = (apply: (...args: string[]) => Value) => (args: readonly Value[]) => {
  const texts = args.map(toText);
  return texts.every((item) => item !== undefined) ? apply(...texts) : undefined;
};
const decimal = (apply: (value: number) => number) => (args: readonly Value[]) => {
  const value = toDecimal(args[0]);
  return value === undefined ? undefined : apply(value);
};
const onlyBase64 = (scheme: Value) => {
  if (scheme !== "base64") throw new Error(`encoding "${toText(scheme)}" is unknown; "base64" is the only one.`);
};

export const functions: Readonly<Record<string, RuleFunction>> = {
  topic: { arity: [0, 1], apply: ([level], { topic }) => (level === undefined ? topic : topicLevel(topic, level)) },
  timestamp: { arity: [0, 0], apply: (_, message) => message.receivedAt },
  newuuid: { arity: [0, 0], apply: (_, message) => message.newUuid() },
  traceid: { arity: [0, 0], apply: (_, message) => message.traceId },
  clientid: { arity: [0, 0], apply: (_, message) => message.clientId },
  encode: { arity: [2, 2], apply: ([value, scheme]) => encodeBase64(value, scheme) },
  decode: { arity: [2, 2], apply: ([value, scheme]) => decodeBase64(value, scheme) },
  parse_time: { arity: [2, 3], apply: ([pattern, instant, zone]) => parseTime(pattern, instant, zone) },
  get: { arity: [2, 2], apply: ([collection, key]) => getItem(collection, key) },
  isnull: { arity: [1, 1], apply: ([value]) => value === null },
  isundefined: { arity: [1, 1], apply: ([value]) => value === undefined },
  upper: { arity: [1, 1], apply: text((value) => value.toUpperCase()) },
  lower: { arity: [1, 1], apply: text((value) => value.toLowerCase()) },
  length: { arity: [1, 1], apply: text((value) => value.length) },
  startswith: { arity: [2, 2], apply: text((value, start) => value.startsWith(start)) },
  endswith: { arity: [2, 2], apply: text((value, end) => value.endsWith(end)) },
  indexof: { arity: [2, 2], apply: text((value, part) => value.indexOf(part)) },
  replace: { arity: [3, 3], apply: text((value, from, to) => value.replaceAll(from, () => to)) },
  concat: { arity: [1, Number.POSITIVE_INFINITY], apply: text((...parts) => parts.join("")) },
  abs: { arity: [1, 1], apply: decimal(Math.abs) },
  ceil: { arity: [1, 1], apply: decimal(Math.ceil) },
  floor: { arity: [1, 1], apply: decimal(Math.floor) },
};

function topicLevel(topic: string, level: Value): string | undefined {
  const index = toDecimal(level);
  return index === undefined || index < 1 ? undefined : topic.split("/")[index - 1];
}

function encodeBase64(value: Value, scheme: Value): string | undefined {
  onlyBase64(scheme);
  const plain = toText(value);
  return plain === undefined ? undefined : Buffer.from(plain).toString("base64");
}

/** A JSON document becomes its value, other text stays text, what cannot be decoded becomes NULL. */
function decodeBase64(value: Value, scheme: Value): Value {
  onlyBase64(scheme);
  if (typeof value !== "string") return value === undefined ? undefined : null;
  const bytes = Buffer.from(value, "base64");
  const json = parseJson(bytes);
  return json === undefined ? (decodeUtf8(bytes) ?? null) : json;
}

function parseTime(pattern: Value, instant: Value, zone: Value): string | undefined {
  const milliseconds = toDecimal(instant);
  if (typeof pattern !== "string" || milliseconds === undefined) return undefined;
  return formatTime(pattern, milliseconds, toText(zone) ?? "UTC");
}

function getItem(collection: Value, key: Value): Value {
  if (isObject(collection))
    return typeof key === "string" && Object.hasOwn(collection, key) ? collection[key] : undefined;
  const index = castTo("Int")(key);
  if (typeof index !== "number") return undefined;
  return Array.isArray(collection) || typeof collection === "string" ? collection[index] : undefined;
}
