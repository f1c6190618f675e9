/**
 * docs/energy.md shows the tables that `npm run bench -- naive` prints, every view (those of money are in docs/tariffs.md),
 * and rules in the views' own words.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fieldCases } from "../../bench/field-cases";
import { fieldCaseTable, naiveTable } from "../../bench/naive";
import { readCatalog } from "../../sql/catalog";
import { hasCapture } from "./capture";
import { hasFieldCases } from "./field-case";

const page = readFileSync(join(__dirname, "../../docs/energy.md"), "utf8");
const money = readFileSync(join(__dirname, "../../docs/tariffs.md"), "utf8");
const testCapture = hasCapture ? test : test.skip;

testCapture("the naive methods' table is the printed one (skipped without ../shared/data/home-capture)", async () => {
  const [, shown] = /<!-- naive -->\n(.*)\n<!-- end of naive -->/s.exec(page) ?? [];
  expect(shown).toBe(await naiveTable());
});

const testFieldCases = hasFieldCases ? test : test.skip;
testFieldCases("the field cases' table is the printed one (skipped without ../shared/data/field-cases)", async () => {
  const [, shown] = /<!-- field cases -->\n(.*)\n<!-- end of field cases -->/s.exec(page) ?? [];
  expect(shown).toBe(await fieldCaseTable());
});

const description = join(__dirname, "../../../shared/data/README.md");
(existsSync(description) ? test : test.skip)("each right figure is the one of the data's own description", () => {
  const rows = readFileSync(description, "utf8").split("\n");
  for (const { name, device, right_kwh } of fieldCases) {
    const row = rows.find((each) => each.startsWith(`| \`${name}.jsonl\``));
    expect(row).toContain(`\`${device}\``);
    expect(row).toMatch(new RegExp(`import ${right_kwh}(?:\\.0)? kWh`));
  }
});

test("every view of energy is on the page, or on the one of money", () => {
  const names = readCatalog()
    .views.map(({ name }) => name)
    .filter((name) => !name.startsWith("live"));
  expect(names.filter((name) => !`${page}${money}`.includes(`\`${name}`))).toEqual([]);
});

test("what the page quotes stands in the view or function that it names", () => {
  const { views, functions } = readCatalog();
  const plain = (text: string) => text.replace(/\s+/g, " ");
  const texts = new Map([...views, ...functions].map(({ name, sql }) => [name, plain(sql)]));
  const quotes = [...page.matchAll(/`(\w+)`[^`]*:\n\n((?: {4}.+\n)+)/g)];
  expect(quotes.length).toBeGreaterThan(10);
  for (const [, name = "", quote = ""] of quotes) expect(texts.get(name)).toContain(plain(quote).trim());
});
