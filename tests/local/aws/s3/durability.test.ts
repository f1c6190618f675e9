/** What was acknowledged is there after a restart and after a kill; what was not leaves no trace. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { join, resolve } from "node:path";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { S3Error } from "../../../../local/aws/s3/errors";
import { Store } from "../../../../local/aws/s3/store";
import { bucket, bytesOf, keysOf, type Lake, newDirectory, openLake, rawRequest, seed, until } from "./harness";

let lake: Lake;
beforeEach(async () => {
  lake = await openLake();
});
afterEach(() => lake.close());

const put = (Key: string, Body: string, more = {}) =>
  lake.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ...more }));
const journalPath = () => join(lake.directory, ".objects", bucket, "journal.jsonl");
const incomingPath = () => join(lake.directory, ".objects", bucket, "incoming");

/** Stops the server, does something to the directory, and starts another one over it. */
async function restart(meanwhile: () => void = () => {}): Promise<void> {
  await lake.stop();
  meanwhile();
  lake = await openLake({ directory: lake.directory });
}

describe("a restart", () => {
  test("keeps bytes, metadata, ETag, checksums and time, and forgets what was deleted", async () => {
    const described = { ContentType: "text/plain", CacheControl: "no-store", Metadata: { site: "home" } };
    await put("kept/a.txt", "first");
    await put("kept/a.txt", "second", described);
    await put("kept/b.txt", "gone");
    await lake.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: "kept/b.txt" }));
    const head = async () => {
      const { $metadata, ...rest } = await lake.s3.send(
        new HeadObjectCommand({ Bucket: bucket, Key: "kept/a.txt", ChecksumMode: "ENABLED" }),
      );
      return rest;
    };
    const before = await head();
    await restart();
    expect(await head()).toEqual(before);
    expect(before).toMatchObject(described);
    expect((await bytesOf(lake.s3, "kept/a.txt")).toString()).toBe("second");
    expect(await keysOf(lake.s3)).toEqual(["kept/a.txt"]);
  });

  test("clears what was half-way in", async () => {
    await put("a.txt", "a");
    await restart(() => {
      mkdirSync(incomingPath(), { recursive: true });
      writeFileSync(join(incomingPath(), "half"), "hal");
    });
    expect(lake.incoming()).toEqual([]);
    expect(await keysOf(lake.s3)).toEqual(["a.txt"]);
  });

  test("takes a file that was removed by hand for an object that is gone", async () => {
    await put("raw/a.txt", "a");
    await put("raw/b.txt", "b");
    await restart(() => rmSync(lake.file("raw/a.txt")));
    expect(await keysOf(lake.s3)).toEqual(["raw/b.txt"]);
    await put("raw/a.txt", "again", { IfNoneMatch: "*" });
    expect((await bytesOf(lake.s3, "raw/a.txt")).toString()).toBe("again");
  });

  test("a journal that is none is an error that names the line", async () => {
    await put("a.txt", "a");
    await lake.stop();
    const journal = readFileSync(journalPath(), "utf8");
    writeFileSync(journalPath(), journal.replace('"put"', '"pet"'));
    expect(() => new Store(lake.directory)).toThrow(`${journalPath()}:2 is not a change`);
    writeFileSync(journalPath(), journal);
    lake = await openLake({ directory: lake.directory });
  });

  test("a bucket whose creation was cut short is not there", async () => {
    await restart(() => mkdirSync(join(lake.directory, ".objects", "unborn", "incoming"), { recursive: true }));
    const unborn = lake.s3.send(new HeadObjectCommand({ Bucket: "unborn", Key: "a" }));
    await expect(unborn).rejects.toMatchObject({ name: "NotFound" });
    lake.server.createBucket("unborn");
    await lake.s3.send(new PutObjectCommand({ Bucket: "unborn", Key: "a", Body: "a" }));
  });
});

test("closing finishes the put under way, and does not wait for a connection that is only kept alive", async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let told = false;
  const directory = newDirectory();
  const slow = await openLake({
    directory,
    onCreated: () => {
      told = true;
      return held;
    },
  });
  const answered = slow.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "a.txt", Body: "a" }));
  await until(() => told);
  const closed = slow.server.close();
  release();
  await answered;
  // The client still holds its connection.
  await closed;
  slow.s3.destroy();
  rmSync(directory, { recursive: true });
});

test("closing does not wait for the rest of a body that was refused", async () => {
  const refusing = await openLake({
    authorize: () => {
      throw new S3Error(409, "ConditionalRequestConflict", "A conflicting operation is under way.");
    },
  });
  const client = connect(Number(new URL(refusing.server.url).port), "127.0.0.1");
  client.write(`PUT /${bucket}/a.txt HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nhalf`);
  const [answer] = await once(client, "data");
  expect(String(answer)).toMatch(/^HTTP\/1.1 409 /);
  await refusing.close();
  client.destroy();
});

describe("a crash", () => {
  test("between the journal and the move of the body is finished: the new object, whole", async () => {
    await put("a.txt", "old", { Metadata: { is: "old" } });
    await put("a.txt", "new", { Metadata: { is: "new" } });
    const { object } = JSON.parse(readFileSync(journalPath(), "utf8").trimEnd().split("\n").at(-1) ?? "");
    await restart(() => {
      mkdirSync(incomingPath(), { recursive: true });
      renameSync(lake.file("a.txt"), join(incomingPath(), object.body));
      writeFileSync(lake.file("a.txt"), "old");
    });
    const { Metadata } = await lake.s3.send(new GetObjectCommand({ Bucket: bucket, Key: "a.txt" }));
    expect(Metadata).toEqual({ is: "new" });
    expect((await bytesOf(lake.s3, "a.txt")).toString()).toBe("new");
    expect(lake.incoming()).toEqual([]);
  });

  test("between the journal and the removal of the file is finished: the object is gone", async () => {
    await put("dir/a.txt", "a");
    await lake.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: "dir/a.txt" }));
    await restart(() => {
      mkdirSync(lake.file("dir"));
      writeFileSync(lake.file("dir/a.txt"), "a");
    });
    expect(await keysOf(lake.s3)).toEqual([]);
    expect(existsSync(lake.file("dir"))).toBe(false);
  });

  test("in the middle of a line of the journal drops that line, and the next write is read back", async () => {
    await put("a.txt", "a");
    await restart(() => appendFileSync(journalPath(), '{"put":"b.txt","object":{"bo'));
    expect(await keysOf(lake.s3)).toEqual(["a.txt"]);
    await put("c.txt", "c");
    await restart();
    expect(await keysOf(lake.s3)).toEqual(["a.txt", "c.txt"]);
  });
});

describe("a disk that refuses", () => {
  test("a body that cannot be moved to its place is not stored, now or after a restart", async () => {
    await put("a.txt", "a");
    mkdirSync(lake.file("blocked.txt/child"), { recursive: true });
    const reply = await rawRequest(lake, "PUT", "/lake/blocked.txt", {}, "new");
    expect([reply.status, reply.body]).toEqual([500, expect.stringContaining("blocked.txt")]);
    expect(lake.incoming()).toEqual([]);
    await put("b.txt", "b");
    await restart();
    expect(await keysOf(lake.s3)).toEqual(["a.txt", "b.txt"]);
  });

  test("a body that was changed by hand to another length is an error, not an answer", async () => {
    await put("a.txt", "a");
    writeFileSync(lake.file("a.txt"), "longer");
    const reply = await rawRequest(lake, "GET", "/lake/a.txt");
    expect([reply.status, reply.body]).toEqual([500, expect.stringContaining("was changed from outside")]);
  });
});

test("the journal stays in proportion to what it describes", () => {
  const directory = newDirectory();
  const size = () => statSync(join(directory, ".objects", bucket, "journal.jsonl")).size;
  seed(
    directory,
    Array.from({ length: 1040 }, (_, round) => `key-${round % 5}`),
  );
  expect(size()).toBeLessThan(20_000);
  const again = new Store(directory);
  expect(again.bucket(bucket).keys()).toEqual(["key-0", "key-1", "key-2", "key-3", "key-4"]);
  again.close();
  rmSync(directory, { recursive: true });
});

describe("a process that is killed", () => {
  const root = resolve(__dirname, "../../../..");
  const children: ChildProcess[] = [];

  async function serve(directory: string): Promise<{ url: string; kill: () => Promise<void> }> {
    const script = join(__dirname, "serve.ts");
    const child = spawn(process.execPath, ["-r", join(root, "local/ts.cjs"), script, directory], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    children.push(child);
    const [line] = await once(child.stdout, "data");
    const kill = async () => {
      child.kill("SIGKILL");
      await once(child, "exit");
    };
    return { url: String(line).trim(), kill };
  }

  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });

  test("in the middle of a streamed put and of a storm of overwrites keeps all that it acknowledged, whole", async () => {
    await lake.stop();
    const { url, kill } = await serve(lake.directory);
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname).on("error", () => {});
    socket.write(
      "PUT /lake/half.bin HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n" +
        "x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER\r\nx-amz-trailer: x-amz-checksum-crc32\r\n\r\n" +
        "a\r\n100\r\nhello\r\n",
    );
    await until(() => readdirSync(incomingPath()).length === 1);

    const credentials = { accessKeyId: "tester", secretAccessKey: "any" };
    const s3 = new S3Client({ endpoint: url, region: "eu-central-1", credentials, maxAttempts: 1 });
    const writers = Array.from({ length: 8 }, (_, index) => ({ key: `busy/${index}.txt`, sent: 0, acknowledged: 0 }));
    const body = (key: string, version: number) => `${key} ${version} `.repeat(1 + (version % 7) * 300);
    let acknowledged = 0;
    let killed = false;
    const storm = writers.map(async (writer) => {
      while (!killed) {
        writer.sent += 1;
        const Body = body(writer.key, writer.sent);
        await s3.send(new PutObjectCommand({ Bucket: bucket, Key: writer.key, Body }));
        writer.acknowledged = writer.sent;
        acknowledged += 1;
      }
    });
    const outcomes = Promise.allSettled(storm);
    await until(() => acknowledged >= 150);
    await kill();
    killed = true;
    await outcomes;
    s3.destroy();
    socket.destroy();

    lake = await openLake({ directory: lake.directory });
    expect(lake.incoming()).toEqual([]);
    expect(await keysOf(lake.s3)).toEqual(writers.map(({ key }) => key));
    for (const { key, sent, acknowledged } of writers) {
      const { ETag } = await lake.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
      const bytes = await bytesOf(lake.s3, key);
      expect([body(key, acknowledged), body(key, sent)]).toContain(bytes.toString());
      expect(ETag).toBe(`"${createHash("md5").update(bytes).digest("hex")}"`);
    }
  });
});
