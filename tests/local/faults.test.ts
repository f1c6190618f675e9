/** A sample of what `npm run bench -- faults` tries whole: each kind of fault at some calls of fixed days, which then come out the same. */
import { createGraph } from "../../local/program/graph";
import { registerDemo } from "./clouds";

import { callFaults, eventFaults, invocationFaults } from "./faults/faults";
import { fixedDays } from "./faults/fixed-days";
import { createPipeline, type Outcome } from "./faults/pipeline";
import { trialsOf, wrongAfter } from "./faults/sweep";

let days: Awaited<ReturnType<typeof createPipeline>>;
let undisturbed: Outcome;
beforeAll(async () => {
  days = await createPipeline(createGraph(await registerDemo()), fixedDays);
  undisturbed = await days.run();
});
afterAll(() => days.close());

const faults = [callFaults, invocationFaults, eventFaults].flatMap((some) => Object.keys(some));

test("undisturbed days are made of every kind of call, and come out the same again", async () => {
  expect(undisturbed.failedRuns).toBe(0);
  const prefixes = new Set(Object.keys(undisturbed.files).map((path) => path.split("/").slice(0, 3).join("/")));
  for (const prefix of ["archive", "daily", "manifests", "quarantine", "raw", "staged"])
    expect([...prefixes]).toContain(`s3/lake-bucket/${prefix}`);
  expect([...prefixes]).toContain("mirror/mirror-bucket/daily");
  const again = await days.run();
  expect(again.files).toEqual(undisturbed.files);
  // The mirror copies while the functions work: what comes first is a matter of speed.
  const whats = ({ positions }: Outcome) => positions.map(({ what }) => what).sort();
  expect(whats(again)).toEqual(whats(undisturbed));
  expect([...new Set(trialsOf(undisturbed).map(({ fault }) => String(fault)))].sort()).toEqual([...faults].sort());
});

test.each(faults)("%s", async (fault) => {
  const trials = trialsOf(undisturbed).filter((trial) => trial.fault === fault);
  // One of each, elsewhere in the days: what an earlier fault has tried need not be tried again.
  const trial = trials[Math.floor(((faults.indexOf(fault) + 0.5) / faults.length) * trials.length)];
  if (!trial) throw new Error(`no place for ${fault}`);
  expect(await wrongAfter(trial, undisturbed, days)).toBeUndefined();
});

test("a fault that is not mended shows", async () => {
  const put = undisturbed.positions.find(({ what }) => what.includes("PUT") && what.includes("staged/"));
  if (!put) throw new Error("nothing is staged");
  const others = { ...undisturbed, files: { ...undisturbed.files, "s3/lake-bucket/daily/other": "" } };
  expect(await wrongAfter({ fault: "error", at: put, attempts: 1 }, others, days)).toMatch(
    /1 files differ: .*daily.other/,
  );
});
