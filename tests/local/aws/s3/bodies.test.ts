/** What is put is what is got: bodies, metadata, ranges and conditional reads, with the SDK's default settings. */
import { createHash, randomBytes } from "node:crypto";
import { createReadStream, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3ServiceException } from "@aws-sdk/client-s3";
import { bucket, bytesOf, instant, type Lake, openLake } from "./harness";

let lake: Lake;
beforeAll(async () => {
  lake = await openLake();
});
afterAll(() => lake.close());

const put = (key: string, body: string | Buffer | Readable, more = {}) =>
  lake.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ...more }));
const get = (key: string, more = {}) => lake.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...more }));
const head = (key: string, more = {}) => lake.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key, ...more }));
const crc32Of = (bytes: Buffer) => {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum.toString("base64");
};
const failure = (promise: Promise<unknown>): Promise<S3ServiceException> =>
  promise.then(
    () => Promise.reject(new Error("it was done")),
    (error: unknown) => (error instanceof S3ServiceException ? error : Promise.reject(error)),
  );

describe("bodies", () => {
  test("a buffer comes back whole, with its ETag, checksum and size", async () => {
    const bytes = randomBytes(1000);
    const { ETag, ChecksumCRC32 } = await put("buffer.bin", bytes);
    expect(ETag).toBe(`"${createHash("md5").update(bytes).digest("hex")}"`);
    expect(ChecksumCRC32).toBe(crc32Of(bytes));
    const got = await get("buffer.bin");
    expect(got).toMatchObject({ ETag, ChecksumCRC32, ChecksumType: "FULL_OBJECT", ContentLength: 1000 });
    expect((await bytesOf(lake.s3, "buffer.bin")).equals(bytes)).toBe(true);
  });

  test("a stream of 300,000 bytes, sent in chunks with a CRC32 trailer, comes back to the byte", async () => {
    const bytes = randomBytes(300_000);
    const pieces = [bytes.subarray(0, 9_001), bytes.subarray(9_001, 150_000), bytes.subarray(150_000)];
    const { ChecksumCRC32 } = await put("stream.bin", Readable.from(pieces), { ContentLength: bytes.length });
    expect(ChecksumCRC32).toBe(crc32Of(bytes));
    expect((await bytesOf(lake.s3, "stream.bin")).equals(bytes)).toBe(true);
    expect((await head("stream.bin")).ContentEncoding).toBeUndefined();
  });

  test("a file of several MB, streamed in and out, comes back to the byte", async () => {
    const bytes = randomBytes(3_333_333);
    const path = join(lake.directory, "source.bin");
    writeFileSync(path, bytes);
    await put("file.bin", createReadStream(path), { ContentLength: bytes.length });
    expect((await bytesOf(lake.s3, "file.bin")).equals(bytes)).toBe(true);
  });

  test.each([
    ["buffer", () => Buffer.alloc(0)],
    ["stream", () => Readable.from([])],
  ])("an empty %s is an object of no bytes", async (name, body) => {
    await put(`empty-${name}.bin`, body(), { ContentLength: 0 });
    expect(await bytesOf(lake.s3, `empty-${name}.bin`)).toHaveLength(0);
    expect((await head(`empty-${name}.bin`)).ContentLength).toBe(0);
  });

  test.each(["SHA1", "SHA256"] as const)("%s is verified and returned when it is asked for", async (algorithm) => {
    const bytes = randomBytes(20_000);
    const body = Readable.from([bytes]);
    await put(`${algorithm}.bin`, body, { ContentLength: bytes.length, ChecksumAlgorithm: algorithm });
    const sum = createHash(algorithm.toLowerCase()).update(bytes).digest("base64");
    expect(await head(`${algorithm}.bin`, { ChecksumMode: "ENABLED" })).toHaveProperty(`Checksum${algorithm}`, sum);
    expect((await bytesOf(lake.s3, `${algorithm}.bin`)).equals(bytes)).toBe(true);
  });

  test("the SDK finds a body that was changed on the disk", async () => {
    await put("rotten.txt", "as it was put");
    writeFileSync(lake.file("rotten.txt"), "AS IT WAS PUT");
    await expect(bytesOf(lake.s3, "rotten.txt")).rejects.toThrow(/[Cc]hecksum mismatch/);
  });

  test("an ordinary key is a file at that path, with just these bytes", async () => {
    const key = "daily/site=home/date=2025-06-01/readings.jsonl.gz";
    await put(key, "bytes of the day");
    expect(readFileSync(join(lake.directory, bucket, key), "utf8")).toBe("bytes of the day");
  });

  test("an overwrite replaces bytes and metadata together", async () => {
    await put("twice.txt", "first", { Metadata: { version: "1" }, CacheControl: "no-store" });
    await put("twice.txt", "second one", { Metadata: { version: "2" } });
    expect(await head("twice.txt")).toMatchObject({ Metadata: { version: "2" }, ContentLength: 10 });
    expect((await head("twice.txt")).CacheControl).toBeUndefined();
    expect((await bytesOf(lake.s3, "twice.txt")).toString()).toBe("second one");
  });
});

describe("metadata", () => {
  test("content headers and user metadata come back from GET and HEAD", async () => {
    const headers = {
      ContentType: "application/x-ndjson",
      ContentEncoding: "gzip",
      ContentLanguage: "pl",
      ContentDisposition: 'attachment; filename="day.jsonl"',
      CacheControl: "max-age=60",
      Metadata: { site: "home", "rows-in": "42" },
    };
    await put("described.gz", Readable.from([Buffer.alloc(20_000)]), { ...headers, ContentLength: 20_000 });
    expect(await get("described.gz")).toMatchObject(headers);
    expect(await head("described.gz")).toMatchObject(headers);
  });

  test("Last-Modified is the injected clock's, in whole seconds", async () => {
    await put("timed.txt", "x");
    expect((await head("timed.txt")).LastModified?.getTime()).toBe(Math.floor(instant / 1000) * 1000);
  });

  test("an absent key is NoSuchKey to GET and NotFound to HEAD", async () => {
    expect((await failure(get("absent"))).name).toBe("NoSuchKey");
    expect((await failure(head("absent"))).name).toBe("NotFound");
  });
});

describe("ranges", () => {
  const bytes = randomBytes(700_000);
  beforeAll(() => put("ranged.bin", bytes));

  test.each([
    ["bytes=0-0", 0, 1],
    ["bytes=10-19", 10, 20],
    ["bytes=699990-", 699_990, 700_000],
    ["bytes=-7", 699_993, 700_000],
    ["bytes=-9999999", 0, 700_000],
    ["bytes=5-9999999", 5, 700_000],
    ["bytes=100-600000", 100, 600_001],
  ])("%s", async (range, start, end) => {
    const { ContentRange, ContentLength, ChecksumCRC32, $metadata } = await get("ranged.bin", { Range: range });
    expect($metadata.httpStatusCode).toBe(206);
    expect(ContentRange).toBe(`bytes ${start}-${end - 1}/700000`);
    expect(ContentLength).toBe(end - start);
    // The checksum of the whole says nothing about a part.
    expect(ChecksumCRC32).toBeUndefined();
    expect((await bytesOf(lake.s3, "ranged.bin", range)).equals(bytes.subarray(start, end))).toBe(true);
  });

  test.each(["bytes=700000-", "bytes=-0"])("%s lies outside: InvalidRange", async (range) => {
    const error = await failure(get("ranged.bin", { Range: range }));
    expect(error.name).toBe("InvalidRange");
    expect(error.$metadata.httpStatusCode).toBe(416);
  });

  test.each(["bytes=9-3", "lines=1-2", "bytes=-"])("%s is no range: the whole object", async (range) => {
    expect((await bytesOf(lake.s3, "ranged.bin", range)).equals(bytes)).toBe(true);
  });

  test("HEAD of a range tells its extent", async () => {
    const { ContentRange, ContentLength } = await head("ranged.bin", { Range: "bytes=1-2" });
    expect([ContentRange, ContentLength]).toEqual(["bytes 1-2/700000", 2]);
  });
});

describe("conditional reads", () => {
  const seconds = Math.floor(instant / 1000) * 1000;
  let etag = "";
  beforeAll(async () => {
    etag = (await put("conditional.txt", "here")).ETag ?? "";
  });
  const status = (error: S3ServiceException) => error.$metadata.httpStatusCode;

  test("If-None-Match with the current ETag: 304 to GET and HEAD", async () => {
    expect(status(await failure(get("conditional.txt", { IfNoneMatch: etag })))).toBe(304);
    expect(status(await failure(head("conditional.txt", { IfNoneMatch: etag })))).toBe(304);
    await expect(get("conditional.txt", { IfNoneMatch: '"other"' })).resolves.toMatchObject({ ETag: etag });
  });

  test("If-Match with another ETag: 412", async () => {
    expect((await failure(get("conditional.txt", { IfMatch: '"other"' }))).name).toBe("PreconditionFailed");
    await expect(get("conditional.txt", { IfMatch: etag })).resolves.toMatchObject({ ETag: etag });
  });

  test("If-Modified-Since and If-Unmodified-Since compare whole seconds", async () => {
    const at = (ms: number) => new Date(ms);
    expect(status(await failure(get("conditional.txt", { IfModifiedSince: at(seconds) })))).toBe(304);
    await expect(get("conditional.txt", { IfModifiedSince: at(seconds - 1000) })).resolves.toMatchObject({
      ETag: etag,
    });
    expect(status(await failure(get("conditional.txt", { IfUnmodifiedSince: at(seconds - 1000) })))).toBe(412);
    await expect(get("conditional.txt", { IfUnmodifiedSince: at(seconds) })).resolves.toMatchObject({ ETag: etag });
  });

  test("If-None-Match wins over If-Modified-Since", async () => {
    const later = new Date(seconds + 5000);
    const read = get("conditional.txt", { IfNoneMatch: '"other"', IfModifiedSince: later });
    await expect(read).resolves.toMatchObject({ ETag: etag });
  });
});
