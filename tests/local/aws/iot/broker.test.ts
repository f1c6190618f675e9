/** The broker: real MQTT clients, rules before the acknowledgement, actions as their roles, error action, Basic Ingest. */
import { once } from "node:events";
import { createConnection } from "node:net";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { connectAsync, type MqttClient } from "mqtt";
import { type DeliveryStream, openDeliveryStreams } from "../../../../local/aws/firehose/delivery-stream";
import { type Broker, startBroker } from "../../../../local/aws/iot/broker";
import { createTopicRules, type TopicRules } from "../../../../local/aws/iot/rules/rules";
import { createClock, type VirtualClock } from "../../../../local/clock";
import { createGraph } from "../../../../local/program/graph";
import { type Bench, ingestRoles, lake, roleArn, rule, startBench, stream } from "../../fixture";

const start = Date.UTC(2025, 5, 1, 12);
const scalar =
  "SELECT decode(encode(*, 'base64'), 'base64') AS value, topic(2) AS device, clientid() AS client FROM 'shellies/+/emeter/+/+'";
const errorAction = {
  s3: { bucketName: "lake", key: `errors/\${topic(2)}-\${newuuid()}.json`, roleArn: roleArn("iot") },
};
const toStream = { firehoses: [{ deliveryStreamName: "stream", roleArn: roleArn("iot"), separator: "\n" }] };
const toBucket = {
  s3: [{ bucketName: "lake", key: `raw/\${timestamp()}-\${newuuid()}.json`, roleArn: roleArn("iot") }],
};
const topic = "shellies/shellyem-A/emeter/0/power";

let clock: VirtualClock;
let bench: Bench;
let rules: TopicRules;
let streams: readonly DeliveryStream[];
let broker: Broker;
let client: MqttClient;
let problems: string[];

async function open(ruleInputs: object, without: string[] = []) {
  clock = createClock(start);
  problems = [];
  bench = await startBench(
    [lake, ...ingestRoles(without), stream(), rule("wattlake_test_gen1", { sql: scalar, ...ruleInputs })],
    clock.now,
  );
  const { graph, identities, objects, directory } = bench;
  const onProblem = (problem: unknown) => void problems.push(String(problem));
  streams = openDeliveryStreams(graph, {
    identities,
    clock,
    s3Endpoint: objects.url,
    directory: join(directory, "firehose"),
    onFailure: onProblem,
  });
  rules = createTopicRules({ graph, identities, streams, s3Endpoint: objects.url, onProblem });
  broker = await startBroker({ rules, clock, onProblem });
  client = await connectAsync(broker.url, { clientId: "bridge", reconnectPeriod: 0 });
}

afterEach(async () => {
  await client.endAsync(true);
  await broker.close();
  rules.close();
  for (const each of streams) each.close();
  await bench.close();
});

it("acknowledges a message that the stream has on disk, and delivers it as a line", async () => {
  await open({ ...toStream, errorAction });
  await client.publishAsync(topic, "611.53", { qos: 1 });
  await client.publishAsync("shellies/shellyem-A/relay/0", "off", { qos: 1 });
  await clock.advanceTo(start + 300_000);
  const [bytes, ...others] = [...(await bench.contents()).values()];
  expect(others).toEqual([]);
  expect(gunzipSync(bytes ?? "").toString()).toBe('{"value":611.53,"device":"shellyem-A","client":"bridge"}\n');
  expect(broker.received()).toBe(2);
  expect(problems).toEqual([]);
});

it("counts each message that a bridge has joined, and what only looks like it as one", async () => {
  await open({ ...toStream, sql: "SELECT *, topic(1) AS device", errorAction });
  const messages = [1, 2, 3].map((at) => ({ at_ms: start, topic, payload: String(at) }));
  const send = (payload: string) =>
    client.publishAsync("$aws/rules/wattlake_test_gen1/shellyem-A", payload, { qos: 1 });
  await send(JSON.stringify({ joined: 1, sent_ms: start, messages }));
  expect(broker.received()).toBe(3);
  for (const other of ['{"joined":1,"messages":[]}', '{"joined":2,"sent_ms":1,"messages":[1,2]}', '"joined":'])
    await send(other);
  expect(broker.received()).toBe(6);
  expect(problems).toEqual([]);
});

it("counts what no rule takes by topic, with the first message of each", async () => {
  await open({ ...toStream, sql: `${scalar} WHERE clientid() = 'bridge'`, errorAction });
  expect(broker.topicFilters).toEqual(["shellies/+/emeter/+/+"]);
  for (const name of ["home/meter/events/rpc", topic, "shellies/shellyem-A/relay/0", "home/meter/events/rpc"]) {
    await client.publishAsync(name, name, { qos: 1 });
    await clock.advanceTo(clock.now() + 1000);
  }
  const other = await connectAsync(broker.url, { clientId: "other", reconnectPeriod: 0 });
  await other.publishAsync(topic, "7", { qos: 1 });
  await other.publishAsync("$aws/rules/none/x", "3", { qos: 1 });
  await other.endAsync();
  const first = (name: string, seconds: number, payload = name) => ({
    topic: name,
    first: { at: start + seconds * 1000, payload },
  });
  expect(broker.received()).toBe(6);
  expect(broker.untaken()).toEqual([
    { ...first("home/meter/events/rpc", 0), messages: 2 },
    { ...first("shellies/shellyem-A/relay/0", 2), messages: 1 },
    { ...first(topic, 4, "7"), messages: 1 },
    { ...first("$aws/rules/none/x", 4, "3"), messages: 1 },
  ]);
});

it("has the object in the bucket when the acknowledgement comes, under the same key for the same message", async () => {
  await open({ ...toBucket, errorAction });
  await client.publishAsync(topic, "1.5", { qos: 1 });
  const first = await bench.contents();
  expect([...first.values()].map(String)).toEqual(['{"value":1.5,"device":"shellyem-A","client":"bridge"}']);
  await clock.advanceTo(start + 1);
  await client.publishAsync(topic, "1.5", { qos: 1 });
  await client.publishAsync(topic, "1.5", { qos: 1 });
  expect((await bench.contents()).size).toBe(3);
});

it("hands a message that it may not deliver to the error action, replayable", async () => {
  await open({ ...toBucket, errorAction }, ["iot"]);
  await client.publishAsync(topic, "7", { qos: 1 });
  const [[key, bytes] = []] = await bench.contents();
  expect(key).toMatch(/^errors\/shellyem-A-.*\.json$/);
  expect(JSON.parse(String(bytes))).toEqual({
    ruleName: "wattlake_test_gen1",
    topic,
    cloudwatchTraceId: expect.any(String),
    clientId: "bridge",
    base64OriginalPayload: Buffer.from("7").toString("base64"),
    failures: [
      {
        failedAction: "S3Action",
        failedResource: "lake",
        errorMessage: expect.stringContaining("The role iot is not allowed s3:PutObject"),
      },
    ],
  });
  expect(problems).toEqual([expect.stringContaining("failed at S3Action lake")]);
});

it("does not acknowledge a message that nothing took", async () => {
  await open(toBucket, ["iot"]);
  const closed = new Promise<void>((resolve) => client.once("close", () => resolve()));
  let acknowledged = false;
  client.publish(topic, "7", { qos: 1 }, (error) => {
    acknowledged ||= !error;
  });
  await closed;
  expect(acknowledged).toBe(false);
  expect(problems.at(-1)).toContain(`A message to ${topic} was not accepted`);
});

it("lets a second client of an id take the first one's place, and tells who holds it", async () => {
  await open({ ...toBucket, errorAction });
  const first = broker.holder("bridge");
  expect(first).toEqual({ address: expect.stringMatching(/^127\.0\.0\.1:\d+$/), hasCertificate: false });
  const closed = new Promise<void>((resolve) => client.once("close", () => resolve()));
  const second = await connectAsync(broker.url, { clientId: "bridge", reconnectPeriod: 0 });
  await closed;
  expect(broker.holder("bridge")?.address).not.toBe(first?.address);
  const left = new Promise<void>((resolve) => second.once("close", () => resolve()));
  await broker.close();
  await left;
  expect([broker.holder("bridge"), broker.holder("other")]).toEqual([undefined, undefined]);
});

it("ends although somebody is connected who has never said who he is", async () => {
  await open({ ...toBucket, errorAction });
  const silent = createConnection(Number(new URL(broker.url).port), "127.0.0.1");
  await once(silent, "connect");
  const closed = once(silent, "close");
  await broker.close();
  await closed;
  // The broker itself would give it half a minute.
}, 20_000);

it("runs a rule by its name for Basic Ingest, without the prefix in the topic", async () => {
  await open({ ...toBucket, errorAction });
  await client.publishAsync(`$aws/rules/wattlake_test_gen1/${topic}`, "3", { qos: 1 });
  expect([...(await bench.contents()).values()].map(String)).toEqual([
    '{"value":3,"device":"shellyem-A","client":"bridge"}',
  ]);
  await client.publishAsync("$aws/rules/none/x", "3", { qos: 1 });
  expect(problems).toEqual(["RuleNotFound: $aws/rules/none/x names no rule of the program."]);
});

it.each([
  ["a/b/c/d/e/f/g/h/i", "x", "more than 7 slashes"],
  ["t".repeat(257), "x", "longer than 256 bytes"],
  ["big", "x".repeat(131_073), "larger than 131072 bytes"],
  ["$SYS/x", "x", "reserved"],
])("closes the connection over the limits of AWS IoT Core: %.20s", async (name, payload, reason) => {
  await open({ ...toBucket, errorAction });
  const closed = new Promise<void>((resolve) => client.once("close", () => resolve()));
  client.publish(name, payload, { qos: 1 }, () => undefined);
  await closed;
  expect(problems).toEqual([expect.stringContaining(reason)]);
});

it("names the rule whose action it cannot carry out", async () => {
  await open({ ...toBucket, errorAction });
  const other = createGraph([rule("r", { sql: scalar, dynamodbs: [{}] })]);
  expect(() =>
    createTopicRules({
      graph: other,
      identities: bench.identities,
      streams,
      s3Endpoint: "",
      onProblem: () => undefined,
    }),
  ).toThrow('The rule r has the action "dynamodbs", which is not carried out locally');
});
