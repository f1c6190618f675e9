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
import { type Graph, loadGraph } from "../../../local/program/graph";
import { readStackConfig } from "../../../local/program/stack-config";
import { gen1Line } from "../../functions/messages";
import { type Strike, startProxy } from "./proxy";

const projectDirectory = join(__dirname, "../../..");
const start = Date.parse("2026-06-01T12:00:00Z");
const meter = "shellyem-5B1F0A";

let graph: Graph;
let directory: string;
beforeAll(async () => {
  graph = patient(await loadGraph(readStackConfig(projectDirectory, "dev")));
});
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "wattlake-live-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** The same program with a minute for each invocation: how busy the machine is must not decide. */
const patient = (program: Graph): Graph => ({
  ...program,
  all: (type, schema) =>
    program.all(type, schema).map((resource) => {
      if (type !== "aws:lambda/function:Function") return resource;
      const { inputs } = z
        .object({ inputs: z.looseObject({}) })
        .parse(program.resources.find(({ arn }) => arn === resource.arn));
      return { ...resource, inputs: schema.parse({ ...inputs, timeout: 60 }) };
    }),
});

/** The program's own path from the queue on, with a proxy before BigQuery. */
async function startFromQueue(strikesOf: (killFunction: () => void) => Strike[]) {
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
    ...{ graph, clock, warehouse: async () => warehouse },
    identity: createGoogleIdentity(graph, { identities }),
  });
  const processes = new Set<number>();
  const kill = () => {
    for (const pid of processes) process.kill(pid, "SIGKILL");
    processes.clear();
  };
  const proxy = await startProxy(bigQuery.url, strikesOf(kill));
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
    const path = await startFromQueue((strike) =>
      when.map((each, index) => ({ call: 2 * index + 1, when: each, strike })),
    );
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
