/** Multipart uploads through the SDK. */
import { createHash, randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { bucket, bytesOf, instant, keysOf, type Lake, openLake } from "./harness";

const MiB = 1 << 20;
let lake: Lake;
beforeAll(async () => {
  lake = await openLake();
});
afterAll(() => lake.close());

const begin = async (Key: string, more = {}) => {
  const { UploadId } = await lake.s3.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key, ...more }));
  return { Bucket: bucket, Key, UploadId };
};
type Begun = Awaited<ReturnType<typeof begin>>;
const part = async (upload: Begun, PartNumber: number, Body: Buffer): Promise<CompletedPart> => {
  const { ETag, ChecksumCRC32 } = await lake.s3.send(new UploadPartCommand({ ...upload, PartNumber, Body }));
  return { PartNumber, ETag, ChecksumCRC32 };
};
const complete = (upload: Begun, Parts: CompletedPart[], more = {}) =>
  lake.s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts }, ...more }));
const md5 = (bytes: Buffer) => createHash("md5").update(bytes).digest();

test("12 MB in three parts, sent out of order, one of them twice, are one object with the checksum of its bytes", async () => {
  const bytes = randomBytes(12 * MiB);
  const pieces = [bytes.subarray(0, 5 * MiB), bytes.subarray(5 * MiB, 10 * MiB), bytes.subarray(10 * MiB)];
  const upload = await begin("big.bin", { ContentType: "application/gzip", Metadata: { site: "home" } });
  await part(upload, 2, randomBytes(5 * MiB));
  const parts = await Promise.all(pieces.map((piece, index) => part(upload, index + 1, piece)));
  expect(await keysOf(lake.s3)).toEqual([]);

  const { Parts } = await lake.s3.send(new ListPartsCommand(upload));
  expect(Parts).toEqual(
    parts.map(({ PartNumber, ETag }, index) => ({
      PartNumber,
      ETag,
      Size: pieces[index]?.length,
      LastModified: new Date(instant),
    })),
  );

  const { ETag } = await complete(upload, parts);
  expect(ETag).toBe(`"${md5(Buffer.concat(pieces.map(md5))).toString("hex")}-3"`);
  expect((await bytesOf(lake.s3, "big.bin")).equals(bytes)).toBe(true);
  expect((await bytesOf(lake.s3, "big.bin", "bytes=5242870-5242889")).equals(bytes.subarray(5242870, 5242890))).toBe(
    true,
  );
  const head = await lake.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: "big.bin", ChecksumMode: "ENABLED" }));
  expect(head).toMatchObject({ ETag, ContentType: "application/gzip", Metadata: { site: "home" } });
  expect(Buffer.from(head.ChecksumCRC32 ?? "", "base64").readUInt32BE()).toBe(crc32(bytes));
  expect(lake.incoming()).toEqual([]);
  await expect(complete(upload, parts)).rejects.toMatchObject({ name: "NoSuchUpload" });
});

test("an aborted upload leaves nothing", async () => {
  const upload = await begin("aborted.bin");
  const sent = await part(upload, 1, Buffer.from("some"));
  await lake.s3.send(new AbortMultipartUploadCommand(upload));
  expect(lake.incoming()).toEqual([]);
  await expect(complete(upload, [sent])).rejects.toMatchObject({ name: "NoSuchUpload" });
  await expect(part(upload, 2, Buffer.from("more"))).rejects.toMatchObject({ name: "NoSuchUpload" });
  expect(await keysOf(lake.s3, "aborted")).toEqual([]);
});

test("parts that are not the ones that came are refused, and the upload goes on", async () => {
  const upload = await begin("picky.bin");
  const one = await part(upload, 1, Buffer.from("one"));
  const two = await part(upload, 2, Buffer.from("two"));
  const refused: [CompletedPart[], string][] = [
    [[two, one], "InvalidPartOrder"],
    [[one, two], "EntityTooSmall"],
    [[{ ...one, ETag: two.ETag }], "InvalidPart"],
    [[{ ...one, ChecksumCRC32: two.ChecksumCRC32 }], "InvalidPart"],
    [[{ ...one, PartNumber: 3 }], "InvalidPart"],
    [[], "MalformedXML"],
  ];
  for (const [parts, name] of refused) await expect(complete(upload, parts)).rejects.toMatchObject({ name });
  expect(await keysOf(lake.s3, "picky")).toEqual([]);
  await complete(upload, [two]);
  expect((await bytesOf(lake.s3, "picky.bin")).toString()).toBe("two");
});

test("a conditional completion fails over an object, and the upload goes on", async () => {
  const [first, second] = [await begin("once.bin"), await begin("once.bin")];
  const parts = [await part(first, 1, Buffer.from("first")), await part(second, 1, Buffer.from("second"))] as const;
  await complete(first, [parts[0]], { IfNoneMatch: "*" });
  const late = complete(second, [parts[1]], { IfNoneMatch: "*" });
  await expect(late).rejects.toMatchObject({ name: "PreconditionFailed" });
  expect((await bytesOf(lake.s3, "once.bin")).toString()).toBe("first");
  await complete(second, [parts[1]]);
  expect((await bytesOf(lake.s3, "once.bin")).toString()).toBe("second");
});

test("SHA-256 of the whole is kept when the upload asks for it", async () => {
  const upload = await begin("summed.bin", { ChecksumAlgorithm: "SHA256" });
  const bytes = randomBytes(1000);
  const Body = { ...upload, PartNumber: 1, Body: bytes, ChecksumAlgorithm: "SHA256" as const };
  const { ETag, ChecksumSHA256 } = await lake.s3.send(new UploadPartCommand(Body));
  expect(ChecksumSHA256).toBe(createHash("sha256").update(bytes).digest("base64"));
  await complete(upload, [{ PartNumber: 1, ETag, ChecksumSHA256 }]);
  const got = await lake.s3.send(new GetObjectCommand({ Bucket: bucket, Key: "summed.bin" }));
  expect(got.ChecksumSHA256).toBe(ChecksumSHA256);
});

test("an upload is known for its own key only, and a part number has its limits", async () => {
  const upload = await begin("mine.bin");
  await expect(part({ ...upload, Key: "other.bin" }, 1, Buffer.from("x"))).rejects.toMatchObject({
    name: "NoSuchUpload",
  });
  for (const number of [0, 10_001]) {
    await expect(part(upload, number, Buffer.from("x"))).rejects.toMatchObject({ name: "InvalidArgument" });
  }
});
