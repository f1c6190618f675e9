/** Writes that depend on each other: conditional puts, overwrites under readers, copies, deletes, events. */
import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import type { ObjectCreated } from "../../../../local/aws/s3/server";
import { bucket, bytesOf, keysOf, type Lake, openLake, rawRequest } from "./harness";

let lake: Lake;
const events: ObjectCreated[] = [];
let failEvents = false;
beforeAll(async () => {
  lake = await openLake({
    onCreated: async (event) => {
      if (failEvents) throw new Error("the queue is closed");
      events.push(event);
    },
  });
});
beforeEach(() => {
  events.length = 0;
});
afterAll(() => lake.close());

const put = (key: string, body: string | Buffer, more = {}) =>
  lake.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ...more }));
const copy = (key: string, source: string, more = {}) =>
  lake.s3.send(new CopyObjectCommand({ Bucket: bucket, Key: key, CopySource: `${bucket}/${source}`, ...more }));
const head = (key: string) => lake.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
const nameOf = (error: unknown) => (error instanceof S3ServiceException ? error.name : Promise.reject(error));

describe("conditional puts", () => {
  test("of 50 at once with If-None-Match: * exactly one wins, and its bytes are there", async () => {
    const bodies = Array.from({ length: 50 }, (_, index) => `writer ${index} `.repeat(1000));
    const results = await Promise.all(
      bodies.map((body) => put("contended.txt", body, { IfNoneMatch: "*" }).then(() => body, nameOf)),
    );
    const winners = results.filter((result) => result !== "PreconditionFailed");
    expect(winners).toHaveLength(1);
    expect((await bytesOf(lake.s3, "contended.txt")).toString()).toBe(winners[0]);
    expect(events).toHaveLength(1);
    expect(lake.incoming()).toEqual([]);
  });

  test("of 20 at once with If-Match over the same version exactly one wins", async () => {
    const { ETag } = await put("versioned.txt", "0");
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        put("versioned.txt", Buffer.alloc(20_000, index), { IfMatch: ETag }).then(() => "won", nameOf),
      ),
    );
    expect(results.filter((result) => result === "won")).toHaveLength(1);
    expect(results.filter((result) => result === "PreconditionFailed")).toHaveLength(19);
  });

  test("If-Match over nothing is NoSuchKey; after a delete If-None-Match: * writes again", async () => {
    await expect(put("fresh.txt", "x", { IfMatch: '"any"' })).rejects.toMatchObject({ name: "NoSuchKey" });
    await put("fresh.txt", "1", { IfNoneMatch: "*" });
    await lake.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: "fresh.txt" }));
    await put("fresh.txt", "2", { IfNoneMatch: "*" });
    expect((await bytesOf(lake.s3, "fresh.txt")).toString()).toBe("2");
  });
});

describe("overwrites under readers", () => {
  // Below and above the size up to which a body is sent in one piece.
  test.each([20_000, 600_000])("a reader of %i bytes sees one whole version", async (size) => {
    const version = (number: number) => Buffer.alloc(size, 65 + (number % 26));
    await put("busy.bin", version(0), { Metadata: { fill: "A" } });
    let writing = true;
    const seen = new Set<string>();
    const write = async () => {
      for (let number = 1; number <= 30 || seen.size < 3; number++) {
        const bytes = version(number);
        await put("busy.bin", bytes, { Metadata: { fill: bytes.toString("latin1", 0, 1) } });
      }
      writing = false;
    };
    const read = async () => {
      while (writing) {
        const { Body, ETag, Metadata } = await lake.s3.send(new GetObjectCommand({ Bucket: bucket, Key: "busy.bin" }));
        const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
        const fill = Metadata?.fill ?? "";
        expect(bytes.equals(Buffer.alloc(size, fill))).toBe(true);
        expect(ETag).toBe(`"${createHash("md5").update(bytes).digest("hex")}"`);
        seen.add(fill);
      }
    };
    await Promise.all([write(), read(), read(), read()]);
  });
});

describe("CopyObject", () => {
  const described = { ContentType: "text/plain", CacheControl: "no-store", Metadata: { site: "home" } };
  beforeAll(() => put("source.txt", "the bytes", described));

  test("takes bytes, headers and metadata along", async () => {
    const { CopyObjectResult } = await copy("copied/here.txt", "source.txt");
    expect((await bytesOf(lake.s3, "copied/here.txt")).toString()).toBe("the bytes");
    const copied = await head("copied/here.txt");
    expect(copied).toMatchObject(described);
    expect(copied.ETag).toBe(CopyObjectResult?.ETag);
  });

  test("REPLACE takes headers and metadata from the request", async () => {
    await copy("copied/new.txt", "source.txt", { MetadataDirective: "REPLACE", Metadata: { site: "cabin" } });
    const copied = await head("copied/new.txt");
    expect(copied).toMatchObject({ Metadata: { site: "cabin" }, ContentType: "binary/octet-stream" });
    expect(copied.CacheControl).toBeUndefined();
  });

  test("onto itself needs REPLACE", async () => {
    await put("self.txt", "same", described);
    await expect(copy("self.txt", "self.txt")).rejects.toMatchObject({ name: "InvalidRequest" });
    await copy("self.txt", "self.txt", { MetadataDirective: "REPLACE", Metadata: { now: "other" } });
    expect((await head("self.txt")).Metadata).toEqual({ now: "other" });
    expect((await bytesOf(lake.s3, "self.txt")).toString()).toBe("same");
  });

  test("of nothing is NoSuchKey; a condition on the target holds", async () => {
    await expect(copy("copied/none.txt", "absent.txt")).rejects.toMatchObject({ name: "NoSuchKey" });
    const conditional = copy("copied/here.txt", "source.txt", { IfNoneMatch: "*" });
    await expect(conditional).rejects.toMatchObject({ name: "PreconditionFailed" });
    expect(lake.incoming()).toEqual([]);
  });

  test("a directive or a source that is none is InvalidArgument", async () => {
    for (const headers of [
      { "x-amz-copy-source": "lake/source.txt", "x-amz-metadata-directive": "KEEP" },
      { "x-amz-copy-source": "source.txt" },
      { "x-amz-copy-source": "lake/source.txt?versionId=1" },
    ]) {
      const reply = await rawRequest(lake, "PUT", "/lake/copied/bad.txt", headers);
      expect([reply.status, reply.body]).toEqual([400, expect.stringContaining("InvalidArgument")]);
    }
  });
});

describe("deletes", () => {
  test("take the file and its empty directories along; an absent key is no error", async () => {
    await put("gone/deep/one.txt", "1");
    await put("gone/two.txt", "2");
    await lake.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: "gone/deep/one.txt" }));
    await lake.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: "gone/deep/one.txt" }));
    expect(readdirSync(lake.file("gone"))).toEqual(["two.txt"]);
    expect(await keysOf(lake.s3, "gone/")).toEqual(["gone/two.txt"]);
  });

  test("DeleteObjects removes many, and with Quiet tells nothing", async () => {
    const keys = Array.from({ length: 20 }, (_, index) => `many/${index} & 'more'.txt`);
    await Promise.all(keys.map((key) => put(key, key)));
    const remove = (Objects: { Key: string }[], Quiet: boolean) =>
      lake.s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet } }));
    const named = keys.map((Key) => ({ Key }));
    const first = await remove([...named.slice(0, 5), { Key: "many/absent" }], false);
    expect(first.Deleted).toEqual([...named.slice(0, 5), { Key: "many/absent" }]);
    const second = await remove(named.slice(5, 19), true);
    expect([second.Deleted, second.Errors]).toEqual([undefined, undefined]);
    expect(await keysOf(lake.s3, "many/")).toEqual(keys.slice(19));
  });

  test("DeleteObjects without a checksum, or of a version, is refused", async () => {
    await put("guarded.txt", "x");
    const body = "<Delete><Object><Key>guarded.txt</Key></Object></Delete>";
    const reply = await rawRequest(lake, "POST", "/lake?delete", {}, body);
    expect([reply.status, reply.body]).toEqual([400, expect.stringContaining("InvalidRequest")]);
    const Objects = [{ Key: "guarded.txt", VersionId: "1" }];
    const versioned = lake.s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
    await expect(versioned).rejects.toMatchObject({ name: "NotImplemented" });
    expect(await keysOf(lake.s3, "guarded")).toEqual(["guarded.txt"]);
  });
});

describe("events", () => {
  test("tell of every object that came into being, and only of those", async () => {
    await put("event.txt", "hello");
    await copy("event-copy.txt", "event.txt");
    await lake.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: "event.txt" }));
    await put("event-copy.txt", "x", { IfNoneMatch: "*" }).catch(nameOf);
    const etag = createHash("md5").update("hello").digest("hex");
    expect(events).toEqual([
      { bucket, key: "event.txt", size: 5, etag },
      { bucket, key: "event-copy.txt", size: 5, etag },
    ]);
  });

  test("that cannot be delivered are the client's to repeat", async () => {
    failEvents = true;
    const reply = await rawRequest(lake, "PUT", "/lake/untold.txt", {}, "hello");
    expect([reply.status, reply.body]).toEqual([500, expect.stringContaining("the queue is closed")]);
    failEvents = false;
    await put("untold.txt", "hello");
    expect(events.map(({ key }) => key)).toEqual(["untold.txt"]);
  });
});
