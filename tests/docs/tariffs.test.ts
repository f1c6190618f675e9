/** docs/tariffs.md shows the tables that `npm run bench -- tariffs --write` prints. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { plansTable } from "../../bench/plans-table";
import { captureTable, yearTable } from "../../bench/tariffs";
import { hasCapture } from "../sql/capture";
import { hasYear } from "../sql/year";

const page = readFileSync(join(__dirname, "../../docs/tariffs.md"), "utf8");

const shownBetween = (mark: string) =>
  new RegExp(`<!-- ${mark} -->\n(.*)\n<!-- end of ${mark} -->`, "s").exec(page)?.[1];

test("the table of plans is the one of the files", () => {
  expect(shownBetween("plans")).toBe(plansTable());
});

(hasCapture ? test : test.skip)(
  "the capture under every plan (skipped without ../shared/data/home-capture)",
  async () => {
    expect(shownBetween("capture's cost")).toBe(await captureTable());
  },
);

(hasYear ? test : test.skip)(
  "the real year under every plan (skipped without ../shared/data/shelly-em-export)",
  async () => {
    expect(shownBetween("year's cost")).toBe(await yearTable());
  },
);
