/** What stands around every command of the local cloud: the ways in while it runs, and first of all the days that wait. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pendingDays, rememberDays } from "../../local/compile-again";
import { readOptions } from "../../local/session/options";
import { openSession } from "../../local/session/session";

const state = mkdtempSync(join(tmpdir(), "wattlake-session-"));
afterAll(() => rmSync(state, { recursive: true }));

it("compiles the days that wait before anything else is done, and offers the lake until it ends", async () => {
  rememberDays(state, { from: "2025-06-02", to: "2025-06-03" });
  // As a start leaves it that was cut short.
  writeFileSync(join(state, "wattlake-state"), "");
  const told: string[] = [];
  const session = openSession(readOptions(["--state", state]), "replay", (problem) => void told.push(problem));
  const files = ["aws.env", "bigquery.json", "lock"].map((name) => join(state, name));
  try {
    await session.startCloud(Date.UTC(2025, 5, 10));
    expect(told).toEqual(["The arrival days 2025-06-02 to 2025-06-03 are compiled again."]);
    expect(pendingDays(state)).toBeUndefined();
    expect(files.map((path) => existsSync(path))).toEqual([true, true, true]);
  } finally {
    await session.close();
  }
  expect(files.map((path) => existsSync(path))).toEqual([false, false, false]);
});
