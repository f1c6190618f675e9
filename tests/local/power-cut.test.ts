/** The machine stops at random moments: what S3 had answered with 200, and what a delivery stream had accepted, is on the disk. */
import { createHash } from "node:crypto";
import { closeSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { openBuffers } from "../../local/aws/firehose/firehose-buffer";
import { startObjectServer } from "../../local/aws/s3/server";
import { Store } from "../../local/aws/s3/store";
import { chance } from "../../local/home/random";
import { watchDisk } from "./power-cut";

const cuts = Number(process.env.WATTLAKE_POWER_CUTS ?? 25);
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "wattlake-cut-"));
});
afterEach(() => rmSync(root, { recursive: true }));

test("S3: each object is the one that was acknowledged last, or one that was on its way", async () => {
  const directory = join(root, "s3");
  mkdirSync(directory);
  const disk = watchDisk(directory);
  const server = await startObjectServer({ directory });
  const s3 = new S3Client({
    endpoint: server.url,
    region: "eu-central-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    forcePathStyle: true,
  });
  server.createBucket("lake");
  const sent = new Map<string, (string | undefined)[]>();
  const acknowledged = new Map<string, number>();
  let number = 0;
  async function write(writer: number): Promise<void> {
    for (let round = 0; round < cuts; round++) {
      const key = `dir-${writer % 3}/${Math.floor(chance("key", writer, round) * 4)}-${writer}`;
      const versions = sent.get(key) ?? [];
      sent.set(key, versions);
      const removes = chance("remove", writer, round) < 0.2;
      const Body = removes ? undefined : `${number++} `.repeat(1 + (round % 9) * 50);
      const version = versions.push(Body) - 1;
      if (Body === undefined) await s3.send(new DeleteObjectCommand({ Bucket: "lake", Key: key }));
      else await s3.send(new PutObjectCommand({ Bucket: "lake", Key: key, Body }));
      acknowledged.set(key, version);
    }
  }
  const losses: string[] = [];
  let writing = true;
  async function cut(): Promise<void> {
    for (let which = 0; writing; which++) {
      const target = join(root, `cut-${which}`);
      let drawn = 0;
      disk.cutInto(target, () => chance("cut", which, drawn++));
      losses.push(...lossesOf(target, sent, acknowledged));
      rmSync(target, { recursive: true });
      count++;
      await new Promise((resolve) => setTimeout(resolve, 3 * chance("pause", which)));
    }
  }
  let count = 0;
  const cutting = cut();
  await Promise.all([0, 1, 2, 3].map(write));
  writing = false;
  await cutting;
  s3.destroy();
  await server.close();
  disk.stop();
  expect(losses).toEqual([]);
  expect(count).toBeGreaterThan(10);
});

/** What is not there of what was acknowledged, and what is there and is whole no more. */
function lossesOf(
  target: string,
  sent: ReadonlyMap<string, readonly (string | undefined)[]>,
  acknowledged: ReadonlyMap<string, number>,
): string[] {
  const store = new Store(target);
  if (!store.has("lake")) return acknowledged.size === 0 ? [] : ["the bucket"];
  const bucket = store.bucket("lake");
  const losses = [...bucket.damaged().map(({ message }) => message), ...bucket.strangers()];
  for (const [key, versions] of sent) {
    const object = bucket.get(key);
    const file = object && bucket.openBody(key, object);
    const text = file === undefined ? undefined : readFileSync(file, "utf8");
    if (file !== undefined) closeSync(file);
    if (text !== undefined && object?.etag !== createHash("md5").update(text).digest("hex"))
      losses.push(`${key}: not whole`);
    const least = acknowledged.get(key) ?? -1;
    const may = versions.slice(Math.max(0, least));
    if (!may.includes(text) && !(least < 0 && text === undefined)) losses.push(`${key}: version ${least} is not there`);
  }
  store.close();
  return losses;
}

test("a delivery stream's buffer: every record that it accepted, in order, is there", async () => {
  const directory = join(root, "firehose");
  mkdirSync(directory);
  const disk = watchDisk(directory);
  const buffers = openBuffers(directory, "stream");
  const buffer = buffers.create(1);
  const accepted: string[] = [];
  const sending = Array.from({ length: cuts * 4 }, async (_, number) => {
    await new Promise((resolve) => setTimeout(resolve, 40 * chance("when", number)));
    const record = `${number}\n`;
    buffer.append(Buffer.from(record));
    await buffer.sync();
    accepted.push(record);
  });
  for (let which = 0; which < cuts; which++) {
    const target = join(root, `cut-${which}`);
    disk.cutInto(target, () => chance("cut", which));
    const again = openBuffers(target, "stream");
    const text = again
      .existing()
      .map((each) => each.read().toString())
      .join("");
    again.close();
    expect(accepted.filter((record) => !`\n${text}`.includes(`\n${record}`))).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await Promise.all(sending);
  disk.stop();
  buffers.close();
  expect(accepted).toHaveLength(cuts * 4);
});
