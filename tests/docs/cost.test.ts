/** docs/cost.md: its tables are the kept counts at the prices of the list, and what they promise holds. No day passes here. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Counts, costTables, estimateOf, type HomeName, readCounts } from "../../bench/cost-tables";
import { projectDirectory } from "../../local/project";

const page = readFileSync(join(projectDirectory, "docs/cost.md"), "utf8");
let counts: Counts;
beforeAll(() => {
  counts = readCounts();
});

test("the tables are those of the counts: npm run bench -- cost --tables writes them", () => {
  const shown = Object.keys(costTables(counts)).map((mark) => [
    mark,
    new RegExp(`<!-- ${mark} -->\n(.*)\n<!-- end of ${mark} -->`, "s").exec(page)?.[1],
  ]);
  expect(Object.fromEntries(shown)).toEqual(costTables(counts));
});

const wayOf = (home: HomeName, meter: string) =>
  estimateOf(home, counts).meters.find(({ meter: id }) => id.startsWith(meter)) ?? { messagesADay: 0, usd: 99 };
const totalOf = (home: HomeName) => estimateOf(home, counts).lines.reduce((sum, { listed }) => sum + listed, 0);

test("a Gen1 meter by Basic Ingest stays below 70 cents, an EM Gen3 below 40", () => {
  expect(wayOf("batch", "shellyem-").usd).toBeLessThan(0.7);
  expect(wayOf("batch", "shellyemg3-").usd).toBeLessThan(0.4);
});

test("a joined report is a tenth of its messages, and a tenth of their price", () => {
  const [single, joined] = [wayOf("batch", "shellyem-"), wayOf("joined", "shellyem-")];
  expect(joined.messagesADay).toBeGreaterThan(2800);
  expect(joined.messagesADay).toBeLessThan(single.messagesADay / 10);
  expect(joined.usd).toBeLessThan(single.usd / 9);
  expect(wayOf("joined", "shellyemg3-")).toEqual(wayOf("batch", "shellyemg3-"));
  expect(totalOf("joinedLive")).toBeLessThan(totalOf("live") * 0.75);
});

test("the talkative home sends two million messages a month", () => {
  const messages = Object.values(counts.talkative.meters).reduce((sum, meter) => sum + meter.messages, 0);
  expect((messages * 365.25) / 12).toBeGreaterThan(1.95e6);
  expect((messages * 365.25) / 12).toBeLessThan(2.05e6);
});
