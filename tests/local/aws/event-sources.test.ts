/** The way of messages from a queue into a function: batches, what comes again, and where it ends. */

import { createIdentities } from "../../../local/aws/iam/identity";
import { type EventSources, startEventSources } from "../../../local/aws/lambda/event-sources";
import { createQueues, type Queue } from "../../../local/aws/sqs";
import { createClock, type VirtualClock } from "../../../local/clock";
import { account } from "../../../local/program/computed";
import { createGraph } from "../../../local/program/graph";
import { allow, resource, role, roleArn, service } from "../fixture";

const arnOf = (name: string) => `arn:aws:sqs:eu-central-1:${account}:${name}`;
const functionArn = `arn:aws:lambda:eu-central-1:${account}:function:f`;
const start = Date.parse("2026-06-01T12:00:00Z");

interface Invocation {
  readonly bodies: string[];
  readonly counts: string[];
  readonly at: number;
}
interface Event {
  Records: { messageId: string; body: string; attributes: { ApproximateReceiveCount: string } }[];
}

let clock: VirtualClock;
let queue: Queue;
let dead: Queue;
let sources: EventSources;
let invocations: Invocation[];
let problems: string[];

const graphOf = (mapping: object, queueInputs: object, actions: string[]) =>
  createGraph([
    ...role("worker", service("lambda"), ...actions.map((action) => allow(action, arnOf("work")))),
    resource("aws:lambda/function:Function", "f", { role: roleArn("worker") }, { name: "f", arn: functionArn }),
    resource("aws:sqs/queue:Queue", "dead", {}, { name: "dead", arn: arnOf("dead") }),
    resource(
      "aws:sqs/queue:Queue",
      "work",
      {
        visibilityTimeoutSeconds: 54,
        redrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf("dead"), maxReceiveCount: 3 }),
        ...queueInputs,
      },
      { name: "work", arn: arnOf("work") },
    ),
    resource("aws:lambda/eventSourceMapping:EventSourceMapping", "m", {
      eventSourceArn: arnOf("work"),
      functionName: functionArn,
      functionResponseTypes: ["ReportBatchItemFailures"],
      batchSize: 3,
      maximumBatchingWindowInSeconds: 1,
      ...mapping,
    }),
  ]);

function open(
  handler: (event: Event) => unknown = () => null,
  {
    mapping = {},
    queueInputs = {},
    actions = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
  } = {},
) {
  clock = createClock(start);
  invocations = [];
  problems = [];
  const graph = graphOf(mapping, queueInputs, actions);
  const queues = createQueues(graph, { clock, onProblem: (problem) => problems.push(problem) });
  const found = (name: string) => queues.get(arnOf(name)) as Queue;
  [queue, dead] = [found("work"), found("dead")];
  sources = startEventSources({
    graph,
    identities: createIdentities(graph),
    queues,
    clock,
    onProblem: (problem) => problems.push(problem),
    lambdas: {
      async invoke(name, event) {
        expect(name).toBe(functionArn);
        const { Records } = event as Event;
        invocations.push({
          bodies: Records.map(({ body }) => body),
          counts: Records.map(({ attributes }) => attributes.ApproximateReceiveCount),
          at: clock.now() - start,
        });
        return handler({ Records });
      },
    },
  });
}

const send = (...bodies: string[]) => {
  for (const body of bodies) queue.send(body);
};

test("a full batch goes at once, the rest when the window is over", async () => {
  open();
  send("a", "b", "c", "d");
  expect(invocations.map(({ bodies }) => bodies)).toEqual([["a", "b", "c"]]);
  await clock.advanceTo(start + 999);
  expect(invocations).toHaveLength(1);
  await clock.advanceTo(start + 1000);
  expect(invocations.map(({ bodies, at }) => [bodies, at])).toEqual([
    [["a", "b", "c"], 0],
    [["d"], 1000],
  ]);
  await sources.settle();
  expect(queue.waiting()).toEqual([]);
  expect(clock.nextTimer()).toBeUndefined();
});

test("without a window a message goes with the next move of the clock", async () => {
  open(undefined, { mapping: { maximumBatchingWindowInSeconds: 0 } });
  send("a");
  await clock.advanceTo(start);
  expect(invocations.map(({ bodies }) => bodies)).toEqual([["a"]]);
});

test("only the messages that are reported come again, after the visibility timeout", async () => {
  open(({ Records }) => ({
    batchItemFailures: Records.filter(
      ({ body, attributes }) => body === "b" && attributes.ApproximateReceiveCount === "1",
    ).map(({ messageId }) => ({ itemIdentifier: messageId })),
  }));
  send("a", "b", "c");
  await sources.settle();
  expect(queue.waiting()).toEqual(["b"]);
  await clock.advanceTo(start + 53_999);
  expect(invocations).toHaveLength(1);
  await clock.advanceTo(start + 55_000);
  expect(invocations.map(({ bodies, counts }) => [bodies, counts])).toEqual([
    [
      ["a", "b", "c"],
      ["1", "1", "1"],
    ],
    [["b"], ["2"]],
  ]);
  expect(queue.waiting()).toEqual([]);
});

test.each([
  ["throws", () => Promise.reject(new Error("no such table"))],
  ["reports a message it was not given", () => ({ batchItemFailures: [{ itemIdentifier: "other" }] })],
  ["reports an empty identifier", () => ({ batchItemFailures: [{ itemIdentifier: "" }] })],
])("a function that %s fails the whole batch, and after the last receive it is dead", async (_, handler) => {
  open(handler);
  send("a", "b", "c");
  for (const time of [0, 54_000, 108_000]) {
    await clock.advanceTo(start + time);
    await sources.settle();
  }
  expect(invocations.map(({ counts }) => counts)).toEqual([1, 2, 3].map((count) => Array(3).fill(String(count))));
  expect(problems).toHaveLength(3);
  expect(dead.waiting()).toEqual([]);
  await clock.advanceTo(start + 162_000);
  expect(queue.waiting()).toEqual([]);
  expect(dead.waiting()).toEqual(["a", "b", "c"]);
});

test.each([[null], [undefined], [{}], [{ batchItemFailures: [] }], [{ batchItemFailures: null }]])(
  "the answer %j is a success",
  async (answer) => {
    open(() => answer);
    send("a", "b", "c");
    await sources.settle();
    expect(queue.waiting()).toEqual([]);
    expect(problems).toEqual([]);
  },
);

test("no more batches at once than the mapping allows", async () => {
  const finish: (() => void)[] = [];
  open(() => new Promise<void>((resolve) => finish.push(resolve)), {
    mapping: { scalingConfig: { maximumConcurrency: 2 } },
  });
  send(..."abcdefghij");
  expect(invocations).toHaveLength(2);
  await clock.advanceTo(start + 1000);
  expect(invocations).toHaveLength(2);
  const settled = sources.settle();
  for (const expected of [3, 4]) {
    finish.shift()?.();
    while (invocations.length < expected) await Promise.resolve();
  }
  expect(invocations.map(({ bodies }) => bodies.join(""))).toEqual(["abc", "def", "ghi", "j"]);
  for (const each of finish) each();
  await settled;
  expect(queue.waiting()).toEqual([]);
});

test("stopping waits for what is in the function, and sends off no more", async () => {
  let finish = () => {};
  open(() => new Promise<void>((resolve) => (finish = resolve)));
  send("a", "b", "c", "d");
  const stopped = sources.stop();
  finish();
  await stopped;
  await clock.advanceTo(start + 5000);
  expect(invocations).toHaveLength(1);
  expect(queue.waiting()).toEqual(["d"]);
});

test("a message that nobody took is dropped when its retention is over", async () => {
  open(undefined, { mapping: { enabled: false }, queueInputs: { messageRetentionSeconds: 60 } });
  send("old");
  await clock.advanceTo(start + 30_000);
  send("young");
  await clock.advanceTo(start + 60_000);
  expect(queue.receive(10).map(({ body }) => body)).toEqual(["young"]);
});

test("a function that may not read its queue is not started", () => {
  expect(() => open(undefined, { actions: ["sqs:ReceiveMessage", "sqs:GetQueueAttributes"] })).toThrow(
    "The role worker is not allowed sqs:DeleteMessage",
  );
});

test("a mapping of what the program does not have is refused", () => {
  expect(() => open(undefined, { mapping: { eventSourceArn: arnOf("other") } })).toThrow("is no queue of the program");
  expect(() => open(undefined, { mapping: { functionName: "other" } })).toThrow("is no function of the program");
});
