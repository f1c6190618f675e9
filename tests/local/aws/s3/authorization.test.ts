/** Every operation asks for its IAM action, as the caller of the signature; a denial is S3's AccessDenied. */
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { Authorize } from "../../../../local/aws/iam";
import { bucket, bytesOf, clientOf, keysOf, type Lake, openLake, rawRequest } from "./harness";

type Ask = Parameters<Authorize>[0];
let lake: Lake;
let client: S3Client;
let asked: Ask[] = [];
let denies: (ask: Ask) => boolean = () => false;
beforeAll(async () => {
  lake = await openLake({
    authorize: (ask) => {
      asked.push(ask);
      return denies(ask) ? { allowed: false, reason: "no statement of the role allows it" } : { allowed: true };
    },
  });
  client = clientOf(lake.server.url, "ROLE-collect-hour");
  await lake.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "raw/a.json", Body: "{}" }));
});
beforeEach(() => {
  asked = [];
  denies = () => false;
});
afterAll(async () => {
  client.destroy();
  await lake.close();
});

const at = { Bucket: bucket, Key: "raw/a.json" };
const arn = "arn:aws:s3:::lake";
const upload = async () => ({ ...at, UploadId: (await client.send(new CreateMultipartUploadCommand(at))).UploadId });

describe("the action and resource of each operation", () => {
  const operations: [string, () => Promise<unknown>, ...[string, string, Record<string, string>?][]][] = [
    ["ListBuckets", () => client.send(new ListBucketsCommand({})), ["s3:ListAllMyBuckets", "arn:aws:s3:::*"]],
    [
      "CreateBucket",
      () => client.send(new CreateBucketCommand({ Bucket: "made" })),
      ["s3:CreateBucket", "arn:aws:s3:::made"],
    ],
    ["HeadBucket", () => client.send(new HeadBucketCommand({ Bucket: bucket })), ["s3:ListBucket", arn]],
    [
      "GetBucketLocation",
      () => client.send(new GetBucketLocationCommand({ Bucket: bucket })),
      ["s3:GetBucketLocation", arn],
    ],
    [
      "ListObjectsV2",
      () => client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: "raw/", Delimiter: "/", MaxKeys: 5 })),
      ["s3:ListBucket", arn, { "s3:prefix": "raw/", "s3:delimiter": "/", "s3:max-keys": "5" }],
    ],
    ["GetObject", () => bytesOf(client, at.Key), ["s3:GetObject", `${arn}/raw/a.json`]],
    ["HeadObject", () => client.send(new HeadObjectCommand(at)), ["s3:GetObject", `${arn}/raw/a.json`]],
    [
      "PutObject",
      () => client.send(new PutObjectCommand({ ...at, Body: "{}" })),
      ["s3:PutObject", `${arn}/raw/a.json`],
    ],
    [
      "CopyObject",
      () => client.send(new CopyObjectCommand({ Bucket: bucket, Key: "b & c", CopySource: "lake/raw/a.json" })),
      ["s3:PutObject", `${arn}/b & c`],
      ["s3:GetObject", `${arn}/raw/a.json`],
    ],
    ["DeleteObject", () => client.send(new DeleteObjectCommand({ ...at, Key: "x" })), ["s3:DeleteObject", `${arn}/x`]],
    [
      "DeleteObjects",
      () =>
        client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [{ Key: "x" }, { Key: "y" }] } })),
      ["s3:DeleteObject", `${arn}/x`],
      ["s3:DeleteObject", `${arn}/y`],
    ],
    [
      "a multipart upload",
      async () => {
        const begun = await upload();
        const { ETag } = await client.send(new UploadPartCommand({ ...begun, PartNumber: 1, Body: "x" }));
        await client.send(new ListPartsCommand(begun));
        const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
        await client.send(new CompleteMultipartUploadCommand({ ...begun, MultipartUpload }));
      },
      ["s3:PutObject", `${arn}/raw/a.json`],
      ["s3:PutObject", `${arn}/raw/a.json`],
      ["s3:ListMultipartUploadParts", `${arn}/raw/a.json`],
      ["s3:PutObject", `${arn}/raw/a.json`],
    ],
    [
      "AbortMultipartUpload",
      async () => client.send(new AbortMultipartUploadCommand(await upload())),
      ["s3:PutObject", `${arn}/raw/a.json`],
      ["s3:AbortMultipartUpload", `${arn}/raw/a.json`],
    ],
  ];

  test.each(operations)("%s", async (_, send, ...expected) => {
    await send();
    const asks = expected.map(([action, resource, conditions = {}]) => {
      return { accessKeyId: "ROLE-collect-hour", action, resource, conditions };
    });
    expect(asked).toEqual(asks);
  });

  test.each(operations)("%s, denied, is AccessDenied", async (name, send, ...expected) => {
    const [action] = expected.at(-1) ?? [];
    denies = (ask) => ask.action === action;
    const outcome = await send().then(
      (done) => done,
      (error: unknown) => error,
    );
    if (name === "DeleteObjects") {
      expect(outcome).toMatchObject({
        Errors: [
          { Key: "x", Code: "AccessDenied" },
          { Key: "y", Code: "AccessDenied" },
        ],
      });
    } else {
      // The answer to a HEAD has no body to name the error in.
      const head = name.startsWith("Head");
      expect(outcome).toMatchObject({ $metadata: { httpStatusCode: 403 }, ...(!head && { name: "AccessDenied" }) });
    }
  });
});

describe("a denial", () => {
  test("names who was denied what, and why", async () => {
    denies = ({ action }) => action === "s3:PutObject";
    await expect(client.send(new PutObjectCommand({ ...at, Body: "changed" }))).rejects.toMatchObject({
      name: "AccessDenied",
      message:
        "ROLE-collect-hour is not allowed s3:PutObject on arn:aws:s3:::lake/raw/a.json: no statement of the role allows it",
    });
    expect(lake.incoming()).toEqual([]);
  });

  test("changes nothing, and the client may go on with the same connection", async () => {
    const before = await bytesOf(client, at.Key);
    denies = ({ action, resource }) => action !== "s3:GetObject" || resource.endsWith("secret");
    await expect(client.send(new PutObjectCommand({ ...at, Body: Buffer.alloc(1_000_000) }))).rejects.toThrow();
    await expect(client.send(new DeleteObjectCommand(at))).rejects.toThrow();
    expect((await bytesOf(client, at.Key)).equals(before)).toBe(true);
  });

  test("of one key leaves the others of a DeleteObjects", async () => {
    for (const Key of ["gone", "kept"]) await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "x" }));
    denies = ({ action, resource }) => action === "s3:DeleteObject" && resource === `${arn}/kept`;
    const Objects = [{ Key: "gone" }, { Key: "kept" }];
    const { Deleted, Errors } = await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
    expect(Deleted).toEqual([{ Key: "gone" }]);
    expect(Errors).toMatchObject([{ Key: "kept", Code: "AccessDenied" }]);
    expect((await bytesOf(client, "kept")).toString()).toBe("x");
    expect(await keysOf(client, "gone")).toEqual([]);
  });

  test("to list makes an absent key AccessDenied, not NoSuchKey, as on S3", async () => {
    const absent = () => client.send(new GetObjectCommand({ Bucket: bucket, Key: "raw/absent" }));
    await expect(absent()).rejects.toMatchObject({ name: "NoSuchKey" });
    denies = ({ action, conditions }) => action === "s3:ListBucket" && conditions["s3:prefix"] === "raw/absent";
    await expect(absent()).rejects.toMatchObject({ name: "AccessDenied" });
    denies = ({ action }) => action === "s3:ListBucket";
    const head = client.send(new HeadObjectCommand({ Bucket: bucket, Key: "raw/absent" }));
    await expect(head).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  });

  test("an unsigned request has no access key id", async () => {
    denies = ({ accessKeyId }) => accessKeyId === undefined;
    const reply = await rawRequest(lake, "GET", "/lake/raw/a.json");
    expect([reply.status, reply.body]).toEqual([403, expect.stringContaining("An unsigned caller is not allowed")]);
  });
});
