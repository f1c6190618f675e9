/** Nothing is lost: in simulated days in which everything happens each message is in exactly one place. A week: `npm run bench -- week`. */
import { createGraph } from "../../local/program/graph";
import { readStackConfig } from "../../local/program/stack-config";
import { projectDirectory } from "../../local/project";
import { readSites } from "../../local/session/sites";
import { registerDemo } from "./clouds";
import { accountOf } from "./faults/conservation";
import { createPipeline, type Outcome } from "./faults/pipeline";
import { simulateWeek } from "./faults/week";

const start = Date.UTC(2025, 2, 29);
const week = simulateWeek(readSites(readStackConfig(projectDirectory, "dev")), start, 2, "test");
let outcome: Outcome;
beforeAll(async () => {
  const pipeline = await createPipeline(createGraph(await registerDemo()), week);
  outcome = await pipeline.run();
  pipeline.close();
});

test("every step's sum closes, and the whole: what was sent is readings, merged, duplicates, quarantined or ignored", () => {
  expect(outcome.failedRuns).toBe(0);
  expect(outcome.taken).toBe(week.messages.length);
  const { wrong, ...account } = accountOf(outcome);
  expect(wrong).toEqual([]);
  expect(account.messages).toBe(week.messages.length);
  expect(account.quarantined + account.ignored).toBe(week.unusable);
  // The simulation sends some twice by itself.
  expect(account.duplicates).toBeGreaterThanOrEqual(week.repeated);
  expect(Math.min(week.unusable, week.repeated, account.merged)).toBeGreaterThan(50);
});

test("a message that is missing shows in the account", () => {
  expect(accountOf({ ...outcome, taken: outcome.taken + 1 }).wrong).toEqual([
    `taken by rules, in manifests: ${outcome.taken + 1} is not ${outcome.taken}`,
  ]);
  const daily = Object.keys(outcome.files).find(
    (path) => path.includes("/daily/") && path.endsWith("readings.jsonl.gz"),
  );
  const { [daily ?? ""]: _, ...others } = outcome.files;
  expect(accountOf({ ...outcome, files: others }).wrong.length).toBeGreaterThan(0);
});
