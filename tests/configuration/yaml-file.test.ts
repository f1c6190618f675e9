/** YAML faults as a householder makes them: each is one sentence with the file, the line, the column and plain words. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunError } from "@pulumi/pulumi/errors";
import fc from "fast-check";
import { readYaml } from "../../configuration/yaml-file";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "wattlake-yaml-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

const written = (content: string | Buffer) => {
  const path = join(directory, "Pulumi.home.yaml");
  writeFileSync(path, content);
  return path;
};
const mistakeOf = (path: string) => {
  try {
    readYaml(path);
  } catch (error) {
    // Of any other error Pulumi shows the stack trace.
    if (error instanceof RunError) return error.message;
    throw error;
  }
  return "none";
};

test.each<[string, string, string]>([
  ["a tab", "config:\n\ta: 1\n", "line 2, column 1: a tab stands before the text"],
  ["an open brace", "config:\n  a: { b: 1\n  c: 2\n", "line 2, column 6: the { that opens here is not closed"],
  ["an open bracket", "a: [1, 2\nb: 3\n", "line 1, column 4: the [ that opens here is not closed"],
  ["an open bracket before a list", "a: [\n  - b: 1\n", "line 1, column 4: the [ that opens here is not closed"],
  ["an open quote", 'config:\n  a: "x\n  b: 1\n', 'line 2, column 6: the " that opens here is not closed'],
  [
    "a key twice",
    "config:\n  wattlake:x: 1\n  wattlake:x: 2\n",
    'line 3, column 3: the key "wattlake:x" appears twice',
  ],
  ["an unknown anchor", "a: &b 1\nc: *d\n", "line 2, column 4: *d repeats an anchor, but no &d stands before it"],
  ["an anchor of itself", "a: &b\n  c: *b\n", "line 2, column 6: *b repeats what it stands in itself"],
  ["a control character", "a: 1\nb: x\u0000\n", "line 2, column 5: here stands the control character 0"],
  ["a line that is not aligned", "config:\n  a: 1\n b: 2\n", "line 3, column 1: the line is indented otherwise"],
  ["no colon", "config:\n  a: 1\n  foo\n  b: 2\n", "line 3, column 3: a key must be on one line and end with a colon"],
  ["two colons", "name: EM: the first\n", "line 1, column 7: here a second key"],
  ["an at sign", "name: @home\n", "line 1, column 7: a text that begins with this character must stand in quotes"],
  ["two documents", "a: 1\n---\nb: 2\n", 'line 2, column 1: a second document begins ("---")'],
  ["a tag", "a: !secret x\n", 'line 1, column 4: a tag ("!") is not known'],
])("%s", (_, text, mistake) => {
  const path = written(text);
  const [first, ...more] = mistakeOf(path).split("\n");
  expect(first).toContain(`${path}, ${mistake}`);
  expect(first).toMatch(/\.$/);
  expect(more).toEqual([]);
});

test("a file that is no text says so", () => {
  const picture = Buffer.from([0x61, 0x0a, 0x3a, 0x89, 0x50, 0x4e, 0x47]);
  expect(mistakeOf(written(picture))).toContain("line 2, column 2: here stands a byte that is no UTF-8");
  expect(mistakeOf(written(Buffer.from("\ufeffa: 1", "utf16le")))).toMatch(/is UTF-16 text. Save it as UTF-8\.$/);
  expect(mistakeOf(directory)).toContain(`${directory} cannot be read: `);
});

test("anchors of anchors do not fill the memory", () => {
  const ten = (name: string) => `[${Array(10).fill(`*${name}`).join(", ")}]`;
  const text = `a: &a [1]\nb: &b ${ten("a")}\nc: &c ${ten("b")}\nd: ${ten("c")}\n`;
  expect(mistakeOf(written(text))).toMatch(/an anchor \(&\) is repeated \(\*\) too often\.$/);
});

test("a byte order mark, an anchor and comments are no faults; an empty file is null", () => {
  expect(readYaml(written("\ufeffa: &x { b: 1 } # one\nc: *x\n"))).toEqual({ a: { b: 1 }, c: { b: 1 } });
  expect(readYaml(written("# nothing\n"))).toBeNull();
});

test("whatever stands in the file, it is read, or refused by its name in one sentence", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "\n",
      "  ",
      "\t",
      ":",
      ": ",
      "- ",
      "{",
      "}",
      "[",
      "]",
      '"',
      "'",
      "&a ",
      "*a",
      "|",
      ">",
      "#",
      "!",
      "?",
      "\\",
    ),
    fc.string({ unit: "binary", maxLength: 3 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const path = written(pieces.join(""));
      const mistake = mistakeOf(path);
      expect(mistake === "none" || (mistake.startsWith(path) && !mistake.includes("\n"))).toBe(true);
    }),
    { numRuns: 500 },
  );
});
