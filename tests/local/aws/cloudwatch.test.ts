/** The program's alarms over the local services: each fault raises its alarm, by the names that the service really tells. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { createCloudWatch } from "../../../local/aws/cloudwatch";
import { openDeliveryStreams } from "../../../local/aws/firehose/delivery-stream";
import { createIdentities } from "../../../local/aws/iam";
import { openLambdas } from "../../../local/aws/lambda/functions";
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
  resources = await registerDemo({ "wattlake:alerts": { email: "home@example.org" } });
}, 300_000);

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** The program's services, with nothing behind them: S3 does not answer, and functions are not there. */
function open() {
  const graph = createGraph(resources);
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
  const states = () => new Map(cloudWatch.alarms().map(({ name, state }) => [name, state]));
  return {
    graph,
    clock,
    cloudWatch,
    lambdas,
    machines,
    stream,
    queue(name: string) {
      const found = [...queues.values()].find(({ arn }) => arn.endsWith(`:${name}`));
      if (!found) throw new Error(`There is no queue ${name} in ${[...queues.keys()]}.`);
      return found;
    },
    /** Those that stand at ALARM; the one that is raised while no run ends is told by another test. */
    raised: () => [...states()].flatMap(([name, state]) => (state === "ALARM" && name !== silent ? [name] : [])),
    states,
  };
}
const silent = "alarms-silent-sites";

test("every metric that an alarm of the program names is told by a local service, with these dimensions", () => {
  const { cloudWatch } = open();
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

test("a run that fails raises its alarm for an hour", async () => {
  const { graph, clock, machines, raised } = open();
  const machine = graph.resources.find(({ name }) => name === "aggregation-run");
  await expect(machines.run(machine?.arn ?? "", { now: "2026-06-01T12:00:00.000Z" })).rejects.toThrow("failed");
  await clock.advanceTo(start + minute);
  expect(raised()).toEqual(["alarms-failed-runs"]);
  await clock.advanceTo(start + 2 * hour);
  expect(raised()).toEqual([]);
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

test("records that S3 does not take raise the alarm of the stream's age", async () => {
  const { clock, stream, raised } = open();
  stream.put(Buffer.from("a\n"));
  await clock.advanceTo(start + 29 * minute);
  expect(raised()).toEqual([]);
  await clock.advanceTo(start + 31 * minute);
  expect(raised()).toEqual(["alarms-delivery-lag"]);
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
  write("commit-run", { silentSites: 0 });
  write("plan-run", { unfinished: 0 });
  write("collect-hour", { quarantinedPercent: 4.9 });
  await clock.advanceTo(start + minute);
  expect([...states().values()].filter((state) => state === "ALARM")).toEqual([]);
});
