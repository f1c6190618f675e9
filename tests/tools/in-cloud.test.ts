/** Rebuild and drill of a stack: the AWS CLI's calls, their order, and what is told of their ends. */

import { prefixes } from "../../functions/lake/keys";
import type { Run } from "../../tools/backfill/cloud";
import { drillInCloud } from "../../tools/drill/cloud";
import { rebuildInCloud } from "../../tools/rebuild/cloud";
import { type Lake, referenceOf, run as runPipeline, sourceSteps, startLakes } from "../functions/lake";
import { gen1Line } from "../functions/messages";

const now = "2025-06-06T12:00:00.000Z";
const machine = "arn:aws:states:eu-central-1:123456789012:stateMachine:run";
let lakes: Awaited<ReturnType<typeof startLakes>>;
let lake: Lake;
const told: string[] = [];
const print = (line: string) => void told.push(line);
beforeAll(async () => {
  jest.spyOn(console, "log").mockImplementation();
  lakes = await startLakes(() => Date.parse(now));
  lake = await lakes.open(referenceOf({ home: "Europe/Warsaw" }, { from: "2025-05-20", to: "2025-06-20" }));
  for (const day of ["2025-06-01", "2025-06-02"])
    await lake.putRaw(`${day}T10`, "a.gz", [gen1Line("em-home", 0, "power", 100, Date.parse(`${day}T10:10:00Z`))]);
  await runPipeline(sourceSteps(lake), { now });
});
afterAll(() => lakes.close());
beforeEach(() => {
  told.length = 0;
  Object.assign(process.env, lake.environment);
});

/** The AWS CLI, with executions that end at the second look. */
function commands(end: (input: { from: string; to: string } | object) => Promise<object>) {
  const calls: string[] = [];
  const ends = new Map<string, () => Promise<object>>();
  const program: Run = async (name, args) => {
    if (name === "pulumi") return args.includes("lakeBucket") ? lake.environment.LAKE_BUCKET : machine;
    const [, call = ""] = args;
    const value = (option: string) => args[args.indexOf(option) + 1] ?? "";
    expect(value("--region")).toBe("eu-central-1");
    if (call === "start-execution") {
      calls.push(value("--input"));
      const executionArn = `${machine}:${calls.length}`;
      let looks = 0;
      ends.set(executionArn, async () => (looks++ === 0 ? { status: "RUNNING" } : end(JSON.parse(value("--input")))));
      return JSON.stringify({ executionArn });
    }
    return JSON.stringify(await ends.get(value("--execution-arn"))?.());
  };
  return { program, calls };
}

test("a rebuild runs one execution after the other, and all is as it was", async () => {
  const before = await lake.dump("");
  for (const folder of [prefixes.raw, prefixes.daily, prefixes.staged, prefixes.manifests])
    for (const key of await lake.keys(folder)) await lake.remove(key);
  const { program, calls } = commands(async (input) => {
    await runPipeline(sourceSteps(lake), { now, ...input });
    return { status: "SUCCEEDED", output: "{}" };
  });
  const asked: (readonly string[])[] = [];
  const mayBegin = async (dates: readonly string[]) => asked.push(dates) > 0;
  const args = {
    help: false,
    yes: false,
    local: false,
    stack: "prod",
    from: undefined,
    to: undefined,
    only: undefined,
    state: undefined,
  };
  expect(await rebuildInCloud(args, program, print, mayBegin, async () => undefined)).toBe(true);
  expect(asked).toEqual([["2025-06-01", "2025-06-02"]]);
  expect(calls).toEqual(['{"from":"2025-06-01T00","to":"2025-06-03T00"}', "{}"]);
  expect(told.at(-1)).toContain("npm run mirror -- --stack prod");
  expect(await lake.dump("")).toEqual(before);

  expect(
    await rebuildInCloud(
      args,
      program,
      print,
      async () => false,
      async () => undefined,
    ),
  ).toBe(false);
  expect(await lake.dump("")).toEqual(before);
  const failing = commands(async () => ({ status: "FAILED", cause: "Some hours failed." }));
  await expect(rebuildInCloud(args, failing.program, print, mayBegin, async () => undefined)).rejects.toThrow(
    `${machine}:1 ended as FAILED. Some hours failed.`,
  );
});

test("a drill tells what its execution found", async () => {
  const args = { help: false, local: false, stack: "prod", day: "home/2025-06-02", state: undefined };
  const passing = commands(async () => ({
    status: "SUCCEEDED",
    output: JSON.stringify({ request: { siteDay: "home/2025-06-02" }, drilled: {} }),
  }));
  expect(await drillInCloud(args, passing.program, print, async () => undefined)).toBe(true);
  expect(passing.calls).toEqual(['{"siteDay":"home/2025-06-02"}']);
  expect(told).toEqual([`${machine}:1`, expect.stringContaining("home/2025-06-02 is made again from its archive")]);
  const cause = "home/2025-06-02 is not made again as it was. Differences: 1\n  daily/x is missing in the record";
  const failing = commands(async () => ({ status: "FAILED", cause }));
  expect(await drillInCloud({ ...args, day: undefined }, failing.program, print, async () => undefined)).toBe(false);
  expect(failing.calls).toEqual(["{}"]);
  expect(told.at(-1)).toBe(cause);
});
