/** docs/tariffs.md shows the tables that `npm run bench -- tariffs --write` prints; the one of the year takes minutes and is not made again here. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { plansTable } from "../../bench/plans-table";
import { captureTable } from "../../bench/tariffs";
import { needing, sharedData } from "../needs";

const page = readFileSync(join(__dirname, "../../docs/tariffs.md"), "utf8");

const shownBetween = (mark: string) =>
  new RegExp(`<!-- ${mark} -->\n(.*)\n<!-- end of ${mark} -->`, "s").exec(page)?.[1];

test("the table of plans is the one of the files", () => {
  expect(shownBetween("plans")).toBe(plansTable());
});

needing(sharedData("home-capture")).test("the capture under every plan", async () => {
  expect(shownBetween("capture's cost")).toBe(await captureTable());
});
