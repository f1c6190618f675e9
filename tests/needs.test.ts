/** No test is skipped without a word: what is absent is named, and nothing but tests/needs.ts skips. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { absence, needing, sharedData } from "./needs";

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

test("a file that skips says so beside Jest's own report, which keeps it to itself", () => {
  const write = jest.spyOn(process.stderr, "write").mockReturnValue(true);
  const { test: skipped } = needing(sharedData("no-such-folder"));
  const told = write.mock.calls.map(([text]) => text);
  write.mockRestore();
  expect(told).toEqual(["tests/needs.test.ts: tests are skipped, ../shared/data/no-such-folder is absent.\n"]);
  expect(skipped).not.toBe(test);
  expect(needing({ what: "this", isPresent: true }).test).toBe(test);
});

test("only tests/needs.ts skips", () => {
  const skips = /\b(?:it|test|describe)\.(?:skip|only|todo)\b|\bx(?:it|test|describe)\(/;
  const files = readdirSync(__dirname, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  expect(files).toContain("needs.ts");
  expect(files.filter((file) => skips.test(readFileSync(join(__dirname, file), "utf8")))).toEqual(["needs.ts"]);
});
