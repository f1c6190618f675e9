/** The state machine of a run, carried out by an interpreter with the functions replaced: what is called, and when it commits. */
import type { StateMachineDefinition } from "aws-local-stepfunctions";
import { type RunFunctions, runDefinition } from "../../components/aws/run-definition";
import { StateMachine } from "../../local/aws/states/interpreter";

const arn = (name: string) => `arn:aws:lambda:eu-central-1:123456789012:function:${name}`;
const functions: RunFunctions = {
  planRun: arn("plan-run"),
  collectHour: arn("collect-hour"),
  compileDay: arn("compile-day"),
  linkDays: arn("link-days"),
  archiveDay: arn("archive-day"),
  commitRun: arn("commit-run"),
};
/** Fresh each time: the validator writes into it. */
const definition = (): StateMachineDefinition => JSON.parse(JSON.stringify(runDefinition(functions)));

type Json = Parameters<StateMachine["run"]>[0];
type Handler = (input: Json) => Json;
const states = ["Plan", "CollectHour", "CompileDay", "Link", "ArchiveDay", "Commit"] as const;
type State = (typeof states)[number];
const now = "2025-06-02T00:20:00.000Z";
const plan = (changes: object = {}) => ({
  hours: ["2025-06-01T22", "2025-06-01T23"],
  archiveDates: ["2025-06-01"],
  next: "2025-06-02T00",
  more: false,
  ...changes,
});
const fail = (name: string): never => {
  throw Object.assign(new Error(`${name}: broken`), { name });
};

/** Runs the machine; returns the calls in order of their state, and the name of the error it ended with. */
async function run(handlers: { [state in State]?: Handler }, input: Json = { now }) {
  const calls: { [state in State]: Json[] } = {
    Plan: [],
    CollectHour: [],
    CompileDay: [],
    Link: [],
    ArchiveDay: [],
    Commit: [],
  };
  const defaults: { [state in State]: Handler } = {
    Plan: () => plan(),
    CollectHour: (event) => ({ ...Object(event), siteDays: ["home/2025-06-01"] }),
    CompileDay: (event) => ({ ...Object(event), changed: true }),
    Link: () => ({ written: 0 }),
    ArchiveDay: (event) => ({ ...Object(event), changed: true }),
    Commit: (event) => event,
  };
  const recorded = states.map((state) => {
    const record: Handler = (event) => {
      calls[state].push(event);
      return (handlers[state] ?? defaults[state])(event);
    };
    return [state, record] as const;
  });
  const taskResourceLocalHandlers = Object.fromEntries(recorded);
  const retryIntervalOverrides = Object.fromEntries(states.map((state) => [state, 0]));
  const error = await new StateMachine(definition())
    .run(input, { overrides: { taskResourceLocalHandlers, retryIntervalOverrides } })
    .result.then(
      () => undefined,
      (reason: Error) => reason.message,
    );
  return { calls, error };
}

describe("a run", () => {
  test("collects the hours, compiles each touched day once, links, archives and commits", async () => {
    const days = new Map([
      ["2025-06-01T22", ["home/2025-06-01", "home/2025-06-02"]],
      ["2025-06-01T23", ["home/2025-06-02"]],
    ]);
    const { calls, error } = await run({
      CollectHour: (event) => ({ ...Object(event), siteDays: days.get(Object(event).hour) ?? [] }),
    });
    expect(error).toBeUndefined();
    expect(calls).toEqual({
      Plan: [{ now }],
      CollectHour: [{ hour: "2025-06-01T22" }, { hour: "2025-06-01T23" }],
      CompileDay: [{ siteDay: "home/2025-06-01" }, { siteDay: "home/2025-06-02" }],
      Link: [{ siteDays: ["home/2025-06-01", "home/2025-06-02"] }],
      ArchiveDay: [{ date: "2025-06-01" }],
      Commit: [{ next: "2025-06-02T00" }],
    });
  });

  test("with nothing to do commits", async () => {
    const { calls, error } = await run({ Plan: () => plan({ hours: [], archiveDates: [] }) });
    expect(error).toBeUndefined();
    expect(calls).toMatchObject({ CollectHour: [], CompileDay: [], Link: [], ArchiveDay: [], Commit: [{}] });
  });

  test("whose hours touch no day compiles and links nothing", async () => {
    const { calls, error } = await run({ CollectHour: (event) => ({ ...Object(event), siteDays: [] }) });
    expect(error).toBeUndefined();
    expect(calls).toMatchObject({ CompileDay: [], Link: [], ArchiveDay: [{}], Commit: [{}] });
  });

  test("goes on batch by batch while there is more, and commits each", async () => {
    const plans = [plan({ more: true, next: "2025-06-01T12" }), plan({ hours: [], archiveDates: [] })];
    const { calls, error } = await run({ Plan: () => plans.shift() ?? fail("NoPlan") });
    expect(error).toBeUndefined();
    expect(calls.Plan).toEqual([{ now }, { now, after: "2025-06-01T12" }]);
    expect(calls.Commit).toEqual([{ next: "2025-06-01T12" }, { next: "2025-06-02T00" }]);
  });

  test("over a given range is a backfill: it plans the range and does not commit", async () => {
    const range = { from: "2025-06-01T00", to: "2025-06-02T00", now };
    const { calls, error } = await run({}, range);
    expect(error).toBeUndefined();
    expect(calls).toMatchObject({ Plan: [range], Link: [{}], Commit: [] });
  });

  test("takes the start of the execution for now", async () => {
    const { calls, error } = await run({}, {});
    expect(error).toBeUndefined();
    expect(calls.Plan).toEqual([{ now: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) }]);
  });
});

describe("a failure", () => {
  test("of an hour does not stop the others, but the run does not commit and fails", async () => {
    const { calls, error } = await run({
      CollectHour: (event) =>
        Object(event).hour === "2025-06-01T22" ? fail("Error") : { ...Object(event), siteDays: ["home/2025-06-02"] },
    });
    expect(error).toContain("checkpoint stays");
    expect(calls).toMatchObject({
      CollectHour: [{ hour: "2025-06-01T22" }, { hour: "2025-06-01T23" }],
      CompileDay: [{ siteDay: "home/2025-06-02" }],
      Link: [{ siteDays: ["home/2025-06-02"] }],
      ArchiveDay: [{ date: "2025-06-01" }],
      Commit: [],
    });
  });

  test.each(["CompileDay", "Link", "ArchiveDay"])("in %s: the rest is done, nothing is committed", async (state) => {
    const { calls, error } = await run({ [state]: () => fail("ZodError") });
    expect(error).toContain("checkpoint stays");
    expect(calls).toMatchObject({ CompileDay: [{}], Link: [{}], ArchiveDay: [{}], Commit: [] });
  });

  test("does not stop the batches after it, but none of them commits", async () => {
    const plans = [plan({ more: true, next: "2025-06-01T12" }), plan()];
    let collected = 0;
    const { calls, error } = await run({
      Plan: () => plans.shift() ?? fail("NoPlan"),
      CollectHour: (event) => (collected++ === 0 ? fail("Error") : { ...Object(event), siteDays: [] }),
    });
    expect(error).toContain("checkpoint stays");
    expect(calls.Plan).toHaveLength(2);
    expect(calls.CollectHour).toHaveLength(4);
    expect(calls.Commit).toEqual([]);
  });

  test("that passes by itself is tried again", async () => {
    let attempts = 0;
    const { calls, error } = await run({
      Link: () => (++attempts < 3 ? fail("Lambda.TooManyRequestsException") : { written: [] }),
    });
    expect(error).toBeUndefined();
    expect(calls.Link).toHaveLength(3);
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

  test("uses nothing that the local interpreter ignores silently", () => {
    const ignored = ["QueryLanguage", "Assign", "ItemReader", "ItemBatcher", "ResultWriter", "Arguments", "Output"];
    const tolerated = /^ToleratedFailure/;
    const used = new Set<string>();
    JSON.stringify(definition(), (key, value) => {
      used.add(key === "Mode" ? `Mode ${value}` : key);
      return value;
    });
    expect([...used].filter((key) => ignored.includes(key) || tolerated.test(key))).toEqual([]);
    expect([...used].filter((key) => key.startsWith("Mode "))).toEqual(["Mode INLINE"]);
  });
});
