/** Storage classes: what lies in Glacier is not read before it was asked for and has come; as long as AWS says, and as long as was paid for. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  RestoreObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { startObjectServer } from "../../../../local/aws/s3/server";

const hourMs = 3_600_000;
const Bucket = "lake";
const start = Date.UTC(2025, 5, 1);
let now = start;
let directory: string;
let server: Awaited<ReturnType<typeof startObjectServer>>;
let s3: S3Client;

async function open() {
  server = await startObjectServer({ directory, clock: () => now });
  server.createBucket(Bucket);
  s3 = new S3Client({
    endpoint: server.url,
    region: "eu-central-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    maxAttempts: 1,
  });
}
async function close() {
  s3.destroy();
  await server.close();
}
beforeEach(async () => {
  now = start;
  directory = mkdtempSync(join(tmpdir(), "wattlake-classes-"));
  await open();
});
afterEach(async () => {
  await close();
  rmSync(directory, { recursive: true });
});

const put = (Key: string, StorageClass?: "GLACIER" | "STANDARD_IA" | "STANDARD") =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body: "hello", StorageClass }));
const get = async (Key: string) => (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
const head = (Key: string) => s3.send(new HeadObjectCommand({ Bucket, Key }));
const ask = (Key: string, Tier: "Bulk" | "Standard" = "Bulk", Days = 2) =>
  s3.send(new RestoreObjectCommand({ Bucket, Key, RestoreRequest: { Days, GlacierJobParameters: { Tier } } }));
const frozen = { name: "InvalidObjectState" };

test("an object in Glacier is listed and described, and neither read nor copied", async () => {
  await put("a", "GLACIER");
  await put("b", "STANDARD_IA");
  await put("c", "STANDARD");
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
  expect(Contents.map(({ StorageClass }) => StorageClass)).toEqual(["GLACIER", "STANDARD_IA", "STANDARD"]);
  expect(await head("a")).toMatchObject({ StorageClass: "GLACIER", ContentLength: 5 });
  expect((await head("c")).StorageClass).toBeUndefined();
  await expect(get("a")).rejects.toMatchObject(frozen);
  await expect(s3.send(new CopyObjectCommand({ Bucket, Key: "d", CopySource: `${Bucket}/a` }))).rejects.toMatchObject(
    frozen,
  );
  expect(await get("b")).toBe("hello");
});

test.each([
  ["Bulk", 12],
  ["Standard", 5],
] as const)(
  "asked for by the tier %s it is there after %d hours, for the days that were asked for",
  async (tier, hours) => {
    await put("a", "GLACIER");
    await ask("a", tier);
    expect(await head("a")).toMatchObject({ Restore: 'ongoing-request="true"' });
    await expect(ask("a", tier)).rejects.toMatchObject({ name: "RestoreAlreadyInProgress" });
    now += hours * hourMs - 1;
    await expect(get("a")).rejects.toMatchObject(frozen);
    now++;
    expect(await get("a")).toBe("hello");
    expect((await head("a")).Restore).toMatch(/^ongoing-request="false", expiry-date="/);
    await close();
    await open();
    expect(await get("a")).toBe("hello");
    now += 2 * 24 * hourMs;
    await expect(get("a")).rejects.toMatchObject(frozen);
    expect((await head("a")).Restore).toBeUndefined();
  },
);

test("only what lies in Glacier can be asked for", async () => {
  await put("b");
  await expect(ask("b")).rejects.toMatchObject(frozen);
  await expect(ask("c")).rejects.toMatchObject({ name: "NoSuchKey" });
  await put("a", "GLACIER");
  await expect(ask("a", "Bulk", 0)).rejects.toMatchObject({ name: "MalformedXML" });
  await put("a");
  expect(await get("a")).toBe("hello");
});
