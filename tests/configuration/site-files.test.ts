/** Sites from files: which files, what each may hold, and how a mistake says where it is. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseConfig, type StackConfig } from "../../config";

const folder = mkdtempSync(join(tmpdir(), "wattlake-sites-"));
afterAll(() => rmSync(folder, { recursive: true }));

let tries = 0;
/** Parses a configuration whose sites are the given files. */
function parse(files: Record<string, string>, pattern: unknown = "sites/*.yaml"): StackConfig {
  const project = join(folder, String(tries++));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(project, name, ".."), { recursive: true });
    writeFileSync(join(project, name), text);
  }
  mkdirSync(project, { recursive: true });
  return parseConfig({ sites: { files: pattern } }, project);
}
function mistakes(files: Record<string, string>, pattern?: unknown): string[] {
  try {
    parse(files, pattern);
  } catch (error) {
    const [first = "", ...rest] = (error instanceof Error ? error.message : "").split("\n");
    expect(first).toMatch(/^The stack configuration has (a mistake|\d+ mistakes):$/);
    return rest.map((line) => line.trim());
  }
  return [];
}

const site = (id: string, meter = `shellyem-${id}`) => `id: ${id}
timezone: Europe/Warsaw
currency: PLN
meters:
  - id: ${meter}
    model: EM
    connection: bridge
    channels:
      - { index: 0, name: Grid, role: grid }
`;
const inList = (text: string) => `- ${text.trimEnd().replaceAll("\n", "\n  ")}\n`;

test("a file has one site or a list of them; files come in the order of their names", () => {
  const { sites, aggregation } = parse(
    {
      "sites/b.yaml": `${inList(site("b1"))}${inList(site("b2"))}`,
      "sites/a.yaml": site("a"),
      "sites/notes.txt": "no site",
      "more/c.yaml": site("c"),
    },
    ["sites/*.yaml", "more/c.yaml", "sites/a.yaml"],
  );
  expect(sites.map(({ id }) => id)).toEqual(["c", "a", "b1", "b2"]);
  expect(aggregation.timezone).toBe("Europe/Warsaw");
});

test("the sites of files are those of the same list", () => {
  const files = parse({ "sites/a.yaml": site("a") });
  const channels = [{ index: 0, name: "Grid", role: "grid" }];
  const meters = [{ id: "shellyem-a", model: "EM", connection: "bridge", channels }];
  expect(files).toEqual(parseConfig({ sites: [{ id: "a", timezone: "Europe/Warsaw", currency: "PLN", meters }] }));
});

test.each([
  [
    "a wrong value",
    { "sites/a.yaml": site("a").replace("model: EM", "model: EX") },
    [/^sites\/a\.yaml, line 6: meters\[0\]\.model is "EX", but must be one of /],
  ],
  [
    "a value in a list",
    { "sites/a.yaml": `${inList(site("a"))}${inList(site("b")).replace("PLN", "ZZZ")}` },
    [/^sites\/a\.yaml, line 12: currency is "ZZZ"/],
  ],
  [
    "a key that is missing",
    { "sites/a.yaml": site("a").replace("timezone: Europe/Warsaw\n", "") },
    [/^sites\/a\.yaml, line 1: timezone is missing/],
  ],
  [
    "a key that is not known",
    { "sites/a.yaml": site("a").replace("currency:", "curency:") },
    [
      /^sites\/a\.yaml, line 1: currency is missing/,
      /^sites\/a\.yaml, line 3: the site has the unknown key "curency" \(did you mean "currency"\?\)/,
    ],
  ],
  [
    "a meter of two sites",
    { "sites/a.yaml": site("a", "shellyem-x"), "sites/b.yaml": site("b", "shellyem-x") },
    [/^sites\/b\.yaml, line 5: meters\[0\]\.id is "shellyem-x".*sites\/a\.yaml, line 5: meters\[0\]\.id/],
  ],
  ["no YAML", { "sites/a.yaml": "id: a\n\ttimezone: x\n" }, [/^sites\/a\.yaml, line 2, column 1: a tab stands before/]],
  ["an empty file", { "sites/a.yaml": "# nothing\n" }, [/^sites\/a\.yaml, line 1: the site is empty, but must be/]],
])("%s is told with file and line", (_, files, sentences) => {
  const told = mistakes(files);
  expect(told).toHaveLength(sentences.length);
  sentences.forEach((sentence, at) => {
    expect(told[at]).toMatch(sentence);
  });
});

test.each([
  ["sites/*.yml", /^wattlake:sites\.files is "sites\/\*\.yml", but no file of .* is so named\.$/],
  [7, /^wattlake:sites\.files is 7, but must be a pattern of files/],
  [[], /^wattlake:sites\.files is an empty list, but must be a pattern of files/],
])("a pattern that names no file is told: %j", (pattern, sentence) => {
  expect(mistakes({ "sites/a.yaml": site("a") }, pattern)).toEqual([expect.stringMatching(sentence)]);
});
