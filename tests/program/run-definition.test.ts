/** The state machine of a run, carried out as local mode does with the functions replaced: what is called, and when it commits. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { type RunFunctions, runDefinition } from "../../components/aws/run-definition";
import { createIdentities } from "../../local/aws/iam";
import { createS3Client } from "../../local/aws/s3";
import { startObjectServer } from "../../local/aws/s3/server";
import { type Account, createStateMachines, type StateMachines } from "../../local/aws/states";
import { createClock } from "../../local/clock";
import { createGraph } from "../../local/program/graph";

const arn = (name: string) => `arn:aws:lambda:eu-central-1:123456789012:function:${name}`;
const functions: RunFunctions = {
  planRun: arn("plan-run"),
  collectHour: arn("collect-hour"),
  gatherDays: arn("gather-days"),
  compileDay: arn("compile-day"),
  linkDays: arn("link-days"),
  archiveDay: arn("archive-day"),
  commitRun: arn("commit-run"),
};
const bucket = "lake";
/** Fresh each time: the validator writes into it. */
const definition = () => JSON.parse(JSON.stringify(runDefinition(functions, bucket)));

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
type Handler = (input: Json) => Json;
const states = {
  Plan: "plan-run",
  CollectHour: "collect-hour",
  Gather: "gather-days",
  CompileDays: "compile-day",
  LinkDays: "link-days",
  ArchiveDay: "archive-day",
  Commit: "commit-run",
} as const;
type State = keyof typeof states;
const now = "2025-06-02T00:20:00.000Z";
const work = "runs/r/2025-06-01T22/";
const plan = (changes: { hours?: string[]; archiveDates?: string[]; next?: string; more?: boolean } = {}) => {
  const { hours = ["2025-06-01T22", "2025-06-01T23"] } = changes;
  const parts = hours.map((hour) => ({ hour, work }));
  return { hours, parts, work, archiveDates: ["2025-06-01"], next: "2025-06-02T00", more: false, ...changes };
};
const fail = (name: string): never => {
  throw Object.assign(new Error(`${name}: broken`), { name });
};

let server: Awaited<ReturnType<typeof startObjectServer>>;
const directory = mkdtempSync(join(tmpdir(), "wattlake-test-"));
beforeAll(async () => {
  server = await startObjectServer({ directory });
  server.createBucket(bucket);
  openMachines();
});
afterAll(async () => {
  s3.destroy();
  await server.close();
  rmSync(directory, { recursive: true });
});

const machineArn = "arn:aws:states:eu-central-1:123456789012:stateMachine:run";
const allowed = [
  { Effect: "Allow", Action: "lambda:InvokeFunction", Resource: "*" },
  { Effect: "Allow", Action: "states:StartExecution", Resource: machineArn },
  {
    Effect: "Allow",
    Action: ["states:DescribeExecution", "states:StopExecution"],
    Resource: `${machineArn.replace("stateMachine", "execution")}:*`,
  },
];
const resource = (type: string, name: string, inputs: object, state: Record<string, unknown>) => ({
  ...{ type, name, id: name, custom: true, inputs, state },
});

let machines: StateMachines;
let s3: S3Client;
/** What the functions do in the test at hand. */
let answer: (state: State, event: Json) => Json;

/** Opened once: to check the definition takes longest. */
function openMachines() {
  const roleArn = "arn:aws:iam::123456789012:role/machine";
  const trust = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "states.amazonaws.com" } };
  const Version = "2012-10-17";
  const role = { assumeRolePolicy: { Version, Statement: trust } };
  const rights = { role: "machine", policy: { Version, Statement: allowed } };
  const machine = { definition: JSON.stringify(definition()), roleArn };
  const graph = createGraph([
    resource("aws:iam/role:Role", "machine", role, { arn: roleArn, name: "machine" }),
    resource("aws:iam/rolePolicy:RolePolicy", "p", rights, {}),
    resource("aws:sfn/stateMachine:StateMachine", "run", machine, { arn: machineArn, name: "run" }),
  ]);
  const identities = createIdentities(graph);
  s3 = createS3Client(server.url, identities.deployer);
  const lambdas = {
    invoke: async (called: string, event: unknown) => {
      const state = (Object.keys(states) as State[]).find((each) => called === arn(states[each])) ?? "Plan";
      return answer(state, JSON.parse(JSON.stringify(event)));
    },
  };
  const clock = createClock(Date.parse(now));
  machines = createStateMachines(graph, { identities, clock, s3Endpoint: server.url }, lambdas);
}

/** Runs the machine; returns the calls in order of their state, the name of the error it ended with, and what AWS counts. */
async function run(
  handlers: { [state in State]?: Handler },
  input: Json = { now },
  touched: string[][] = [["home/2025-06-01"]],
) {
  const calls: { [state in State]: Json[] } = {
    ...{ Plan: [], CollectHour: [], Gather: [], CompileDays: [], LinkDays: [], ArchiveDay: [], Commit: [] },
  };
  const defaults: { [state in State]: Handler } = {
    Plan: () => plan(),
    CollectHour: (event) => ({ hour: Object(event).hour }),
    Gather: () => ({ sites: touched.length, items: `${work}touched.json`, failed: [] }),
    CompileDays: () => ({ changed: 1 }),
    LinkDays: () => ({ written: 0 }),
    ArchiveDay: (event) => ({ ...Object(event), changed: true }),
    Commit: (event) => event,
  };
  const items = JSON.stringify(touched.map((siteDays) => ({ siteDays })));
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${work}touched.json`, Body: items }));
  answer = (state, event) => {
    calls[state].push(event);
    return (handlers[state] ?? defaults[state])(event);
  };
  const accounts: Account[] = [];
  const error = await machines
    .run("run", input, undefined, (account) => accounts.push(account))
    .then(
      () => undefined,
      (reason: Error) => reason.message,
    );
  return { calls, error, accounts };
}

describe("a run", () => {
  test("collects the hours, compiles each touched day once, links, archives and commits", async () => {
    const { calls, error } = await run({}, { now }, [["home/2025-06-01", "home/2025-06-02"], ["hut/2025-06-02"]]);
    expect(error).toBeUndefined();
    expect(calls).toEqual({
      Plan: [{ request: { now }, run: now }],
      CollectHour: [
        { hour: "2025-06-01T22", work },
        { hour: "2025-06-01T23", work },
      ],
      Gather: [{ work, hours: ["2025-06-01T22", "2025-06-01T23"] }],
      CompileDays: [{ siteDays: ["home/2025-06-01", "home/2025-06-02", "hut/2025-06-02"] }],
      LinkDays: [{ siteDays: ["home/2025-06-01", "home/2025-06-02", "hut/2025-06-02"] }],
      ArchiveDay: [{ date: "2025-06-01" }],
      Commit: [{ next: "2025-06-02T00" }],
    });
  });

  test("with nothing to do commits", async () => {
    const { calls, error } = await run({ Plan: () => plan({ hours: [], archiveDates: [] }) }, { now }, []);
    expect(error).toBeUndefined();
    expect(calls).toMatchObject({ CollectHour: [], CompileDays: [], LinkDays: [], ArchiveDay: [], Commit: [{}] });
  });

  test("whose hours touch no day compiles and links nothing", async () => {
    const { calls, error } = await run({}, { now }, []);
    expect(error).toBeUndefined();
    expect(calls).toMatchObject({ CompileDays: [], LinkDays: [], ArchiveDay: [{}], Commit: [{}] });
  });

  test("goes on batch by batch while there is more, and commits each", async () => {
    const plans = [plan({ more: true, next: "2025-06-01T12" }), plan({ hours: [], archiveDates: [] })];
    const { calls, error } = await run({ Plan: () => plans.shift() ?? fail("NoPlan") });
    expect(error).toBeUndefined();
    expect(calls.Plan).toEqual([
      { request: { now }, run: now },
      { request: { now, after: "2025-06-01T12" }, run: now },
    ]);
    expect(calls.Commit).toEqual([{ next: "2025-06-01T12" }, { next: "2025-06-02T00" }]);
  });

  test("over a given range is a backfill: it plans the range and does not commit", async () => {
    const range = { from: "2025-06-01T00", to: "2025-06-02T00", now };
    const { calls, error } = await run({}, range);
    expect(error).toBeUndefined();
    expect(calls).toMatchObject({ Plan: [{ request: range }], LinkDays: [{}], Commit: [] });
  });

  test("takes the start of the execution for now", async () => {
    const { calls, error } = await run({}, {});
    expect(error).toBeUndefined();
    expect(calls.Plan).toEqual([{ request: { now }, run: now }]);
  });
});

describe("a failure", () => {
  test("of an hour does not stop the others, but the run does not commit and fails", async () => {
    const { calls, error } = await run({
      CollectHour: (event) => (Object(event).hour === "2025-06-01T22" ? fail("Error") : { hour: Object(event).hour }),
    });
    expect(error).toContain("checkpoint stays");
    expect(calls).toMatchObject({
      CollectHour: [{ hour: "2025-06-01T22" }, { hour: "2025-06-01T23" }],
      CompileDays: [{ siteDays: ["home/2025-06-01"] }],
      LinkDays: [{ siteDays: ["home/2025-06-01"] }],
      ArchiveDay: [{ date: "2025-06-01" }],
      Commit: [],
    });
  });

  test.each(["Gather", "CompileDays", "LinkDays", "ArchiveDay"])(
    "in %s: the rest is done, nothing is committed",
    async (state) => {
      const { calls, error } = await run({ [state]: () => fail("ZodError") });
      expect(error).toContain("checkpoint stays");
      const days = state === "Gather" ? [] : [{}];
      expect(calls).toMatchObject({ CompileDays: days, LinkDays: days, ArchiveDay: [{}], Commit: [] });
    },
  );

  test("of an hour's parts to come together: the rest is done, nothing is committed", async () => {
    const { calls, error } = await run({
      Gather: () => ({ sites: 1, items: `${work}touched.json`, failed: ["2025-06-01T22"] }),
    });
    expect(error).toContain("checkpoint stays");
    expect(calls).toMatchObject({ CompileDays: [{}], LinkDays: [{}], ArchiveDay: [{}], Commit: [] });
  });

  test("to read the list of days: the rest is done, nothing is committed", async () => {
    const { calls, error } = await run({ Gather: () => ({ sites: 1, items: "runs/none.json", failed: [] }) });
    expect(error).toContain("checkpoint stays");
    expect(calls).toMatchObject({ CompileDays: [], LinkDays: [], ArchiveDay: [{}], Commit: [] });
  });

  test("does not stop the batches after it, but none of them commits", async () => {
    const plans = [plan({ more: true, next: "2025-06-01T12" }), plan()];
    let collected = 0;
    const { calls, error } = await run({
      Plan: () => plans.shift() ?? fail("NoPlan"),
      CollectHour: (event) => (collected++ === 0 ? fail("Error") : event),
    });
    expect(error).toContain("checkpoint stays");
    expect(calls.Plan).toHaveLength(2);
    expect(calls.CollectHour).toHaveLength(4);
    expect(calls.Commit).toEqual([]);
  });

  test("that passes by itself is tried again", async () => {
    let attempts = 0;
    const { calls, error } = await run({
      LinkDays: () => (++attempts < 3 ? fail("Lambda.TooManyRequestsException") : { written: 0 }),
    });
    expect(error).toBeUndefined();
    expect(calls.LinkDays).toHaveLength(3);
    expect(calls.Commit).toHaveLength(1);
  });

  test("of the plan ends the run at once", async () => {
    const { calls, error } = await run({ Plan: () => fail("ZodError") });
    expect(error).toContain("ZodError: broken");
    expect(calls).toMatchObject({ CollectHour: [], Commit: [] });
  });
});

describe("the definition", () => {
  test("is valid Amazon States Language", () => {
    const validate: (definition: unknown) => { isValid: boolean; errors: unknown[] } = require("asl-validator");
    expect(validate(definition())).toMatchObject({ isValid: true, errors: [] });
  });

  test("costs a home three transitions more than maps in line, and a fleet has its history", async () => {
    const sites = (count: number) => Array.from({ length: count }, (_, n) => [`site${n}/2025-06-01`]);
    const hours = ["2025-06-01T20", "2025-06-01T21", "2025-06-01T22", "2025-06-01T23"];
    const of = async (count: number) =>
      (await run({ Plan: () => plan({ hours, archiveDates: [] }) }, { now }, sites(count))).accounts;
    const home = await of(1);
    const fleet = await of(2000);
    const transitions = (accounts: Account[]) => accounts.reduce((sum, account) => sum + account.transitions, 0);
    const most = (accounts: Account[], key: keyof Account) => Math.max(...accounts.map((account) => account[key]));
    // In line it was 17 states, and one for each hour and day: 4 and 1 here.
    expect(transitions(home)).toBeLessThanOrEqual(17 + 5 + 3);
    expect(transitions(fleet)).toBe(transitions(home) + 199 * 3);
    expect(most(fleet, "events")).toBe(most(home, "events"));
    expect(most(fleet, "largestBytes")).toBeLessThan(10_000);
  });
});
