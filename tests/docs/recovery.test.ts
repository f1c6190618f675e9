/** docs/recovery.md names what the program does and what there is to run. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { replicated } from "../../components/aws/lake-replica";
import { scripts } from "../../package.json";

const root = join(__dirname, "../..");
const page = readFileSync(join(root, "docs/recovery.md"), "utf8");
const plan = page.slice(page.indexOf("## The plan"), page.indexOf("### The lake bucket"));

test("each command and each test that it names is there", () => {
  const commands = [...page.matchAll(/npm run ([\w-]+)/g)].map(([, name]) => name ?? "");
  expect(commands.length).toBeGreaterThan(10);
  expect(commands.filter((name) => !(name in scripts))).toEqual([]);
  const files = [...page.matchAll(/npm test -- (\S+\.ts)/g)].map(([, file]) => file ?? "");
  expect(files.length).toBeGreaterThan(3);
  expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test("each loss has a point, a time, a way, and says whether it was drilled", () => {
  const rows = plan
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| lost"))
    .map((line) => line.split(" | ").map((cell) => cell.replace(/^\| | \|$/g, "").trim()));
  for (const lost of [
    "daily/",
    "lake bucket",
    "mirror bucket",
    "dataset",
    "state of the stack",
    "region",
    "AWS account",
  ])
    expect(rows.map(([first]) => first)).toContainEqual(expect.stringContaining(lost));
  for (const row of rows) {
    expect([row[0], row.length, row.every((cell) => cell.length > 0)]).toEqual([row[0], 5, true]);
    expect(row[4]).toMatch(/`npm (run|test)[^`]*`|not tried: needs an account/);
  }
});

test("what is copied to a second region is what it says", () => {
  const [row = ""] = page.split("\n").filter((line) => line.includes("`recovery.replica`"));
  expect(
    row
      .split("|")[1]
      ?.match(/[a-z]+\//g)
      ?.sort(),
  ).toEqual([...replicated].sort());
});
