/** The live path as it is deployed, whole: the program's queue, mapping, archive, federation and views, run on this machine. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BigQuery } from "@google-cloud/bigquery";
import { OAuth2Client } from "google-auth-library";
import { connectAsync } from "mqtt";
import { z } from "zod";
import { createIdentities } from "../../../local/aws/iam/identity";
import { startEventSources } from "../../../local/aws/lambda/event-sources";
import { openLambdas } from "../../../local/aws/lambda/functions";
import { putBucketObjects } from "../../../local/aws/s3/bucket-objects";
import { createS3Client } from "../../../local/aws/s3/client";
import { startObjectServer } from "../../../local/aws/s3/server";
import { createQueues } from "../../../local/aws/sqs";
import { createClock } from "../../../local/clock";
import { type Cloud, startCloud } from "../../../local/cloud";
import { openGraphWarehouse } from "../../../local/google/bigquery/graph-warehouse";
import { startBigQuery } from "../../../local/google/bigquery/server";
import { createGoogleIdentity } from "../../../local/google/identity";
import { createGoogleBuckets } from "../../../local/google/storage";
import { createGraph, type Graph } from "../../../local/program/graph";
import { liveReadings } from "../../../sql/tables";
import { gen1Line, gen2Line } from "../../functions/messages";
import { registerDemo } from "../clouds";
import { type Strike, startProxy } from "./proxy";

const start = Date.parse("2026-06-01T12:00:00Z");
const meter = "shellyem-5B1F0A";

let graph: Graph;
let directory: string;
beforeAll(async () => {
  // The clock stands long before today, where stored slots begin only after a run.
  graph = createGraph(await registerDemo({ "wattlake:warehouse": { materialize: false } }));
});
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "wattlake-live-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** The program with changed inputs of the resources of a type. */
function changed(program: Graph, type: string, change: (inputs: Record<string, unknown>) => object): Graph {
  const inputsSchema = z.record(z.string(), z.unknown());
  const resources = program.resources.map((resource) => {
    if (resource.type !== type) return resource;
    const inputs = inputsSchema.parse(resource.inputs);
    return { ...resource, inputs: { ...inputs, ...change(inputs) } };
  });
  return {
    resources,
    all: (wanted, schema) =>
      resources
        .filter((resource) => resource.type === wanted)
        .map((resource) => ({ ...resource, inputs: schema.parse(resource.inputs) })),
  };
}

/** With a live table whose frequency is a date: a message that tells of one is refused each time. */
const choosy = (program: Graph) =>
  changed(program, "gcp:bigquery/table:Table", ({ tableId, schema }) => {
    if (tableId !== liveReadings.name) return {};
    const columns = z.array(z.looseObject({ name: z.string() })).parse(JSON.parse(z.string().parse(schema)));
    const typed = columns.map((column) => ({ ...column, ...(column.name === "frequency_hz" && { type: "DATE" }) }));
    return { schema: JSON.stringify(typed) };
  });

/** The times of the live queue, ms. */
function timesOfQueue() {
  const inputs = z.object({ visibilityTimeoutSeconds: z.int(), messageRetentionSeconds: z.int() });
  const queue = graph.all("aws:sqs/queue:Queue", inputs.partial()).find(({ name }) => name === "live-queue");
  const { visibilityTimeoutSeconds, messageRetentionSeconds } = inputs.parse(queue?.inputs);
  return { visibility: visibilityTimeoutSeconds * 1000, retention: messageRetentionSeconds * 1000 };
}

interface Hazards {
  readonly strikesOf?: (killFunction: () => void) => Strike[];
  /** Whether Google refuses every call. */
  readonly refuses?: () => boolean;
  /** The program as BigQuery has it. */
  readonly tables?: Graph;
}

/** The program's own path from the queue on, with a proxy before BigQuery. */
async function startFromQueue({ strikesOf = () => [], refuses = () => false, tables = graph }: Hazards) {
  const clock = createClock(start);
  const problems: string[] = [];
  const onProblem = (problem: string) => void problems.push(problem);
  const identities = createIdentities(graph);
  const warehouse = await openGraphWarehouse(
    graph,
    createGoogleBuckets(graph, { stateDirectory: directory }).directory,
  );
  const objects = await startObjectServer({ directory: join(directory, "s3"), authorize: identities.authorize });
  objects.createBucket("lake-bucket");
  const s3 = createS3Client(objects.url, identities.deployer);
  await putBucketObjects(graph, s3);
  const bigQuery = await startBigQuery({
    ...{ graph: tables, clock, warehouse: async () => warehouse },
    identity: createGoogleIdentity(graph, { identities }),
  });
  const processes = new Set<number>();
  const kill = () => {
    for (const pid of processes) process.kill(pid, "SIGKILL");
    processes.clear();
  };
  const proxy = await startProxy(bigQuery.url, strikesOf(kill), refuses);
  const lambdas = openLambdas(graph, {
    ...{ identities, s3Endpoint: objects.url, googleEndpoint: proxy.url, stateDirectory: directory },
    onStart: (_, pid) => processes.add(pid),
  });
  const queues = createQueues(graph, { clock, onProblem });
  const sources = startEventSources({ graph, identities, queues, lambdas, clock, onProblem });
  const queueOf = (name: string) => [...queues].find(([arn]) => arn.endsWith(`:${name}`))?.[1];
  return {
    clock,
    problems,
    warehouse,
    sources,
    queue: queueOf("live-queue"),
    deadLetters: queueOf("live-dead-letters"),
    calls: proxy.calls,
    async close() {
      await sources.stop();
      await lambdas.close();
      await proxy.close();
      await bigQuery.close();
      warehouse.close();
      s3.destroy();
      await objects.close();
    },
  };
}

describe("the function's process is killed in the middle of a batch", () => {
  /** A second failure in a row comes after BigQuery has forgotten the first rows' ids: then only the views merge them. */
  test.each([
    ["before its rows reach BigQuery", ["before"], ["live_readings", "readings"]],
    ["after they are in, before it hears of it", ["after"], ["live_readings", "readings"]],
    ["time and again", ["after", "before", "after"], ["readings"]],
  ] as const)("%s: nothing is lost, nothing is there twice", async (_, when, relations) => {
    const path = await startFromQueue({
      strikesOf: (strike) => when.map((each, index) => ({ call: 2 * index + 1, when: each, strike })),
    });
    try {
      const messages = 700;
      for (let i = 0; i < messages; i++)
        path.queue?.send(gen1Line(meter, i % 2, "power", i / 10, start + Math.floor(i / 2) * 1000));
      for (let tries = 0; path.queue?.waiting().length !== 0 && tries <= when.length + 1; tries++) {
        await path.sources.settle();
        await path.clock.advanceTo(path.clock.now() + 54_000);
      }
      expect(path.problems.length).toBeGreaterThanOrEqual(when.length);
      expect(path.problems.filter((problem) => !problem.endsWith("SIGKILL"))).toEqual([]);
      expect(path.queue?.waiting()).toEqual([]);
      expect(path.deadLetters?.waiting()).toEqual([]);
      const expected = Array.from({ length: messages }, (_, i) => i / 10);
      for (const relation of relations) {
        const found = await path.warehouse.query(`SELECT power_w FROM \`d.${relation}\` ORDER BY power_w`);
        expect([relation, found.map(({ power_w }) => power_w)]).toEqual([relation, expected]);
      }
    } finally {
      await path.close();
    }
  });
});

/** Of the queue's retention: what BigQuery remembers and what a try takes cost a little of it. */
const nearly = 15 * 60_000;

test("an outage of Google for nearly the queue's whole retention fills no dead-letter queue, and every row arrives", async () => {
  const { visibility, retention } = timesOfQueue();
  const back = start + retention - nearly;
  const path = await startFromQueue({ refuses: () => path.clock.now() < back });
  try {
    const send = (power: number) => path.queue?.send(gen1Line(meter, 0, "power", power, path.clock.now()));
    const sent: number[] = [];
    // Tried as often as can be: again the moment that a message is visible.
    for (let round = 0; path.clock.now() < back + visibility; round++) {
      if (round % 50 === 0) {
        send(round);
        sent.push(round);
      }
      await path.sources.settle();
      expect(path.deadLetters?.waiting()).toEqual([]);
      await path.clock.advanceTo(path.clock.now() + visibility);
    }
    await path.sources.settle();
    expect(path.problems.length).toBeGreaterThan(200);
    expect(path.problems.filter((problem) => !problem.includes("Access Denied"))).toEqual([]);
    expect(path.queue?.waiting()).toEqual([]);
    expect(path.deadLetters?.waiting()).toEqual([]);
    const rows = await path.warehouse.query("SELECT power_w FROM `d.live_readings` ORDER BY power_w");
    expect(rows.map(({ power_w }) => power_w)).toEqual(sent);
  } finally {
    await path.close();
  }
}, 180_000);

test("a message that BigQuery never takes ends in the dead-letter queue before its time is over, alone", async () => {
  const { retention } = timesOfQueue();
  const path = await startFromQueue({ tables: choosy(graph) });
  try {
    const poison = gen2Line("shellyemg3-0cb815fc9d38", "em1:0", { act_power: 1, freq: 50 }, start, start);
    path.queue?.send(poison);
    path.queue?.send(gen1Line(meter, 0, "power", 5, start));
    // Each try after the longest wait: the batching window on top of the visibility timeout.
    await path.clock.advanceTo(start + retention - 1000);
    expect(path.queue?.waiting()).toEqual([]);
    expect(path.deadLetters?.waiting()).toEqual([poison]);
    expect(await path.warehouse.query("SELECT power_w FROM `d.live_readings`")).toEqual([{ power_w: 5 }]);
    expect(path.problems).toEqual([]);
  } finally {
    await path.close();
  }
}, 180_000);

test("the energy of the running hour is the same after a restart, before any run has collected it", async () => {
  const open = async (at: number) => {
    const clock = createClock(at);
    const onProblem = (problem: string) => void problems.push(problem);
    return { clock, cloud: await startCloud({ graph, stateDirectory: directory, clock, onProblem }) };
  };
  const problems: string[] = [];
  const question = "SELECT channel, import_wh FROM `wattlake.energy_daily` WHERE site = 'london' AND import_wh > 0";
  const totals = async (cloud: Cloud) => (await cloud.warehouse()).query(question);

  const first = await open(start);
  const path = first.cloud.startLivePath();
  const client = await connectAsync(first.cloud.broker.url, { clientId: "bridge", reconnectPeriod: 0 });
  for (const minute of [0, 1, 2, 3]) {
    await first.clock.advanceTo(start + minute * 60_000);
    for (const [metric, value] of [
      ["power", "6000"],
      ["total", String(100 * minute)],
    ])
      await client.publishAsync(`shellies/${meter}/emeter/0/${metric}`, value ?? "", { qos: 1 });
  }
  await client.endAsync();
  await first.clock.advanceTo(start + 200_000);
  await path.settle();
  const before = await totals(first.cloud);
  await first.cloud.close();
  expect(before).toEqual([{ channel: 0, import_wh: expect.closeTo(300, 0) }]);

  const second = await open(start + 300_000);
  try {
    expect(await totals(second.cloud)).toEqual(before);
    expect(problems).toEqual([]);
  } finally {
    await second.cloud.close();
  }
});

test("what a meter publishes is in readings a second later, and the same after the batch path", async () => {
  const clock = createClock(start);
  const problems: string[] = [];
  const cloud: Cloud = await startCloud({
    graph,
    stateDirectory: directory,
    clock,
    onProblem: (problem) => problems.push(problem),
  });
  try {
    const path = cloud.startLivePath();
    const client = await connectAsync(cloud.broker.url, { clientId: "bridge", reconnectPeriod: 0 });
    const publish = (topic: string, payload: string) => client.publishAsync(topic, payload, { qos: 1 });
    await publish(`shellies/${meter}/emeter/0/power`, "611.53");
    await publish(`shellies/${meter}/emeter/0/voltage`, "238.85");
    await publish(`shellies/${meter}/emeter/0/total`, "1891.9");
    const params = { ts: start / 1000 - 2.5, "em1:0": { id: 0, act_power: -20.5, voltage: 230.1, freq: 50 } };
    const device = "shellyemg3-0cb815fc9d38";
    await publish(`${device}/events/rpc`, JSON.stringify({ src: device, method: "NotifyStatus", params }));
    await client.endAsync();
    await clock.advanceTo(start + 1000);
    await path.settle();

    expect(problems).toEqual([]);
    process.env.BIGQUERY_EMULATOR_HOST = cloud.bigQuery.url;
    const authClient = new OAuth2Client();
    authClient.setCredentials({ access_token: cloud.bigQuery.userToken });
    const bigQuery = new BigQuery({ projectId: "wattlake-demo", authClient });
    const ask = async (relation: string, order: string) => {
      const [rows] = await bigQuery.query(`SELECT * FROM \`wattlake-demo.wattlake.${relation}\` ORDER BY ${order}`);
      return JSON.parse(JSON.stringify(rows));
    };
    const live = await ask("readings", "device, channel, ts");
    expect(live).toMatchObject([
      { site: "london", device: meter, channel: 0, power_w: 611.53, voltage_v: 238.85, import_counter_wh: 1891.9 },
      {
        ...{ site: "home", device, channel: 0, power_w: -20.5, voltage_v: 230.1, frequency_hz: 50 },
        ts: { value: "2026-06-01T11:59:57.500Z" },
      },
    ]);
    expect(
      (await ask("live_power", "site, device, channel")).map((row: { power_w: number | null }) => row.power_w),
    ).toEqual([...[null, null, -20.5, null], ...[611.53, null]]);

    // The hour is over, and its buffers have been flushed.
    await clock.advanceTo(start + 5_400_000);
    await cloud.run({ from: "2026-06-01T12", to: "2026-06-01T13" });
    expect(await ask("daily_files", "device")).toHaveLength(2);
    expect(await ask("readings", "device, channel, ts")).toEqual(live);
    expect(problems).toEqual([]);
  } finally {
    delete process.env.BIGQUERY_EMULATOR_HOST;
    await cloud.close();
  }
});
