/** docs/energy.md shows the table that `npm run bench -- naive` prints. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { naiveTable } from "../../bench/naive";
import { readCatalog } from "../../sql/catalog";
import { hasCapture } from "./capture";

const page = readFileSync(join(__dirname, "../../docs/energy.md"), "utf8");
const testCapture = hasCapture ? test : test.skip;

testCapture("the naive methods' table is the printed one (skipped without ../shared/data/home-capture)", async () => {
  const [, shown] = /<!-- naive -->\n(.*)\n<!-- end of naive -->/s.exec(page) ?? [];
  expect(shown).toBe(await naiveTable());
});

test("every view of energy is on the page", () => {
  const names = readCatalog()
    .views.map(({ name }) => name)
    .filter((name) => !name.startsWith("live"));
  expect(names.filter((name) => !page.includes(`\`${name}`))).toEqual([]);
});
