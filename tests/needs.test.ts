/** No test is skipped without a word: what is absent is named, and nothing but tests/needs.ts skips. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { absence, sharedData } from "./needs";

test("what is absent is named", () => {
  const absent = sharedData("no-such-folder");
  const mosquitto = { what: "mosquitto (apt-get install mosquitto)", isPresent: false };
  expect(absence("a.test.ts", [{ what: "this", isPresent: true }])).toBeUndefined();
  expect(absence("a.test.ts", [absent, { what: "this", isPresent: true }])).toBe(
    "a.test.ts: tests are skipped, ../shared/data/no-such-folder is absent.",
  );
  expect(absence("a.test.ts", [absent, mosquitto])).toBe(
    "a.test.ts: tests are skipped, ../shared/data/no-such-folder and mosquitto (apt-get install mosquitto) are absent.",
  );
});

test("only tests/needs.ts skips", () => {
  const skips = /\b(?:it|test|describe)\.(?:skip|only|todo)\b|\bx(?:it|test|describe)\(/;
  const files = readdirSync(__dirname, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  expect(files).toContain("needs.ts");
  expect(files.filter((file) => skips.test(readFileSync(join(__dirname, file), "utf8")))).toEqual(["needs.ts"]);
});
