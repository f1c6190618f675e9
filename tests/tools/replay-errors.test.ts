/** What the rules could not deliver, replayed: the record is what it would have been, however often it is replayed. */
import { z } from "zod";
import { formerHourManifestKey, hourManifestKey } from "../../functions/lake/keys";
import { makeUnfold } from "../../functions/readings/joined";
import { createS3Client } from "../../local/aws/s3/client";
import { createGraph, type Registered } from "../../local/program/graph";
import { runMachine } from "../../local/session/pipeline";
import { fold } from "../../tools/bridge/fold";
import { readArguments } from "../../tools/replay-errors/arguments";
import { openLake } from "../../tools/replay-errors/lake";
import { lakeBucket } from "../../tools/replay-errors/local";
import { makeReplayer } from "../../tools/replay-errors/raw-line";
import { accountLines, rangesOf, replayErrors } from "../../tools/replay-errors/replay";
import { hashFiles, makeDirectories, type Opened, openCloud, registerDemo, replayInto } from "../local/clouds";

const gen1 = "shellyem-A4CF12F3B2";
const gen3 = "shellyemg3-0cb815fc9d38";
const noon = Date.UTC(2025, 5, 3, 12);
const minuteMs = 60_000;
const messages = Array.from({ length: 9 }, (_, index) => {
  const at = noon + index * 20 * minuteMs;
  const params = { ts: at / 1000 - 3, "em1:0": { id: 0, act_power: -1500, voltage: 230.1 } };
  return [
    { at, topic: `shellies/${gen1}/emeter/1/power`, payload: "600.00" },
    { at: at + 250, topic: `shellies/${gen1}/emeter/1/total`, payload: (5000 + index * 200).toFixed(1) },
    {
      at: at + 500,
      topic: `${gen3}/events/rpc`,
      payload: JSON.stringify({ src: gen3, method: "NotifyStatus", params }),
    },
  ];
}).flat();
const lost = messages.filter(({ at }) => at >= noon + 60 * minuteMs && at < noon + 130 * minuteMs);

const rolePolicy = z.looseObject({
  policy: z.looseObject({ Statement: z.array(z.looseObject({ Action: z.array(z.string()) })) }),
});

/** The program without a right of its rules. */
const without = (resources: readonly Registered[], action: string): Registered[] =>
  resources.map((resource) => {
    if (resource.name !== "ingest-policy") return resource;
    const inputs = rolePolicy.parse(resource.inputs);
    const Statement = inputs.policy.Statement.filter(({ Action }) => !Action.includes(action));
    return { ...resource, inputs: { ...inputs, policy: { ...inputs.policy, Statement } } };
  });

const directories = makeDirectories();
let resources: readonly Registered[];
beforeAll(async () => {
  resources = await registerDemo();
});
afterAll(directories.removeAll);

async function withCloud<T>(
  registered: readonly Registered[],
  directory: string,
  work: (opened: Opened) => Promise<T>,
): Promise<T> {
  const opened = await openCloud(registered, directory, noon);
  try {
    return await work(opened);
  } finally {
    await opened.cloud.close();
  }
}

/** A replay as the command does it; what it collected beside what it counted. */
async function replay({ cloud }: Opened, failing = false) {
  const graph = createGraph(resources);
  const client = createS3Client(cloud.s3Url, cloud.deployer);
  const lake = openLake(client, lakeBucket(graph));
  const collected: string[] = [];
  try {
    const account = await replayErrors({
      ...readArguments([]),
      lake,
      replay: makeReplayer(graph),
      async collect(ranges) {
        collected.push(...ranges.map(({ from, to }) => `${from} ${to}`));
        if (failing) return false;
        for (const range of ranges)
          await runMachine(cloud, range, { done: () => undefined, progress: () => undefined });
        return true;
      },
    });
    return { account, collected, errors: await lake.keys("errors/"), replayed: await lake.keys("replayed/") };
  } finally {
    client.destroy();
  }
}

const daily = (directory: string) =>
  Object.entries(hashFiles(`${directory}/s3/lake-bucket`)).filter(([key]) => key.startsWith("daily/"));

test("messages that Firehose did not take are in the record as if it had, after one replay or many", async () => {
  const [whole, directory] = [directories.make(), directories.make()];
  await withCloud(resources, whole, (opened) => replayInto(opened, messages));

  const taken = messages.filter((message) => !lost.includes(message));
  await withCloud(resources, directory, (opened) => replayInto(opened, taken));
  expect(daily(directory)).not.toEqual(daily(whole));
  await withCloud(without(resources, "firehose:PutRecord"), directory, async (opened) => {
    await replayInto(opened, lost);
    expect(opened.problems).toHaveLength(lost.length);
  });
  await withCloud(resources, directory, async (opened) => {
    await opened.clock.advanceTo(noon + 1440 * minuteMs);
    // The pipeline cannot be started: nothing leaves errors/, and the next replay goes on.
    const first = await replay(opened, true);
    expect(first.account).toMatchObject({ replayed: lost.length, ended: false });
    expect([first.errors.length, first.replayed]).toEqual([lost.length, []]);

    const second = await replay(opened);
    expect(second.account).toMatchObject({ replayed: 0, resumed: lost.length, left: [], ended: true });
    expect(second.collected).toEqual(["2025-06-03T13 2025-06-03T15"]);
    expect([second.errors, second.replayed.length]).toEqual([[], lost.length]);
    expect(daily(directory)).toEqual(daily(whole));

    const third = await replay(opened);
    expect(third.account).toEqual({ replayed: 0, resumed: 0, delivered: 0, left: [], hours: [], ended: true });
    expect(daily(directory)).toEqual(daily(whole));
  });
}, 240_000);

describe("an error object", () => {
  const graph = () => createGraph(resources);
  const rule = () =>
    z.object({ name: z.string() }).parse(resources.find(({ name }) => name === "ingest-gen1")?.inputs).name;
  const error = (changes: object = {}) =>
    JSON.stringify({
      ruleName: rule(),
      topic: `$aws/rules/${rule()}/shellies/${gen1}/emeter/0/power`,
      cloudwatchTraceId: "7e146a2c-95b5-6caf-98b9-50e3969734c7",
      clientId: "bridge",
      base64OriginalPayload: Buffer.from("611.53").toString("base64"),
      failures: [{ failedAction: "FirehoseAction", failedResource: "stream", errorMessage: "no" }],
      ...changes,
    });
  const key = `errors/rule=gen1/date=2025-06-03/${noon + 250}-6f9619ff-8b86-d011-b42d-00c04fc964ff.json`;

  test("is the line that the rule would have made, under the hour of its arrival", () => {
    const result = makeReplayer(graph())(key, error());
    expect(result).toMatchObject({
      outcome: "replay",
      hour: "2025-06-03T12",
      key: `raw/date=2025-06-03/hour=12/replayed-${noon + 250}-6f9619ff-8b86-d011-b42d-00c04fc964ff.json`,
    });
    expect(JSON.parse(String(result.outcome === "replay" && result.line))).toEqual({
      value: 611.53,
      payload: "NjExLjUz",
      device: gen1,
      channel: 0,
      metric: "power",
      received_ms: noon + 250,
      trace_id: "7e146a2c-95b5-6caf-98b9-50e3969734c7",
    });
  });

  test("of a bridge that joins holds each of its messages, as of their arrival at the bridge", () => {
    const name = rule().replace("gen1", "joined");
    const all = ["611.53", "2"].map((payload, index) => ({
      ...{ topic: `shellies/${gen1}/emeter/${index}/power`, payload: Buffer.from(payload), at: noon + index * 1000 },
    }));
    const result = makeReplayer(graph())(
      key.replace("gen1", "joined"),
      error({
        ...{ ruleName: name, topic: `$aws/rules/${name}/${gen1}` },
        base64OriginalPayload: fold(all, noon + 1200).toString("base64"),
      }),
    );
    const line = result.outcome === "replay" ? result.line.toString() : "";
    expect(makeUnfold()(line).map((each) => JSON.parse(each))).toMatchObject([
      { value: 611.53, device: gen1, channel: 0, metric: "power", received_ms: noon },
      { value: 2, device: gen1, channel: 1, metric: "power", received_ms: noon + 250 },
    ]);
  });

  test("of the live path alone is in the lake already", () => {
    const failures = [{ failedAction: "SqsAction", failedResource: "queue", errorMessage: "no" }];
    expect(makeReplayer(graph())(key, error({ failures }))).toEqual({ outcome: "delivered" });
    const both = [...failures, { failedAction: "S3Action", failedResource: "lake", errorMessage: "no" }];
    expect(makeReplayer(graph())(key, error({ failures: both }))).toMatchObject({ outcome: "replay" });
  });

  test.each([
    ["of no rule of the stack", () => [key, error({ ruleName: "other" })], "the stack has no topic rule other"],
    ["of Firehose", () => ["errors/delivery=failed/date=2025-06-03/x", "{}"], "it is no message"],
    ["that is no JSON", () => [key, "broken"], "it is no message"],
  ])("%s stays, with the reason", (_, object, reason) => {
    const [name = "", text = ""] = object();
    expect(makeReplayer(graph())(name, text)).toEqual({ outcome: "left", reason: expect.stringContaining(reason) });
  });
});

test.each([
  ["", hourManifestKey],
  [", told by a manifest of the former name", formerHourManifestKey],
])("an hour whose raw objects have expired is not touched%s", async (_, manifestKey) => {
  const put: string[] = [];
  const manifest = { hour: "2025-06-03T12", reference: "", messages: 1, fanned_out: 0, staged: 1, merged: 0 };
  const counts = { duplicates: 0, conflicts: 0, quarantined: 0, ignored: [], unknown_components: 0, outputs: [] };
  const inputs = [{ key: "raw/date=2025-06-03/hour=12/gone", etag: "" }];
  const objects = new Map([
    ["errors/rule=gen1/date=2025-06-03/1-x.json", ""],
    [
      manifestKey("2025-06-03T12"),
      JSON.stringify({ ...manifest, ...counts, inputs, quarantine: [], quarantine_sha256: null }),
    ],
  ]);
  const account = await replayErrors({
    ...readArguments([]),
    lake: {
      keys: async (prefix) => [...objects.keys()].filter((key) => key.startsWith(prefix)),
      get: async (key) => objects.get(key) ?? "",
      put: async (key) => void put.push(key),
      move: async (key) => void put.push(key),
    },
    replay: () => ({ outcome: "replay", hour: "2025-06-03T12", key: "raw/x", line: Buffer.from("") }),
    collect: async () => true,
  });
  expect(put).toEqual([]);
  expect(accountLines(account)).toEqual([
    "0 messages replayed into 0 arrival hours.",
    "errors/rule=gen1/date=2025-06-03/1-x.json stays: raw objects of its hour have expired; " +
      "restore raw/date=2025-06-03/hour=12/ from archive/ first.",
  ]);
});

test("hours become as few ranges as there are", () => {
  expect(rangesOf(["2025-06-01T22", "2025-06-01T23", "2025-06-02T00", "2025-06-02T05"])).toEqual([
    { from: "2025-06-01T22", to: "2025-06-02T01" },
    { from: "2025-06-02T05", to: "2025-06-02T06" },
  ]);
});

test.each([
  [["--from", "2025-06-31"], "--from must be a day YYYY-MM-DD."],
  [["--from", "2025-06-02", "--to", "2025-06-01"], "--from must not be after --to."],
  [["--state", "x"], "--state needs --local."],
])("%j is refused: %s", (args, message) => {
  expect(() => readArguments(args)).toThrow(message);
});
