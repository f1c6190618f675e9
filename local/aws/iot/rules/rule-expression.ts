/** Turns a parsed SQL expression into a function of the message; refuses, when loaded, what AWS IoT SQL does not have. */
import type { Expr } from "pgsql-ast-parser";
import { functions, type Message } from "./rule-functions";
import { payloadName } from "./rule-text";
import { castTo, equal, isObject, parseJson, toDecimal, toLogical, toText, type Value } from "./rule-values";

/** A message with its payload parsed; `json` is undefined where the payload is not a JSON object or array. */
export interface Parsed {
  readonly message: Message;
  readonly json: Value;
}

/** Parses the payload when it is first asked for, and never again: whatever sees the message shares what it returns. */
export function parseOnce(message: Message): Parsed {
  let parsed: { readonly json: Value } | undefined;
  return {
    message,
    get json() {
      parsed ??= { json: parseDocument(message.payload) };
      return parsed.json;
    },
  };
}

function parseDocument(payload: Buffer): Value {
  const value = parseJson(payload);
  return typeof value === "object" && value !== null ? value : undefined;
}

export type Evaluate = (parsed: Parsed) => Value;

type Operator = (left: Value, right: Value) => Value;

const arithmetic =
  (apply: (left: number, right: number) => number): Operator =>
  (left, right) => {
    const [a, b] = [toDecimal(left), toDecimal(right)];
    if (a === undefined || b === undefined) return undefined;
    const result = apply(a, b);
    return Number.isFinite(result) ? result : undefined;
  };
const comparison =
  (apply: (left: number, right: number) => boolean): Operator =>
  (left, right) => {
    const [a, b] = [toDecimal(left), toDecimal(right)];
    return a === undefined || b === undefined ? undefined : apply(a, b);
  };
const logical =
  (apply: (left: boolean, right: boolean) => boolean): Operator =>
  (left, right) => {
    const [a, b] = [toLogical(left), toLogical(right)];
    return a === undefined || b === undefined ? undefined : apply(a, b);
  };

const operators: Readonly<Record<string, Operator>> = {
  "+": (left, right) => {
    if (typeof left !== "string" && typeof right !== "string") return arithmetic((a, b) => a + b)(left, right);
    const [a, b] = [toText(left), toText(right)];
    return a === undefined || b === undefined ? undefined : a + b;
  },
  "-": arithmetic((left, right) => left - right),
  "*": arithmetic((left, right) => left * right),
  // Whole numbers divide to a whole number.
  "/": (left, right) =>
    arithmetic((a, b) => (Number.isInteger(left) && Number.isInteger(right) ? Math.trunc(a / b) : a / b))(left, right),
  "%": arithmetic((left, right) => left % right),
  "=": equal,
  "!=": (left, right) => negate(equal(left, right)),
  "<": comparison((left, right) => left < right),
  "<=": comparison((left, right) => left <= right),
  ">": comparison((left, right) => left > right),
  ">=": comparison((left, right) => left >= right),
  AND: logical((left, right) => left && right),
  OR: logical((left, right) => left || right),
  IN: (left, right) => (Array.isArray(right) ? right.some((item) => equal(left, item) === true) : undefined),
  "NOT IN": (left, right) => (Array.isArray(right) ? !right.some((item) => equal(left, item) === true) : undefined),
};

const negate = (value: boolean | undefined) => (value === undefined ? undefined : !value);

export function compileExpression(node: Expr): Evaluate {
  switch (node.type) {
    case "string":
    case "integer":
    case "numeric":
    case "boolean": {
      const { value } = node;
      return () => value;
    }
    case "null":
      return () => null;
    case "ref":
      return compileReference(node.table ? `${node.table.name}.${node.name}` : node.name);
    case "list":
    case "array": {
      const items = node.expressions.map(compileExpression);
      return (parsed) => items.map((item) => item(parsed));
    }
    case "cast": {
      const operand = compileExpression(node.operand);
      if (!("name" in node.to) || node.to.name === undefined) throw new Error("cast to an array is not known.");
      const cast = castTo(node.to.name);
      return (parsed) => cast(operand(parsed));
    }
    case "unary": {
      const operand = compileExpression(node.operand);
      if (node.op === "NOT") return (parsed) => negate(toLogical(operand(parsed)));
      if (node.op === "-") return (parsed) => arithmetic((left, right) => left * right)(-1, operand(parsed));
      throw new Error(`the operator ${node.op} is not known.`);
    }
    case "binary": {
      const operator = operators[node.op];
      if (!operator) throw new Error(`the operator ${node.op} is not known.`);
      const [left, right] = [compileExpression(node.left), compileExpression(node.right)];
      return (parsed) => operator(left(parsed), right(parsed));
    }
    case "case": {
      if (!node.value) throw new Error("CASE needs a value: CASE v WHEN t THEN r ... END.");
      const value = compileExpression(node.value);
      const branches = node.whens.map(
        ({ when, value: then }) => [compileExpression(when), compileExpression(then)] as const,
      );
      const otherwise = node.else ? compileExpression(node.else) : undefined;
      return (parsed) => {
        const subject = value(parsed);
        if (subject === undefined) return undefined;
        const branch = branches.find(([when]) => equal(subject, when(parsed)) === true);
        return branch ? branch[1](parsed) : otherwise?.(parsed);
      };
    }
    case "call":
      return compileCall(node.function.name, node.args);
    default:
      throw new Error(`an expression of the kind "${node.type}" is not known.`);
  }
}

function compileReference(path: string): Evaluate {
  if (path === "*" || path.endsWith(".*"))
    throw new Error("* stands alone in SELECT, or first in encode(*, 'base64').");
  if (path === payloadName) throw new Error("* as an argument is known to encode(*, 'base64') only.");
  const names = path.split(".");
  return ({ json }) =>
    names.reduce<Value>(
      (value, name) => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined),
      json,
    );
}

function compileCall(name: string, args: readonly Expr[]): Evaluate {
  const known = functions[name.toLowerCase()];
  if (!known || !Object.hasOwn(functions, name.toLowerCase()))
    throw new Error(`the function ${name}() is not known; known are ${Object.keys(functions).join(", ")}.`);
  const [least, most] = known.arity;
  if (args.length < least || args.length > most) throw new Error(`${name}() has a wrong number of arguments.`);
  const [first, ...others] = args;
  if (name.toLowerCase() === "encode" && first?.type === "ref" && first.name === payloadName) {
    const scheme = others[0] && compileExpression(others[0]);
    return (parsed) => {
      if (scheme?.(parsed) !== "base64") throw new Error('"base64" is the only encoding.');
      return parsed.message.payload.toString("base64");
    };
  }
  const evaluated = args.map(compileExpression);
  return (parsed) =>
    known.apply(
      evaluated.map((arg) => arg(parsed)),
      parsed.message,
    );
}
