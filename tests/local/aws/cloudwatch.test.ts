/** The program's alarms over the local services: each fault raises its alarm, by the names that the service really tells. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { createCloudWatch } from "../../../local/aws/cloudwatch";
import { type DeliveryStream, openDeliveryStreams } from "../../../local/aws/firehose/delivery-stream";
import { createIdentities } from "../../../local/aws/iam";
import type { Message } from "../../../local/aws/iot/rules/rule-functions";
import { createTopicRules } from "../../../local/aws/iot/rules/rules";
import { openLambdas } from "../../../local/aws/lambda/functions";
import { startObjectServer } from "../../../local/aws/s3/server";
import { createQueues } from "../../../local/aws/sqs";
import { createStateMachines } from "../../../local/aws/states";
import { createClock } from "../../../local/clock";
import { createGraph, type Registered } from "../../../local/program/graph";
import { registerDemo } from "../clouds";

const start = Date.parse("2026-06-01T12:00:00Z");
const [minute, hour] = [60_000, 3_600_000];
let resources: readonly Registered[];
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  resources = await registerDemo({ "wattlake:alerts": { email: "home@example.org", alarms: "all" } });
}, 300_000);

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** The program's services, with nothing behind them: S3 does not answer, and functions are not there. */
function open(change = (resource: Registered) => resource) {
  const graph = createGraph(resources.map(change));
  const clock = createClock(start);
  const cloudWatch = createCloudWatch(graph, { clock });
  const identities = createIdentities(graph);
  const directory = mkdtempSync(join(tmpdir(), "wattlake-cloudwatch-"));
  ends.push(() => rmSync(directory, { recursive: true }));
  const problems: string[] = [];
  const onProblem = (problem: string) => void problems.push(problem);
  const world = { clock, cloudWatch, identities, onProblem };
  const queues = createQueues(graph, world);
  const s3Endpoint = "http://127.0.0.1:9";
  const lambdas = openLambdas(graph, { ...world, s3Endpoint, stateDirectory: directory });
  ends.push(lambdas.close);
  const machines = createStateMachines(graph, world, { invoke: async () => Promise.reject(new Error("broken")) });
  const [stream] = openDeliveryStreams(graph, { ...world, s3Endpoint, directory, onFailure: () => undefined });
  if (!stream) throw new Error("The demo is buffered.");
  ends.push(stream.close);
  const rulesOver = (to: DeliveryStream, endpoint: string) => {
    const rules = createTopicRules({ graph, ...world, s3Endpoint: endpoint, streams: [to], queues });
    ends.push(rules.close);
    return rules;
  };
  const refusing = { ...stream, put: async () => Promise.reject(new Error("refused")) };
  const states = () => new Map(cloudWatch.alarms().map(({ name, state }) => [name, state]));
  return {
    graph,
    clock,
    cloudWatch,
    lambdas,
    machines,
    stream,
    rulesOver,
    refusing,
    queue(name: string) {
      const found = [...queues.values()].find(({ arn }) => arn.endsWith(`:${name}`));
      if (!found) throw new Error(`There is no queue ${name} in ${[...queues.keys()]}.`);
      return found;
    },
    /** Those that stand at ALARM; the one that is raised while no run ends is told by another test. */
    raised: () => [...states()].flatMap(([name, state]) => (state === "ALARM" && name !== silent ? [name] : [])).sort(),
    states,
  };
}
const silent = "alarms-silent";

test("every metric that an alarm of the program names is told by a local service, with these dimensions", () => {
  const { cloudWatch, rulesOver, stream } = open();
  rulesOver(stream, "http://127.0.0.1:9");
  const alarms = cloudWatch.alarms();
  expect(alarms.length).toBeGreaterThan(5);
  expect(alarms.filter(({ metric }) => !cloudWatch.emits(metric)).map(({ name }) => name)).toEqual([]);
  const [{ metric } = { metric: { namespace: "", metricName: "" } }] = alarms;
  expect(cloudWatch.emits({ ...metric, dimensions: { Other: "x" } })).toBe(false);
});

test("where nothing is wrong no alarm is raised, but that no run has ended", async () => {
  const { clock, raised, states } = open();
  await clock.advanceTo(start + 3 * hour);
  expect(raised()).toEqual([]);
  expect(states().get(silent)).toBe("ALARM");
});

test("that no run ends is told once no record has come for three hours, and not before", async () => {
  const { graph, clock, cloudWatch, states } = open();
  const filters = graph.all(
    "aws:cloudwatch/logMetricFilter:LogMetricFilter",
    z.looseObject({ logGroupName: z.string() }),
  );
  const [filter] = filters.filter(({ name }) => name.startsWith(silent));
  const commit = () =>
    cloudWatch.log(
      filter?.inputs.logGroupName ?? "",
      JSON.stringify({ message: { unit: "commit-run", silent: 0, unfinished: 0 } }),
    );
  // A run that is some minutes later than the one before leaves an hour without a record.
  for (const at of [10, 70, 135]) {
    await clock.advanceTo(start + at * minute - 1);
    expect(states().get(silent)).not.toBe("ALARM");
    commit();
  }
  await clock.advanceTo(start + 135 * minute + 3 * hour - 1);
  expect(states().get(silent)).toBe("OK");
  await clock.advanceTo(start + 135 * minute + 3 * hour);
  expect(states().get(silent)).toBe("ALARM");
  commit();
  await clock.advanceTo(clock.now() + minute);
  expect(states().get(silent)).toBe("OK");
});

test("a run that fails raises its alarm for an hour", async () => {
  const { graph, clock, machines, raised } = open();
  const machine = graph.resources.find(({ name }) => name === "aggregation-run");
  await expect(machines.run(machine?.arn ?? "", { now: "2026-06-01T12:00:00.000Z" })).rejects.toThrow("failed");
  await clock.advanceTo(start + minute);
  expect(raised()).toEqual(["alarms-failed-runs"]);
  await clock.advanceTo(start + 2 * hour);
  expect(raised()).toEqual([]);
}, 300_000);

test("a drill that fails raises its own alarm", async () => {
  const { graph, clock, machines, raised } = open();
  const machine = graph.resources.find(({ name }) => name === "drill-run");
  await expect(machines.run(machine?.arn ?? "", {})).rejects.toThrow("failed");
  await clock.advanceTo(start + minute);
  expect(raised()).toEqual(["alarms-failed-drill"]);
}, 300_000);

test("a run that takes nearly an hour raises its alarm, whatever becomes of it", async () => {
  const { graph, clock, machines, raised } = open();
  const machine = graph.resources.find(({ name }) => name === "aggregation-run");
  const begins = performance.now();
  let minutes = 0;
  const now = jest.spyOn(performance, "now").mockImplementation(() => begins + minutes * minute);
  ends.push(() => now.mockRestore());
  const run = machines.run(machine?.arn ?? "", {});
  minutes = 50;
  await expect(run).rejects.toThrow("failed");
  await clock.advanceTo(start + minute);
  expect(raised()).toEqual(["alarms-failed-runs", "alarms-slow-runs"]);
}, 300_000);

const messageOf = (topic: string, payload: string): Message => ({
  ...{ topic, payload: Buffer.from(payload), clientId: "c", traceId: "t", receivedAt: start },
  newUuid: () => "00000000-0000-0000-0000-000000000000",
});
const messages: readonly (readonly [generation: string, message: Message])[] = [
  ["gen1", messageOf("shellies/shellyem-5B1F0A/emeter/0/power", "1.00")],
  ["gen2", messageOf("shellyemg3-0cb815fc9d38/events/rpc", '{"method":"NotifyStatus","params":{"ts":1}}')],
];

test.each(messages)("%s: a message that the stream takes raises nothing", async (_, message) => {
  const { clock, rulesOver, stream, raised } = open();
  await rulesOver(stream, "http://127.0.0.1:9").handle(message);
  await clock.advanceTo(start + minute);
  expect(raised()).toEqual([]);
});

test.each(messages)(
  "%s: a message that the stream does not take raises the alarm of its rule, as it lies under errors/",
  async (generation, message) => {
    const { graph, clock, rulesOver, refusing, raised } = open();
    const directory = mkdtempSync(join(tmpdir(), "wattlake-cloudwatch-s3-"));
    const s3 = await startObjectServer({ directory, clock: clock.now, authorize: () => ({ allowed: true }) });
    ends.push(() => rmSync(directory, { recursive: true }), s3.close);
    s3.createBucket(graph.resources.find(({ name }) => name === "lake-bucket")?.physicalName ?? "");
    await rulesOver(refusing, s3.url).handle(message);
    await clock.advanceTo(start + minute);
    expect(raised()).toEqual([`alarms-rule-errors-${generation}`]);
  },
  300_000,
);

test.each(messages)(
  "%s: a message that not even the error action takes raises the alarm of what is lost",
  async (generation, message) => {
    const { clock, rulesOver, refusing, raised } = open();
    await expect(rulesOver(refusing, "http://127.0.0.1:9").handle(message)).rejects.toThrow();
    await clock.advanceTo(start + minute);
    expect(raised()).toEqual([`alarms-rule-losses-${generation}`]);
  },
  300_000,
);

test("a function that may not run once more raises the alarm of refused starts", async () => {
  const { graph, clock, lambdas, raised } = open((resource) =>
    resource.name === "live-stream" && resource.type === "aws:lambda/function:Function"
      ? { ...resource, inputs: { ...z.looseObject({}).parse(resource.inputs), reservedConcurrentExecutions: 0 } }
      : resource,
  );
  const live = graph.resources.find(
    ({ type, name }) => type === "aws:lambda/function:Function" && name === "live-stream",
  );
  await expect(lambdas.invoke(live?.arn ?? "", {})).rejects.toMatchObject({ name: "TooManyRequestsException" });
  await clock.advanceTo(start + minute);
  expect(raised()).toEqual(["alarms-throttled"]);
}, 300_000);

test.each([
  ["alarms-missed-runs", "aggregation-missed-runs", minute],
  ["alarms-live-refused", "live-dead-letters", minute],
  ["alarms-live-lag", "live-queue", 15 * minute],
  ["alarms-mirror-lag", "mirror-events", 2 * hour],
])("%s: messages in %s", async (alarm, name, after) => {
  const { clock, queue, raised } = open();
  queue(name).send("a");
  await clock.advanceTo(start + after - 1);
  expect(raised()).toEqual([]);
  await clock.advanceTo(start + after);
  expect(raised()).toEqual([alarm]);
  queue(name).delete(queue(name).receive(10));
  await clock.advanceTo(start + after + 2 * hour);
  expect(raised()).toEqual([]);
});

test("of a queue that is not in use yet nothing is measured, and so nothing is told", async () => {
  let since = Number.POSITIVE_INFINITY;
  const { graph, clock, cloudWatch, raised } = open();
  const surroundings = { clock, cloudWatch, onProblem: () => undefined };
  const queues = createQueues(graph, {
    ...surroundings,
    isUsed: (arn, at) => !arn.endsWith(":live-queue") || at > since,
  });
  const queue = [...queues.values()].find(({ arn }) => arn.endsWith(":live-queue"));
  queue?.send("a");
  await clock.advanceTo(start + hour);
  expect(raised()).toEqual([]);
  since = start + hour;
  queue?.delete(queue.receive(10));
  await clock.advanceTo(start + hour + minute);
  expect(raised()).toEqual([]);
});

test("records that S3 does not take raise the alarm of the stream's age", async () => {
  const { clock, stream, raised } = open();
  stream.put(Buffer.from("a\n"));
  await clock.advanceTo(start + 4 * minute);
  expect(raised()).toEqual([]);
  await clock.advanceTo(start + 29 * minute);
  expect(raised()).toEqual(["alarms-delivery-failing"]);
  await clock.advanceTo(start + 31 * minute);
  // S3 has refused it twice by then.
  expect(raised()).toEqual(["alarms-delivery-failing", "alarms-delivery-lag"]);
}, 300_000);

test("a live function that fails in most minutes of a quarter of an hour raises its alarm, a few failures do not", async () => {
  const { graph, clock, lambdas, raised } = open();
  const live = graph.resources.find(
    ({ type, name }) => type === "aws:lambda/function:Function" && name.startsWith("live"),
  );
  for (let at = 1; at <= 12; at++) {
    await expect(lambdas.invoke(live?.arn ?? "", {})).rejects.toThrow();
    await clock.advanceTo(start + at * minute);
    expect(raised()).toEqual(at < 12 ? [] : ["alarms-live-failing"]);
  }
}, 300_000);

test("records of functions are metrics: what is below its threshold raises nothing", async () => {
  const { graph, clock, cloudWatch, states } = open();
  const filters = graph.all(
    "aws:cloudwatch/logMetricFilter:LogMetricFilter",
    z.looseObject({ logGroupName: z.string() }),
  );
  const write = (unit: string, fields: object) => {
    for (const { inputs } of filters)
      cloudWatch.log(inputs.logGroupName, JSON.stringify({ message: { unit, ...fields } }));
  };
  write("commit-run", { silent: 0, unfinished: 0 });
  write("plan-run", { unfinished: 0 });
  write("collect-hour", { quarantinedPercent: 4.9 });
  await clock.advanceTo(start + minute);
  expect([...states().values()].filter((state) => state === "ALARM")).toEqual([]);
});
