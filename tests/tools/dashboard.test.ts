/** The command line of `npm run dashboard`: its mistakes, and when it needs a password. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { passwordFor, passwordVariable, readArguments } from "../../tools/dashboard/arguments";

test("what is not said", () => {
  expect(readArguments([])).toMatchObject({ host: "127.0.0.1", open: false, "max-bytes": 10e9 });
});

test.each([
  [["--port", "x"], "--port must be a number."],
  [["--port", "70000"], "--port must be at most 65535."],
  [["--max-bytes", "0"], "--max-bytes "],
  [["--stack", "prod", "--state", "x"], "--state is no folder of a real dataset."],
  [["--wat"], "--wat"],
])("%j is a mistake", (args, mistake) => {
  expect(() => readArguments(args)).toThrow(mistake);
});

describe("a password", () => {
  const directory = mkdtempSync(join(tmpdir(), "wattlake-password-"));
  afterAll(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "password");
  writeFileSync(file, "from a file\nsecond line\n");

  test("is needed where others reach the page, and said so", () => {
    const args = readArguments(["--host", "0.0.0.0"]);
    expect(() => passwordFor(args, {})).toThrow(
      `At --host 0.0.0.0 others reach the page, so it needs a password: set ${passwordVariable}, or name a file with --password-file.`,
    );
    expect(() => passwordFor(args, { [passwordVariable]: "" })).toThrow("needs a password");
    expect(passwordFor(args, { [passwordVariable]: "from the environment" })).toBe("from the environment");
  });

  test("may be in a file, and protects this computer's page too", () => {
    expect(passwordFor(readArguments(["--host", "0.0.0.0", "--password-file", file]), {})).toBe("from a file");
    expect(passwordFor(readArguments([]), {})).toBeUndefined();
    expect(passwordFor(readArguments([]), { [passwordVariable]: "x" })).toBe("x");
  });

  test("that is not there is a mistake", () => {
    const missing = join(directory, "none");
    expect(() => passwordFor(readArguments(["--password-file", missing]), {})).toThrow(`--password-file ${missing}`);
    writeFileSync(missing, "\n");
    expect(() => passwordFor(readArguments(["--password-file", missing]), {})).toThrow(`--password-file ${missing}`);
  });
});
