/** docs/tariff-language.md has every key of the language, and its example is a plan without a mistake. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { bandsOf, readTariff } from "../../configuration/tariffs";
import { plan } from "../../configuration/tariffs/plan-schema";

const root = join(__dirname, "..", "..");
const page = readFileSync(join(root, "docs", "tariff-language.md"), "utf8");
const [, example = ""] = /<!-- example -->\n```yaml\n(.*?)```\n<!-- end of example -->/s.exec(page) ?? [];

const folder = mkdtempSync(join(tmpdir(), "wattlake-language-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("the example is a plan", () => {
  writeFileSync(join(folder, "example.yaml"), example);
  cpSync(join(root, "tariffs", "calendars"), join(folder, "calendars"), { recursive: true });
  const tariff = readTariff("example", folder);
  const version = tariff.components[0]?.versions[0];
  if (!version) throw new Error("the example has no version");
  // A Friday that is a day off, by a clock that stays on winter time.
  expect(bandsOf(tariff, version, "2026-05-01").map(({ band }) => band)).toEqual(["night"]);
  // Left out of the plan's holidays.
  expect(bandsOf(tariff, version, "2026-12-24")).toHaveLength(5);
});

/** The names of all keys, however deep; those of records are the plan's own. */
function keysOf(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(keysOf);
  if (typeof schema !== "object" || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) =>
    key === "properties" && typeof value === "object" && value !== null
      ? [...Object.keys(value), ...Object.values(value).flatMap(keysOf)]
      : keysOf(value),
  );
}

const keys = [...new Set(keysOf(z.toJSONSchema(plan(), { io: "input" })))];

test("there are keys", () => expect(keys).toEqual(expect.arrayContaining(["id", "upToPerDay", "onePerDay"])));

test.each(keys)("%s is told of", (key) => {
  expect(page.replace(example, "")).toMatch(new RegExp(`\`${key}[\`:]|[{,] ${key}\\b`));
});
