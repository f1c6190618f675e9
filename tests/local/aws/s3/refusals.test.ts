/** What must not be stored is refused and leaves nothing; what is not carried out says so by name. */
import { createHash } from "node:crypto";
import { Agent } from "node:http";
import { connect } from "node:net";
import { crc32 } from "node:zlib";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  ListObjectsCommand,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import fc from "fast-check";
import { ChunkDecoder } from "../../../../local/aws/s3/chunks";
import { parseXml, text } from "../../../../local/aws/s3/xml";
import { bucket, bytesOf, keysOf, type Lake, openLake, rawRequest, until } from "./harness";

let lake: Lake;
beforeAll(async () => {
  lake = await openLake();
});
afterAll(() => lake.close());

const base64 = (sum: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(sum);
  return bytes.toString("base64");
};
const sum = base64(crc32("hello"));
const wrongSum = base64(crc32("hellO"));
const streaming = {
  "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
  "content-encoding": "aws-chunked",
  "x-amz-decoded-content-length": "5",
  "x-amz-trailer": "x-amz-checksum-crc32",
};
const framed = (trailer: string) => `2\r\nhe\r\n3;chunk-signature=0\r\nllo\r\n0\r\n${trailer}\r\n`;

const bad: [string, Record<string, string>, string, string][] = [
  ["a wrong CRC32 header", { "x-amz-checksum-crc32": wrongSum }, "hello", "BadDigest"],
  ["a wrong SHA-256 header", { "x-amz-checksum-sha256": "AAAA" }, "hello", "BadDigest"],
  ["a wrong Content-MD5", { "content-md5": createHash("md5").update("other").digest("base64") }, "hello", "BadDigest"],
  [
    "a wrong payload hash",
    { "x-amz-content-sha256": createHash("sha256").update("other").digest("hex") },
    "hello",
    "XAmzContentSHA256Mismatch",
  ],
  ["a payload hash that is none", { "x-amz-content-sha256": "none" }, "hello", "InvalidArgument"],
  ["a wrong CRC32 trailer", streaming, framed(`x-amz-checksum-crc32:${wrongSum}\r\n`), "BadDigest"],
  ["a trailer that was announced and is missing", streaming, framed(""), "MalformedTrailerError"],
  [
    "another length than announced",
    { ...streaming, "x-amz-decoded-content-length": "6" },
    framed(`x-amz-checksum-crc32:${sum}\r\n`),
    "IncompleteBody",
  ],
  ["a chunked body that stops half-way", streaming, "5\r\nhel", "InvalidRequest"],
  ["a chunked body without its last chunk", streaming, "5\r\nhello\r\n", "InvalidRequest"],
  ["a chunk longer than it says", streaming, "4\r\nhello\r\n0\r\n\r\n", "InvalidRequest"],
  ["a body that is not chunked as announced", streaming, "hello", "InvalidRequest"],
  ["a CRC32C header", { "x-amz-checksum-crc32c": "AAAAAA==" }, "hello", "NotImplemented"],
  [
    "a CRC64NVME trailer",
    { ...streaming, "x-amz-trailer": "x-amz-checksum-crc64nvme" },
    framed("x-amz-checksum-crc64nvme:AAAAAAAAAAA=\r\n"),
    "NotImplemented",
  ],
  ["an unknown checksum algorithm", { "x-amz-sdk-checksum-algorithm": "CRC32C" }, "hello", "NotImplemented"],
];

describe("a body that is not what it says", () => {
  test.each(bad)("%s: nothing is stored", async (_, headers, body, code) => {
    const reply = await rawRequest(lake, "PUT", "/lake/refused/new.txt", headers, body);
    expect(reply.body).toContain(`<Code>${code}</Code>`);
    expect(reply.status).toBe(code === "NotImplemented" ? 501 : 400);
    expect(await keysOf(lake.s3, "refused/")).toEqual([]);
    expect(lake.files()).toEqual([]);
    expect(lake.incoming()).toEqual([]);
  });

  test("the same requests with the right sums are stored", async () => {
    const plain = { "x-amz-checksum-crc32": sum };
    expect((await rawRequest(lake, "PUT", "/lake/right/plain.txt", plain, "hello")).status).toBe(200);
    const trailer = framed(`x-amz-checksum-crc32:${sum}\r\n`);
    expect((await rawRequest(lake, "PUT", "/lake/right/framed.txt", streaming, trailer)).status).toBe(200);
    expect((await bytesOf(lake.s3, "right/framed.txt")).toString()).toBe("hello");
    const unsigned = { ...streaming, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
    expect((await rawRequest(lake, "PUT", "/lake/right/unsigned.txt", unsigned, trailer)).status).toBe(200);
    expect((await bytesOf(lake.s3, "right/unsigned.txt")).toString()).toBe("hello");
    expect((await bytesOf(lake.s3, "right/plain.txt")).toString()).toBe("hello");
  });

  test("a refused overwrite leaves the old object", async () => {
    await lake.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "kept.txt", Body: "old", Metadata: { is: "old" } }));
    const headers = { "x-amz-checksum-crc32": wrongSum, "x-amz-meta-is": "new" };
    expect((await rawRequest(lake, "PUT", "/lake/kept.txt", headers, "hello")).status).toBe(400);
    const { Metadata } = await lake.s3.send(new GetObjectCommand({ Bucket: bucket, Key: "kept.txt" }));
    expect(Metadata).toEqual({ is: "old" });
    expect((await bytesOf(lake.s3, "kept.txt")).toString()).toBe("old");
  });

  test("a refusal in the middle of a large body reaches the client, whose connection goes on", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const body = Buffer.concat([Buffer.from("no length\r\n"), Buffer.alloc(5_000_000)]);
    const reply = await rawRequest(lake, "PUT", "/lake/refused/large.bin", streaming, body, agent);
    expect([reply.status, reply.body]).toEqual([400, expect.stringContaining("InvalidRequest")]);
    expect((await rawRequest(lake, "PUT", "/lake/right/after.txt", {}, "hello", agent)).status).toBe(200);
    agent.destroy();
    expect(lake.incoming()).toEqual([]);
  });

  test("a client that goes away half-way leaves nothing", async () => {
    const { hostname, port } = new URL(lake.server.url);
    const socket = connect(Number(port), hostname);
    socket.write("PUT /lake/gone.txt HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nonly this much");
    await until(() => lake.incoming().length > 0);
    socket.destroy();
    await until(() => lake.incoming().length === 0);
    expect(await keysOf(lake.s3, "gone")).toEqual([]);
  });
});

describe("what is not carried out", () => {
  const at = { Bucket: bucket, Key: "kept.txt" };
  test.each([
    ["GET ?versioning on a bucket", () => lake.s3.send(new GetBucketVersioningCommand({ Bucket: bucket }))],
    ["GET ?versions on a bucket", () => lake.s3.send(new ListObjectVersionsCommand({ Bucket: bucket }))],
    ["GET on a bucket", () => lake.s3.send(new ListObjectsCommand({ Bucket: bucket }))],
    [
      "PUT ?lifecycle on a bucket",
      () =>
        lake.s3.send(
          new PutBucketLifecycleConfigurationCommand({ Bucket: bucket, LifecycleConfiguration: { Rules: [] } }),
        ),
    ],
    ["PUT ?tagging on an object", () => lake.s3.send(new PutObjectTaggingCommand({ ...at, Tagging: { TagSet: [] } }))],
    ["versionId", () => lake.s3.send(new GetObjectCommand({ ...at, VersionId: "1" }))],
    [
      "UploadPartCopy",
      () =>
        lake.s3.send(new UploadPartCopyCommand({ ...at, CopySource: "lake/kept.txt", PartNumber: 1, UploadId: "u" })),
    ],
    ["x-amz-acl", () => lake.s3.send(new PutObjectCommand({ ...at, Body: "x", ACL: "public-read" }))],
    [
      "x-amz-server-side-encryption",
      () => lake.s3.send(new PutObjectCommand({ ...at, Body: "x", ServerSideEncryption: "aws:kms" })),
    ],
    [
      "A checksum on CompleteMultipartUpload",
      () =>
        lake.s3.send(
          new CompleteMultipartUploadCommand({
            ...at,
            UploadId: "u",
            MultipartUpload: { Parts: [] },
            ChecksumCRC32: sum,
          }),
        ),
    ],
    ["x-amz-checksum-type", () => lake.s3.send(new CreateMultipartUploadCommand({ ...at, ChecksumType: "COMPOSITE" }))],
    ["x-amz-tagging", () => lake.s3.send(new PutObjectCommand({ ...at, Body: "x", Tagging: "a=b" }))],
    ["CRC32C", () => lake.s3.send(new PutObjectCommand({ ...at, Body: "x", ChecksumAlgorithm: "CRC32C" }))],
    ["If-None-Match with an ETag", () => lake.s3.send(new PutObjectCommand({ ...at, Body: "x", IfNoneMatch: '"e"' }))],
    [
      "x-amz-copy-source-if-match",
      () => lake.s3.send(new CopyObjectCommand({ ...at, CopySource: "lake/kept.txt", CopySourceIfMatch: "e" })),
    ],
  ])("%s is NotImplemented, by name", async (what, send) => {
    const error = await send().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(error).toMatchObject({ name: "NotImplemented", $metadata: { httpStatusCode: 501 } });
    expect(error).toHaveProperty("message", expect.stringContaining(what));
    expect((await bytesOf(lake.s3, "kept.txt")).toString()).toBe("old");
  });

  test("a missing bucket is NoSuchBucket, a bad name InvalidBucketName", async () => {
    const absent = lake.s3.send(new PutObjectCommand({ Bucket: "absent", Key: "k", Body: "x" }));
    await expect(absent).rejects.toMatchObject({ name: "NoSuchBucket" });
    const reply = await rawRequest(lake, "PUT", "/..%2Fup");
    expect([reply.status, reply.body]).toEqual([400, expect.stringContaining("InvalidBucketName")]);
  });

  test.each(["/lake/%ff", "/lake/%E0%A4", "*"])("the path %s is InvalidURI", async (path) => {
    expect(await rawRequest(lake, "GET", path)).toMatchObject({
      status: 400,
      body: expect.stringContaining("InvalidURI"),
    });
  });
});

describe("the framing of chunks", () => {
  test("any cut of the stream gives the same bytes and trailers", () => {
    const stream = (chunks: Uint8Array[]) =>
      Buffer.concat([
        ...chunks.flatMap((chunk) => [Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from("\r\n")]),
        Buffer.from("0\r\nx-amz-checksum-crc32: AAAAAA==\r\n\r\n"),
      ]);
    const chunk = fc.uint8Array({ minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(fc.array(chunk), fc.array(fc.nat(400)), (chunks, cuts) => {
        const bytes = stream(chunks);
        const got: Buffer[] = [];
        const decoder = new ChunkDecoder((part) => got.push(Buffer.from(part)));
        const edges = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        for (const [index, end] of edges.slice(1).entries()) decoder.push(bytes.subarray(edges[index], end));
        decoder.end();
        expect(Buffer.concat(got)).toEqual(Buffer.concat(chunks));
        expect(decoder.trailers).toEqual({ "x-amz-checksum-crc32": "AAAAAA==" });
      }),
    );
  });
});

describe("XML", () => {
  test("any text survives the way out and in", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        expect(parseXml(text("Key", value), "Key").text).toBe(value);
      }),
    );
  });

  test.each([
    "",
    "hello",
    "<Delete>",
    "<Delete></Other>",
    "<Delete/><Delete/>",
    "<Other/>",
    "<Delete>&nbsp;</Delete>",
    "<!DOCTYPE x><Delete/>",
    "<Delete><![CDATA[x]]></Delete>",
    "<Delete>&#x110000;</Delete>",
  ])("%s is MalformedXML", async (body) => {
    const md5 = createHash("md5").update(body).digest("base64");
    const reply = await rawRequest(lake, "POST", "/lake?delete", { "content-md5": md5 }, body);
    expect([reply.status, reply.body]).toEqual([400, expect.stringContaining("MalformedXML")]);
  });
});
