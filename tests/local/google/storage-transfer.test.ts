/** From an object in the lake to a file of the mirror: notification, queue, verified copy, and the comparison at start. */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createIdentities } from "../../../local/aws/iam/identity";
import { createS3Objects } from "../../../local/aws/s3/client";
import { createdKeys, createNotifications } from "../../../local/aws/s3/notifications";
import type { ObjectCreated } from "../../../local/aws/s3/server";
import { createQueues, type Queue } from "../../../local/aws/sqs";
import { createClock, type VirtualClock } from "../../../local/clock";
import { openTransferJobs, type TransferJobs } from "../../../local/google/storage-transfer/transfer-jobs";
import { createGraph, type Graph } from "../../../local/program/graph";
import { allow, type Bench, lake, resource, role, roleArn, startBench } from "../fixture";

const queueArn = (name: string) => `arn:aws:sqs:eu-central-1:123456789012:${name}`;
const google = {
  Action: "sts:AssumeRoleWithWebIdentity",
  Principal: { Federated: "accounts.google.com" },
  Condition: { StringEquals: { "accounts.google.com:sub": "100000000000000000001" } },
};
const listing = { ...allow("", "arn:aws:s3:::lake"), Action: ["s3:GetBucketLocation", "s3:ListBucket"] };
const listingBelow = { ...listing, Condition: { StringLike: { "s3:prefix": ["daily/*"] } } };
const reading = allow("s3:GetObject", "arn:aws:s3:::lake/daily/*");
const queue = (name: string, inputs = {}) =>
  resource("aws:sqs/queue:Queue", name, inputs, { name, arn: queueArn(name) });
const notification = resource("aws:s3/bucketNotification:BucketNotification", "n", {
  bucket: "lake",
  queues: [{ queueArn: queueArn("events"), events: ["s3:ObjectCreated:*"], filterPrefix: "daily/" }],
});
const transferSpec = {
  awsS3DataSource: { bucketName: "lake", roleArn: roleArn("source") },
  gcsDataSink: { bucketName: "mirror" },
  objectConditions: { includePrefixes: ["daily/"] },
  transferOptions: { overwriteWhen: "DIFFERENT" },
};
const transferJob = (name: string, start: object) =>
  resource("gcp:storage/transferJob:TransferJob", name, { transferSpec, ...start }, { name: `transferJobs/${name}` });
const job = transferJob("job", { eventStream: { name: queueArn("events") } });
const daily = transferJob("daily", {
  schedule: { scheduleStartDate: { year: 2025, month: 1, day: 1 }, repeatInterval: "86400s" },
});
const noon = Date.parse("2026-06-01T12:00:00Z");
const later = (hours: number) => noon + hours * 3_600_000;
const redrive = { redrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn("dead"), maxReceiveCount: 2 }) };

let clock: VirtualClock;
let bench: Bench;
let queues: ReadonlyMap<string, Queue>;
let transfers: TransferJobs;
let problems: string[];
/** How many files were said to be written. */
let copied: number;
let put: (key: string, text: string) => Promise<void>;
let closeWriter: () => void;

async function open(rights: object[] = [listing, reading], { connected = true, jobs = [job, daily] } = {}) {
  clock = createClock(noon);
  problems = [];
  copied = 0;
  let notify: (event: ObjectCreated) => void = () => undefined;
  const resources = [
    lake,
    ...role("source", google, ...rights),
    queue("events", redrive),
    queue("dead"),
    notification,
    ...jobs,
  ];
  bench = await startBench(resources, clock.now, (event) => notify(event));
  const { graph, identities, objects, directory } = bench;
  queues = createQueues(graph, { clock, onProblem: (problem) => problems.push(problem) });
  if (connected) notify = createNotifications(graph, queues, clock.now);
  transfers = openTransferJobs(graph, {
    ...{ identities, queues, clock, s3Endpoint: objects.url, directory: join(directory, "gcs") },
    onProblem: (problem) => problems.push(problem),
    onCopied: () => copied++,
  });
  const writer = createS3Objects(objects.url, identities.deployer);
  put = (key, text) => writer.put("lake", key, Buffer.from(text));
  closeWriter = writer.close;
}

afterEach(async () => {
  await transfers.close();
  closeWriter();
  await bench.close();
});

/** What jobs need that are refused before they copy anything. */
const nowhere = (graph: Graph) => ({
  ...{ identities: createIdentities(graph), queues, clock, s3Endpoint: "", directory: "" },
  onCopied: () => undefined,
});
const mirrorPath = (key: string) => join(bench.directory, "gcs/mirror", key);
const mirrored = (key: string) => (existsSync(mirrorPath(key)) ? readFileSync(mirrorPath(key), "utf8") : undefined);

it("copies an object that is announced, and only what the job includes", async () => {
  await open();
  await put("daily/site=home/date=2025-06-01/it's a+b.gz", "one");
  await put("raw/x", "two");
  await transfers.settle();
  expect(mirrored("daily/site=home/date=2025-06-01/it's a+b.gz")).toBe("one");
  expect(mirrored("raw/x")).toBeUndefined();
  expect(problems).toEqual([]);
});

it("replaces what is different, leaves what is the same, and deletes nothing", async () => {
  await open([listing, reading], { connected: false });
  await put("daily/a", "new");
  await put("daily/b", "same");
  await put("daily/c", "missing");
  mkdirSync(mirrorPath("daily"), { recursive: true });
  for (const [key, text] of [
    ["a", "old"],
    ["b", "same"],
    ["gone", "kept"],
  ] as const)
    writeFileSync(mirrorPath(`daily/${key}`), text);
  const before = statSync(mirrorPath("daily/b")).ino;
  expect(await transfers.reconcile()).toBe(2);
  expect(["a", "b", "c", "gone"].map((key) => mirrored(`daily/${key}`))).toEqual(["new", "same", "missing", "kept"]);
  expect(statSync(mirrorPath("daily/b")).ino).toBe(before);
  expect(await transfers.reconcile()).toBe(0);
  expect(copied).toBe(2);
  rmSync(mirrorPath("daily/c"));
  expect(await transfers.reconcile()).toBe(1);
  expect(copied).toBe(3);
});

it("receives an object again after the visibility timeout, then leaves it in the dead-letter queue", async () => {
  await open([listing]);
  await put("daily/a", "one");
  await transfers.settle();
  expect(problems).toEqual([expect.stringContaining("The role source is not allowed s3:GetObject")]);
  expect(queues.get(queueArn("events"))?.waiting()).toHaveLength(1);
  await clock.advanceTo(noon + 30_000);
  await transfers.settle();
  expect(problems).toHaveLength(2);
  await clock.advanceTo(noon + 60_000);
  expect(queues.get(queueArn("events"))?.waiting()).toEqual([]);
  expect(queues.get(queueArn("dead"))?.waiting()).toEqual([expect.stringContaining('"key":"daily/a"')]);
  await expect(transfers.reconcile()).rejects.toThrow("s3:GetObject");
});

it("does not start with a role that Google's agent may not take", async () => {
  await open();
  const graph = createGraph([
    lake,
    ...role("source", { Principal: { Service: "lambda.amazonaws.com" } }),
    queue("events"),
    job,
  ]);
  const start = () =>
    openTransferJobs(graph, {
      ...nowhere(graph),
      onProblem: (problem) => problems.push(problem),
    });
  expect(start).toThrow("trust policy of the role source refuses accounts.google.com");
});

it("does not start with a role that may list the lake below a prefix only: the service asks without one", async () => {
  await open();
  const graph = createGraph([lake, ...role("source", google, listingBelow, reading), queue("events"), job]);
  const start = () =>
    openTransferJobs(graph, {
      ...nowhere(graph),
      onProblem: (problem) => problems.push(problem),
    });
  expect(start).toThrow("The role source is not allowed s3:GetBucketLocation on arn:aws:s3:::lake");
});

describe("events", () => {
  const messages: string[] = [];
  const listen = async () => {
    messages.length = 0;
    await open([listing, reading], { jobs: [daily] });
    queues.get(queueArn("events"))?.consume(async (body) => void messages.push(body));
  };

  it("begin with a test of the queue, which a job takes for no object", async () => {
    await listen();
    expect(messages.map((message) => JSON.parse(message))).toEqual([
      { Service: "Amazon S3", Event: "s3:TestEvent", Time: "2026-06-01T12:00:00.000Z", Bucket: "lake" },
    ]);
    expect(messages.flatMap(createdKeys)).toEqual([]);
    expect(() => createdKeys("{}")).toThrow();
  });

  it.each([
    ["daily/site=home/date=2025-06-01/readings.jsonl.gz", "daily/site%3Dhome/date%3D2025-06-01/readings.jsonl.gz"],
    ["daily/it's a+b (1)!~*_é.gz", "daily/it%27s+a%2Bb+%281%29%21%7E*_%C3%A9.gz"],
  ])("tell of %s as S3 does, and a job reads it back", async (key, encoded) => {
    await listen();
    await put(key, "one");
    const message = messages.at(-1) ?? "";
    expect(JSON.parse(message).Records[0].s3.object.key).toBe(encoded);
    expect(createdKeys(message)).toEqual([key]);
  });
});

describe("a schedule", () => {
  it("that should have started in the past first runs on the following day, then daily, also after a failure", async () => {
    await open([listing, reading], { connected: false });
    await put("daily/a", "one");
    await clock.advanceTo(later(11.99));
    await transfers.settle();
    expect(mirrored("daily/a")).toBeUndefined();
    await clock.advanceTo(later(12));
    expect(mirrored("daily/a")).toBe("one");
    await put("daily/x//y", "no place for it");
    await put("daily/z", "two");
    await clock.advanceTo(later(36));
    expect(problems).toEqual([expect.stringContaining("daily: s3://lake/daily/x//y has no place")]);
    await put("daily/b", "three");
    await clock.advanceTo(later(59.99));
    expect(mirrored("daily/b")).toBeUndefined();
    await clock.advanceTo(later(60));
    expect([mirrored("daily/b"), problems.length]).toEqual(["three", 2]);
  });

  it.each([
    ["hourly, at a time of day", { startTimeOfDay: { hours: 0, minutes: 30, seconds: 0, nanos: 0 } }, [12.5, 13.5]],
    [
      "from a day to come",
      {
        scheduleStartDate: { year: 2026, month: 6, day: 4 },
        startTimeOfDay: { hours: 6, minutes: 0, seconds: 0, nanos: 0 },
      },
      [66, 67],
    ],
  ])("runs %s", async (_, changes, hours) => {
    const schedule = { scheduleStartDate: { year: 2025, month: 1, day: 1 }, repeatInterval: "3600s", ...changes };
    await open([listing, reading], { connected: false, jobs: [transferJob("hourly", { schedule })] });
    for (const hour of hours) {
      await put(`daily/${hour}`, "one");
      await clock.advanceTo(later(hour) - 1);
      expect(mirrored(`daily/${hour}`)).toBeUndefined();
      await clock.advanceTo(later(hour));
      expect(mirrored(`daily/${hour}`)).toBe("one");
    }
  });

  it.each([
    ["more often than hourly", { repeatInterval: "1800s" }, "an hour is the shortest interval"],
    ["with an end", { scheduleEndDate: { year: 2027, month: 1, day: 1 } }, "scheduleEndDate"],
  ])("%s is not carried out", async (_, changes, message) => {
    const schedule = { scheduleStartDate: { year: 2025, month: 1, day: 1 }, ...changes };
    await open();
    const graph = createGraph([lake, transferJob("other", { schedule })]);
    expect(() => openTransferJobs(graph, { ...nowhere(graph), onProblem: () => undefined })).toThrow(message);
  });
});

it("an event-driven job copies nothing that it was not told of, and is not to be run", async () => {
  await open([listing, reading], { connected: false, jobs: [job] });
  await put("daily/a", "one");
  expect(await transfers.reconcile()).toBe(0);
  expect(transfers.start("transferJobs/job")).toBe("not scheduled");
  expect(mirrored("daily/a")).toBeUndefined();
});
