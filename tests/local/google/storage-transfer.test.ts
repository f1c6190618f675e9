/** From an object in the lake to a file of the mirror: notification, queue, verified copy, and the comparison at start. */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createIdentities } from "../../../local/aws/iam/identity";
import { createS3Writer } from "../../../local/aws/s3/client";
import { createNotifications } from "../../../local/aws/s3/notifications";
import type { ObjectCreated } from "../../../local/aws/s3/server";
import { createQueues, type Queue } from "../../../local/aws/sqs";
import { createClock, type VirtualClock } from "../../../local/clock";
import { openTransferJobs, type TransferJobs } from "../../../local/google/storage-transfer/transfer-jobs";
import { createGraph } from "../../../local/program/graph";
import { allow, type Bench, lake, resource, role, roleArn, startBench } from "../fixture";

const queueArn = (name: string) => `arn:aws:sqs:eu-central-1:123456789012:${name}`;
const google = {
  Action: "sts:AssumeRoleWithWebIdentity",
  Principal: { Federated: "accounts.google.com" },
  Condition: { StringEquals: { "accounts.google.com:sub": "100000000000000000001" } },
};
const listing = {
  ...allow("s3:ListBucket", "arn:aws:s3:::lake"),
  Condition: { StringLike: { "s3:prefix": ["daily/*"] } },
};
const reading = allow("s3:GetObject", "arn:aws:s3:::lake/daily/*");
const queue = (name: string, inputs = {}) =>
  resource("aws:sqs/queue:Queue", name, inputs, { name, arn: queueArn(name) });
const notification = resource("aws:s3/bucketNotification:BucketNotification", "n", {
  bucket: "lake",
  queues: [{ queueArn: queueArn("events"), events: ["s3:ObjectCreated:*"], filterPrefix: "daily/" }],
});
const job = resource("gcp:storage/transferJob:TransferJob", "job", {
  transferSpec: {
    awsS3DataSource: { bucketName: "lake", roleArn: roleArn("source") },
    gcsDataSink: { bucketName: "mirror" },
    objectConditions: { includePrefixes: ["daily/"] },
    transferOptions: { overwriteWhen: "DIFFERENT" },
  },
  eventStream: { name: queueArn("events") },
});
const redrive = { redrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn("dead"), maxReceiveCount: 2 }) };

let clock: VirtualClock;
let bench: Bench;
let queues: ReadonlyMap<string, Queue>;
let transfers: TransferJobs;
let problems: string[];
let put: (key: string, text: string) => Promise<void>;
let closeWriter: () => void;

async function open(rights: object[] = [listing, reading], { connected = true } = {}) {
  clock = createClock(0);
  problems = [];
  let notify: (event: ObjectCreated) => void = () => undefined;
  const resources = [
    lake,
    ...role("source", google, ...rights),
    queue("events", redrive),
    queue("dead"),
    notification,
    job,
  ];
  bench = await startBench(resources, clock.now, (event) => notify(event));
  const { graph, identities, objects, directory } = bench;
  queues = createQueues(graph, { clock, onProblem: (problem) => problems.push(problem) });
  if (connected) notify = createNotifications(graph, queues, clock.now);
  transfers = openTransferJobs(graph, {
    identities,
    queues,
    clock,
    s3Endpoint: objects.url,
    directory: join(directory, "gcs"),
  });
  const writer = createS3Writer(objects.url, identities.deployer);
  put = (key, text) => writer.put("lake", key, Buffer.from(text));
  closeWriter = writer.close;
}

afterEach(async () => {
  transfers.close();
  closeWriter();
  await bench.close();
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
  rmSync(mirrorPath("daily/c"));
  expect(await transfers.reconcile()).toBe(1);
});

it("receives an object again after the visibility timeout, then leaves it in the dead-letter queue", async () => {
  await open([listing]);
  await put("daily/a", "one");
  await transfers.settle();
  expect(problems).toEqual([expect.stringContaining("The role source is not allowed s3:GetObject")]);
  expect(queues.get(queueArn("events"))?.waiting()).toHaveLength(1);
  await clock.advanceTo(30_000);
  await transfers.settle();
  expect(problems).toHaveLength(2);
  await clock.advanceTo(60_000);
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
    openTransferJobs(graph, { identities: createIdentities(graph), queues, clock, s3Endpoint: "", directory: "" });
  expect(start).toThrow("trust policy of the role source refuses accounts.google.com");
});
