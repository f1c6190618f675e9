/** State machines as deployed: paths, retries, virtual time, roles, and the guard against what would be ignored. */

import { createIdentities } from "../../../local/aws/iam/identity";
import type { Lambdas } from "../../../local/aws/lambda/functions";
import { readDefinition } from "../../../local/aws/states/definition";
import type { Progress } from "../../../local/aws/states/execution-progress";
import { createStateMachines } from "../../../local/aws/states/states";
import { createClock } from "../../../local/clock";
import { createGraph } from "../../../local/program/graph";

const functionArn = (name: string) => `arn:aws:lambda:eu-central-1:123456789012:function:${name}`;
const roleArn = "arn:aws:iam::123456789012:role/machine";

const invoke = (name: string, payload: object) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Parameters: { FunctionName: functionArn(name), ...payload },
});

/** Plan hours, collect each with a retry and a marker for failures, then each site day once. */
const definition = {
  StartAt: "Plan",
  States: {
    Plan: {
      ...invoke("plan", { Payload: { "now.$": "$$.Execution.StartTime", "from.$": "$.from" } }),
      ResultSelector: { "hours.$": "$.Payload.hours" },
      ResultPath: "$.plan",
      Next: "Collect",
    },
    Collect: {
      Type: "Map",
      ItemsPath: "$.plan.hours",
      MaxConcurrency: 2,
      ItemSelector: { "hour.$": "$$.Map.Item.Value" },
      ItemProcessor: {
        ProcessorConfig: { Mode: "INLINE" },
        StartAt: "CollectHour",
        States: {
          CollectHour: {
            ...invoke("collect", { "Payload.$": "$" }),
            OutputPath: "$.Payload",
            Retry: [{ ErrorEquals: ["Flaky"], IntervalSeconds: 600, MaxAttempts: 2 }],
            Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: "$.error", Next: "HourFailed" }],
            End: true,
          },
          HourFailed: { Type: "Pass", Parameters: { "failed.$": "$.error.Error", siteDays: [] }, End: true },
        },
      },
      ResultPath: "$.collected",
      Next: "Days",
    },
    Days: {
      Type: "Pass",
      Parameters: { "days.$": "States.ArrayUnique($.collected[*].siteDays[*])", "hours.$": "$.collected[*].hour" },
      End: true,
    },
  },
};

function machines(
  handlers: Record<string, (event: unknown) => unknown>,
  { allowed = ["plan", "collect"], text = JSON.stringify(definition) } = {},
) {
  const trust = {
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "states.amazonaws.com" } },
  };
  const policy = {
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Action: "lambda:InvokeFunction", Resource: allowed.map(functionArn) },
  };
  const graph = createGraph([
    {
      type: "aws:iam/role:Role",
      name: "machine",
      id: "machine",
      custom: true,
      inputs: { assumeRolePolicy: trust },
      state: { arn: roleArn, name: "machine" },
    },
    {
      type: "aws:iam/rolePolicy:RolePolicy",
      name: "p",
      id: "p",
      custom: true,
      inputs: { role: "machine", policy },
      state: {},
    },
    {
      type: "aws:sfn/stateMachine:StateMachine",
      name: "m",
      id: "m",
      custom: true,
      inputs: { definition: text, roleArn },
      state: { name: "daily" },
    },
  ]);
  const lambdas: Lambdas = {
    invoke: async (arn, event) => handlers[arn.split(":").at(-1) ?? ""]?.(event),
    close: async () => undefined,
  };
  const clock = createClock(Date.UTC(2025, 5, 2, 1));
  return createStateMachines(graph, { identities: createIdentities(graph), clock }, lambdas);
}

it("runs the maps, takes each site day once and gives the virtual time", async () => {
  const events: unknown[] = [];
  const progress: Progress[] = [];
  const result = await machines({
    plan: (event) => {
      events.push(event);
      return { hours: ["h1", "h2", "h3"] };
    },
    collect: (event) => {
      const { hour } = event as { hour: string };
      return { hour, siteDays: hour === "h3" ? ["home/2"] : ["home/1", "home/2"] };
    },
  }).run("daily", { from: "x" }, (step) => progress.push(step));
  expect(events).toEqual([{ now: "2025-06-02T01:00:00.000Z", from: "x" }]);
  expect(result).toEqual({ days: ["home/1", "home/2"], hours: ["h1", "h2", "h3"] });
  expect(progress[0]).toEqual({ state: "Plan", done: 0, begun: undefined });
  expect(progress.filter(({ state }) => state === "Collect").at(-1)).toEqual({ state: "Collect", done: 3, begun: 3 });
});

it("retries at once by the type of the error, and catches what stays", async () => {
  let calls = 0;
  const result = await machines({
    plan: () => ({ hours: ["flaky", "broken"] }),
    collect: (event) => {
      const { hour } = event as { hour: string };
      calls++;
      if (hour === "broken") throw Object.assign(new Error("no"), { name: "Broken" });
      if (calls < 3) throw Object.assign(new Error("again"), { name: "Flaky" });
      return { hour, siteDays: ["home/1"] };
    },
  }).run("daily", { from: "x" });
  expect(result).toEqual({ days: ["home/1"], hours: ["flaky"] });
});

it("fails with the function's error when nothing catches it", async () => {
  const plan = () => {
    throw Object.assign(new Error("no checkpoint"), { name: "MissingCheckpoint" });
  };
  await expect(machines({ plan }).run("daily", { from: "x" })).rejects.toMatchObject({
    name: "ExecutionFailed",
    message: "The state machine daily failed. MissingCheckpoint: no checkpoint",
  });
});

it("tells the faults that were caught on the way to a failure, not those that passed", async () => {
  const failing = JSON.parse(
    JSON.stringify(definition).replace(
      '"End":true}}}',
      '"Next":"Failed"},"Failed":{"Type":"Fail","Error":"RunIncomplete","Cause":"Some failed."}}}',
    ),
  );
  let calls = 0;
  const collect = (event: unknown) => {
    const { hour } = event as { hour: string };
    if (hour === "flaky" && calls++ === 0) throw Object.assign(new Error("again"), { name: "Flaky" });
    if (hour === "broken") throw new Error("/state/manifests/a.json was changed. To mend it: rm it");
    return { hour, siteDays: [] };
  };
  const text = JSON.stringify(failing);
  const running = machines({ plan: () => ({ hours: ["flaky", "broken"] }), collect }, { text }).run("daily", {
    from: "x",
  });
  await expect(running).rejects.toMatchObject({
    message: `The state machine daily failed. RunIncomplete: Some failed.
  CollectHour {"hour":"broken"}: /state/manifests/a.json was changed. To mend it: rm it`,
  });
});

it("lets the machine invoke only what its role may", async () => {
  const running = machines({ plan: () => ({ hours: [] }) }, { allowed: ["collect"] }).run("daily", { from: "x" });
  await expect(running).rejects.toThrow(
    "The role machine is not allowed lambda:InvokeFunction on arn:aws:lambda:eu-central-1:123456789012:function:plan",
  );
});

it("ends a run whose state outgrows the limit of AWS", async () => {
  const plan = () => ({ hours: Array.from({ length: 20_000 }, (_, hour) => `2025-06-01T${hour}`) });
  await expect(machines({ plan }).run("daily", { from: "x" })).rejects.toThrow(
    /States.DataLimitExceeded.*"Plan" passes \d+ bytes/,
  );
});

describe("a path", () => {
  const evaluate = (path: string) =>
    machines(
      {},
      {
        text: JSON.stringify({
          StartAt: "A",
          States: { A: { Type: "Pass", Parameters: { "is.$": path }, End: true } },
        }),
      },
    ).run("daily", { none: [], hours: [{ days: ["d1"] }, { days: [] }, { Error: "E" }], nothing: {} });

  it.each([
    ["$.none[*]", []],
    ["$.none[*].days[*]", []],
    ["$.hours[*].Missing", []],
    ["$.hours[1:2].days[*]", []],
    ["$.nothing..Error", []],
    ["States.ArrayUnique($.none[*].days[*])", []],
    ["$.hours[*].days[*]", ["d1"]],
    ["$.hours[*].Error", ["E"]],
  ])("that may match several values is a list, however many they are: %s", async (path, is) => {
    expect(await evaluate(path)).toEqual({ is });
  });

  it.each(["$.missing", "$.missing[*]", "$.none[0]", "$.hours[7].days[*]", "$.hours[0].missing"])(
    "whose one value is not there is an error: %s",
    async (path) => {
      await expect(evaluate(path)).rejects.toThrow(`'${path}' does not point to a value`);
    },
  );
});

describe("definitions that would not run as they are written", () => {
  const withState = (state: object) =>
    JSON.stringify({ StartAt: "A", States: { A: { Type: "Pass", End: true, ...state } } });
  it.each([
    [{ QueryLanguage: "JSONata" }, 'the state "A" uses QueryLanguage'],
    [
      { Type: "Map", ItemBatcher: {}, ItemProcessor: { StartAt: "B", States: { B: { Type: "Pass", End: true } } } },
      "uses ItemBatcher",
    ],
    [
      {
        Type: "Map",
        ItemProcessor: {
          ProcessorConfig: { Mode: "DISTRIBUTED" },
          StartAt: "B",
          States: { B: { Type: "Pass", End: true } },
        },
      },
      "is a distributed map",
    ],
    [{ Type: "Map", ItemProcessor: { StartAt: "A", States: { A: { Type: "Pass", End: true } } } }, "appears twice"],
    [{ End: undefined, Next: "Nowhere" }, "invalid"],
  ])("%j", (state, reason) => {
    expect(() => readDefinition(withState(state), "m")).toThrow(reason);
  });
});
