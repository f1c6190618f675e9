/** docs/tariffs.md has a table of all plans, as their files say: `npm run bench -- tariffs --write` prints it anew. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { plansTable } from "../../bench/plans-table";

const page = readFileSync(join(__dirname, "../../docs/tariffs.md"), "utf8");

test("the table of plans is the one of the files", () => {
  const [, shown] = /<!-- plans -->\n(.*)\n<!-- end of plans -->/s.exec(page) ?? [];
  expect(shown).toBe(plansTable());
});
