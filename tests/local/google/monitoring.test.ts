/**
 * The program's alert policies, judged by what the local services measure of themselves: each is raised by its fault and not
 * otherwise. The services know Google's names and labels by themselves, so a policy that watches another name is raised by nothing.
 */
import { join } from "node:path";
import { createS3Objects } from "../../../local/aws/s3/client";
import { createClock, type VirtualClock } from "../../../local/clock";
import { createScheduledQueries } from "../../../local/google/bigquery/scheduled-queries";
import { createMonitoring, type Monitoring } from "../../../local/google/monitoring";
import { readFilter } from "../../../local/google/monitoring/filter";
import { openTransferJobs } from "../../../local/google/storage-transfer/transfer-jobs";
import { createGraph, type Registered } from "../../../local/program/graph";
import { registerDemo } from "../clouds";
import { allow, lake, resource, role, roleArn, startBench } from "../fixture";
import { dataset, startGoogle } from "./google";

const noon = Date.parse("2026-06-01T12:00:00Z");
const minuteMs = 60_000;
const policyType = "gcp:monitoring/alertPolicy:AlertPolicy";
let program: readonly Registered[];
let clock: VirtualClock;
let monitoring: Monitoring;

beforeAll(async () => {
  program = await registerDemo({ "wattlake:alerts": { email: "home@example.org" } });
});
beforeEach(() => {
  clock = createClock(noon);
  monitoring = createMonitoring(createGraph(program), { clock });
});

const raised = () =>
  monitoring
    .policies()
    .filter(({ state }) => state === "ALARM")
    .map(({ name }) => name);
/** A minute's counts are known at its end. */
const minutes = (count: number) => clock.advanceTo(clock.now() + count * minuteMs);

test("nothing is raised where nothing happens", () => {
  expect(
    monitoring
      .policies()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(["checks", "live-inserts", "refresh", "transfer"].map((suffix) => `google-alarms-${suffix}`));
  expect(raised()).toEqual([]);
});

test("a scheduled query that fails raises its own policy for an hour, or half of one; one that succeeds none", async () => {
  const queries = createScheduledQueries(createGraph(program), { clock, monitoring, onProblem: () => undefined });
  const failing = (broken: string) => ({
    runScript: async (script: string) => {
      if (script.includes(broken)) throw new Error("home has no readings.");
    },
  });
  const run = async (broken: string) => {
    await queries.run(failing(broken));
    await minutes(1);
  };
  await run("nothing that is in a script");
  expect(raised()).toEqual([]);
  await run("slot_estimates_stored");
  expect(raised()).toEqual(["google-alarms-refresh"]);
  await minutes(60);
  expect(raised()).toEqual([]);
  await run("silent_site");
  expect(raised()).toEqual(["google-alarms-checks"]);
  await minutes(30);
  expect(raised()).toEqual([]);
});

test("an object that cannot be copied raises the transfer's policy; one that can does not", async () => {
  const google = {
    Action: "sts:AssumeRoleWithWebIdentity",
    Principal: { Federated: "accounts.google.com" },
    Condition: { StringEquals: { "accounts.google.com:sub": "100000000000000000001" } },
  };
  const listing = { ...allow("", "arn:aws:s3:::lake"), Action: ["s3:GetBucketLocation", "s3:ListBucket"] };
  const job = resource(
    "gcp:storage/transferJob:TransferJob",
    "mirror-comparison",
    {
      transferSpec: {
        awsS3DataSource: { bucketName: "lake", roleArn: roleArn("source") },
        gcsDataSink: { bucketName: "mirror" },
        objectConditions: { includePrefixes: ["daily/"] },
        transferOptions: { overwriteWhen: "DIFFERENT" },
      },
      schedule: { scheduleStartDate: { year: 2025, month: 1, day: 1 }, repeatInterval: "86400s" },
    },
    { name: "transferJobs/mirror-comparison" },
  );
  const reading = allow("s3:GetObject", "arn:aws:s3:::lake/daily/*");
  const compare = async (...rights: object[]) => {
    const bench = await startBench([lake, ...role("source", google, listing, ...rights), job], clock.now);
    const { graph, identities, objects, directory } = bench;
    const writer = createS3Objects(objects.url, identities.deployer);
    const jobs = openTransferJobs(graph, {
      ...{ identities, clock, monitoring, s3Endpoint: objects.url, directory: join(directory, "gcs") },
      ...{ queues: new Map(), onProblem: () => undefined, onCopied: () => undefined },
    });
    try {
      await writer.put("lake", "daily/a", Buffer.from("text"));
      return await jobs.reconcile();
    } finally {
      await jobs.close();
      writer.close();
      await bench.close();
    }
  };
  expect(await compare(reading)).toBe(1);
  await minutes(1);
  expect(raised()).toEqual([]);
  await expect(compare()).rejects.toThrow("is not allowed s3:GetObject");
  await minutes(1);
  expect(raised()).toEqual(["google-alarms-transfer"]);
});

test("live calls that are refused for a quarter of an hour raise their policy; a few among others do not", async () => {
  const google = await startGoogle({ clock, monitoring });
  try {
    // A role that the federation refuses makes no call that BigQuery could count; one without a right to the table does.
    const stream = (name: "live_readings" | "another_table") => {
      const table = google.clientOf("writer").dataset(dataset).table(name);
      const row = { site: "home", date: "2026-06-01", ts: "2026-06-01T11:59:00Z", device: "em", channel: 0 };
      return table.insert([{ insertId: String(clock.now()), json: row }], { raw: true });
    };
    const during = async (name: "live_readings" | "another_table", count: number) => {
      for (let each = 0; each < count; each++) {
        const streamed = stream(name);
        if (name === "live_readings") await streamed;
        else await expect(streamed).rejects.toThrow("denied");
        await minutes(5);
      }
    };
    await during("live_readings", 1);
    await during("another_table", 2);
    expect(raised()).toEqual([]);
    await during("another_table", 1);
    expect(raised()).toEqual(["google-alarms-live-inserts"]);
    await during("live_readings", 1);
    expect(raised()).toEqual([]);
  } finally {
    await google.close();
  }
});

test("a policy of which local mode cannot judge a part is refused, with its name", () => {
  expect(() => readFilter('resource.type = "a" OR resource.type = "b"')).toThrow("does not judge the filter");
  const changed = program.map((each) =>
    each.type === policyType && each.name === "google-alarms-transfer"
      ? { ...each, inputs: { ...Object(each.inputs), alertStrategy: {} } }
      : each,
  );
  expect(() => createMonitoring(createGraph(changed), { clock })).toThrow("google-alarms-transfer");
});
