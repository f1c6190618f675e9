/** docs/architecture.md is about this code: its list of `local/` is the folders, and a message's way leads through functions that exist. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  createSourceFile,
  isClassDeclaration,
  isFunctionDeclaration,
  isVariableStatement,
  ScriptTarget,
  type Statement,
} from "typescript";
import { readCatalog } from "../../sql/catalog";

const root = join(__dirname, "../..");
const page = readFileSync(join(root, "docs/architecture.md"), "utf8");

/** The text between a line and the next one that begins with `end`. */
function section(begin: string, end: string): string {
  const [, after] = page.split(`\n${begin}\n`);
  const [text] = after?.split(`\n${end}`) ?? [];
  if (text === undefined) throw new Error(`docs/architecture.md has no "${begin}".`);
  return text;
}

const folders = (path: string) =>
  readdirSync(join(root, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${name}/`);

test("the table of what local/ carries out has a row a folder", () => {
  const rows = [...section("| `local/` | carries out |", "\n").matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
  const services = ["aws/", "google/"];
  const expected = folders("local").flatMap((name) =>
    services.includes(name) ? folders(`local/${name}`).map((service) => name + service) : [name],
  );
  expect([...rows].sort()).toEqual(expected.sort());
});

/** What a statement at the top of a file exports under a name: a function, a class, or a constant that may be one. */
function exported(statement: Statement): string[] {
  if (!statement.getText().startsWith("export ")) return [];
  if (isFunctionDeclaration(statement) || isClassDeclaration(statement)) return [statement.name?.text ?? ""];
  if (!isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.map(({ name }) => name.getText());
}

describe("a message's way", () => {
  const way = section("## A message's way", "## ");
  const steps = [...way.matchAll(/^(\d+)\. `([^`]+)`, `([^`]+)`: .+\.$/gm)].map(([, number, file, name]) => ({
    number: Number(number),
    ...{ file: file ?? "", name: name ?? "" },
  }));

  test("is numbered, from the publisher to the warehouse", () => {
    expect(steps.map(({ number }) => number)).toEqual(steps.map((_, index) => index + 1));
    expect(steps).toHaveLength(way.match(/^\d+\./gm)?.length ?? 0);
    expect([steps[0]?.name, steps.at(-1)?.name]).toEqual(["createPublisher", "openWarehouse"]);
  });

  test.each(steps.map(({ file, name }) => [file, name]))("%s has %s", (file, name) => {
    const text = readFileSync(join(root, file), "utf8");
    const { statements } = createSourceFile(file, text, ScriptTarget.Latest, true);
    expect(statements.flatMap(exported)).toContain(name);
  });

  test("each view is made of the one before", () => {
    const [, listed = ""] = /each made of the one before: (.*)$/s.exec(way) ?? [];
    const names = [...listed.matchAll(/`([a-z_]+)`/g)].map(([, name]) => name ?? "");
    expect([names[0], names.at(-1)]).toEqual(["daily_files", "energy_daily"]);
    const { tables, views } = readCatalog();
    expect(tables.map(({ name }) => name)).toContain(names[0]);
    for (const [index, name] of names.slice(1).entries())
      expect([name, views.find((view) => view.name === name)?.dependencies]).toEqual([
        name,
        expect.arrayContaining([names[index]]),
      ]);
  });
});
