/** A correct configuration with any one thing made wrong is refused in a sentence with the path of it, never with a stack trace. */
import { RunError } from "@pulumi/pulumi/errors";
import fc from "fast-check";
import { parseConfig, wattlakeKeys } from "../../config";
import { pathText, show } from "../../configuration/wording";
import { exampleOf, type Node, readKeys } from "../../tools/configuration/keys";

const keys = readKeys();
/** Every key there is. */
const correct = exampleOf(keys, "all");

interface Place {
  readonly path: readonly PropertyKey[];
  readonly node: Node;
  readonly required: boolean;
}

/** Everything in the configuration: blocks, lists and values, the whole first. */
function placesOf(node: Node, path: readonly PropertyKey[], required: boolean): Place[] {
  const inner = Object.entries(node.properties ?? {}).flatMap(([key, child]) =>
    placesOf(child, [...path, key], node.required?.includes(key) === true),
  );
  const items = node.items ? placesOf(node.items, [...path, 0], true) : [];
  return [{ path, node, required }, ...inner, ...items];
}
const [whole, ...places] = placesOf(keys, [], true);
const named = places.filter(({ path }) => typeof path.at(-1) === "string");
const blocks = [whole, ...places].flatMap((place) => (place?.node.properties ? [place] : []));

type Change = (value: unknown) => unknown;
const gone = Symbol("gone");

/** A copy in which what is at the path is changed, or `gone`. */
function changed(value: unknown, path: readonly PropertyKey[], change: Change): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return change(value);
  if (Array.isArray(value)) return value.map((item, at) => (at === step ? changed(item, rest, change) : item));
  return Object.fromEntries(
    Object.entries(Object(value)).flatMap(([key, item]) => {
      const after = key === step ? changed(item, rest, change) : item;
      return after === gone ? [] : [[key, after]];
    }),
  );
}

/** The lines of the refusal of what a file would hold, as Pulumi hands it over; none where it is accepted. */
function refusalOf(configuration: unknown): readonly string[] {
  const flat = Object.entries(Object(configuration)).map(([key, value]) => [
    `wattlake:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  try {
    parseConfig(wattlakeKeys(Object.fromEntries(flat)));
    return [];
  } catch (error) {
    // Of any other error Pulumi shows the stack trace.
    if (!(error instanceof RunError)) throw error;
    const [head, ...lines] = error.message.split("\n");
    expect(head).toMatch(/^The stack configuration has (a mistake|\d+ mistakes):$/);
    for (const line of lines) {
      expect(line).toMatch(/^ {2}(wattlake:|The stack configuration )\S.*\.$/);
      // What zod says by itself.
      expect(line).not.toMatch(/invalid (input|option|string)|expected|too (small|big)|unrecognized/i);
    }
    return lines;
  }
}

const expectRefused = (path: readonly PropertyKey[], change: Change, what = "") => {
  const lines = refusalOf(changed(correct, path, change));
  const begins = `  ${pathText(path)} ${what}`;
  if (!lines.some((line) => line.startsWith(begins)))
    throw new Error(`No line begins with "${begins}": ${lines.length === 0 ? "it is accepted" : lines.join("\n")}`);
};
/** Of a value that is not allowed; a secret is not shown. */
const notAllowed = ({ allowed = "" }: Node) => (allowed.endsWith("as a secret") ? "must be " : "is ");
const check = <T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => void) =>
  fc.assert(fc.property(arbitrary, property), { numRuns: 200 });

const kindOf = (value: unknown) => (value === null ? "null" : Array.isArray(value) ? "list" : typeof value);
const anyOf: fc.Arbitrary<unknown> = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.jsonValue({ maxDepth: 1 }), { maxLength: 3 }),
  fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 }),
);

test("the configuration that is changed is accepted", () => {
  expect(refusalOf(correct)).toEqual([]);
  expect(named.length).toBeGreaterThan(40);
});

test("a key that must be there is removed", () => {
  for (const { path } of named.filter(({ required }) => required)) expectRefused(path, () => gone, "is missing; ");
});

test("a value is of another type", () => {
  check(fc.tuple(fc.constantFrom(...named), anyOf), ([{ path, node }, value]) => {
    let kind = "";
    changed(correct, path, (was) => {
      kind = kindOf(was);
      return was;
    });
    fc.pre(kindOf(value) !== kind);
    // A text that is JSON at the top of the file is read as what it says.
    fc.pre(path.length > 1 || typeof value !== "string");
    expectRefused(path, () => value, notAllowed(node));
  });
});

test("a value is of the type, and not allowed", () => {
  const wrong: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
    string: fc
      .tuple(fc.string(), fc.constantFrom("\u0000", "\u0007", "\u001b[31m", "\u2028"), fc.string())
      .map((parts) => parts.join("")),
    number: fc.double({ max: -181, noNaN: true, noDefaultInfinity: true }),
    list: fc.constant([]),
  };
  const cases = named.flatMap(({ path, node }) => {
    let kind = "";
    changed(correct, path, (was) => {
      kind = kindOf(was);
      return was;
    });
    const values = wrong[kind];
    return values ? [values.map((value) => ({ path, node, value }))] : [];
  });
  check(fc.oneof(...cases), ({ path, node, value }) => expectRefused(path, () => value, notAllowed(node)));
});

test("a key of the name __proto__ is told like any other", () => {
  expect(refusalOf(JSON.parse('{"__proto__":[]}')).join()).toContain('the unknown key "__proto__"');
});

test("a block has a key more", () => {
  const strange = fc.constantFrom("__proto__", "constructor", "toString", "", "Id", "timezone ", "a\nb", "a.b", "0");
  check(fc.tuple(fc.constantFrom(...blocks), fc.oneof(strange, fc.string()), anyOf), ([{ path, node }, key, value]) => {
    fc.pre(!Object.keys(node.properties ?? {}).includes(key));
    const more: Change = (block) => Object.fromEntries([...Object.entries(Object(block)), [key, value]]);
    expectRefused(path, more, `has the unknown key ${show(key)}`);
  });
});

test("whatever stands where, it is accepted, or refused in sentences", () => {
  check(fc.tuple(fc.constantFrom(...places), anyOf), ([{ path }, value]) => {
    refusalOf(changed(correct, path, () => value));
  });
});
