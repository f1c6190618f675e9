/** ListObjectsV2: order, pages, common prefixes; and the bucket operations. */
import {
  CreateBucketCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import fc from "fast-check";
import { compareKeys, KeyIndex, type Position, pageOf } from "../../../../local/aws/s3/key-index";
import { bucket, instant, keysOf, type Lake, newDirectory, openLake, seed } from "./harness";

let lake: Lake;
const hours = Array.from({ length: 2500 }, (_, index) => `raw/hour=${index % 24}/${index}.json`);
const inOrder = (keys: Iterable<string>) => [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));

beforeAll(async () => {
  const directory = newDirectory();
  seed(directory, hours);
  lake = await openLake({ directory });
  const put = (key: string) => lake.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: key }));
  for (const key of ["b", "a-b", "a/b", "a", "a/", "a.b", "\u{1F600}", "\uFF01", "zażółć", "B"])
    await put(`order/${key}`);
});
afterAll(() => lake.close());

const list = (query: Partial<ListObjectsV2CommandInput>) =>
  lake.s3.send(new ListObjectsV2Command({ Bucket: bucket, ...query }));

/** Follows the pages; each must be full, but for the last. */
async function pages(query: Partial<ListObjectsV2CommandInput>) {
  const found: { keys: string[]; prefixes: string[] }[] = [];
  let token: string | undefined;
  do {
    const page = await list({ ...query, ...(token && { ContinuationToken: token }) });
    found.push({
      keys: (page.Contents ?? []).map(({ Key }) => Key ?? ""),
      prefixes: (page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix ?? ""),
    });
    expect(page.IsTruncated).toBe(page.NextContinuationToken !== undefined);
    token = page.NextContinuationToken;
  } while (token);
  return found;
}

describe("ListObjectsV2", () => {
  test("2,500 keys come in three pages, each once, in the order of their UTF-8 bytes", async () => {
    const found = await pages({ Prefix: "raw/" });
    expect(found.map(({ keys }) => keys.length)).toEqual([1000, 1000, 500]);
    expect(found.flatMap(({ keys }) => keys)).toEqual(inOrder(hours));
  });

  test("MaxKeys makes smaller pages, and is never more than 1,000", async () => {
    expect((await pages({ Prefix: "raw/", MaxKeys: 700 })).map(({ keys }) => keys.length)).toEqual([
      700, 700, 700, 400,
    ]);
    expect((await list({ MaxKeys: 5000 })).Contents).toHaveLength(1000);
    expect(await list({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false });
  });

  test("keys that a naive order would mix up are in the order of their bytes", async () => {
    const keys = ["B", "a", "a-b", "a.b", "a/", "a/b", "b", "zażółć", "\uFF01", "\u{1F600}"];
    expect(await keysOf(lake.s3, "order/")).toEqual(keys.map((key) => `order/${key}`));
  });

  test("a delimiter rolls keys up, also over pages", async () => {
    const folders = inOrder(Array.from({ length: 24 }, (_, hour) => `raw/hour=${hour}/`));
    const one = await pages({ Prefix: "raw/", Delimiter: "/" });
    expect(one).toEqual([{ keys: [], prefixes: folders }]);
    const several = await pages({ Prefix: "raw/", Delimiter: "/", MaxKeys: 7 });
    expect(several.map(({ prefixes }) => prefixes.length)).toEqual([7, 7, 7, 3]);
    expect(several.flatMap(({ prefixes }) => prefixes)).toEqual(folders);
    const mixed = await list({ Prefix: "order/", Delimiter: "/" });
    expect(mixed.CommonPrefixes).toEqual([{ Prefix: "order/a/" }]);
    expect(mixed.KeyCount).toBe(9);
  });

  test("StartAfter begins behind a key, present or not", async () => {
    expect((await list({ Prefix: "order/", StartAfter: "order/a.b" })).Contents?.[0]?.Key).toBe("order/a/");
    expect((await list({ Prefix: "order/", StartAfter: "order/a.c" })).Contents?.[0]?.Key).toBe("order/a/");
  });

  test("an entry tells size, ETag and the injected time", async () => {
    const entry = (await list({ Prefix: "order/B" })).Contents?.[0];
    expect(entry).toMatchObject({ Size: 7, LastModified: new Date(instant), StorageClass: "STANDARD" });
    expect(entry?.ETag).toMatch(/^"[\da-f]{32}"$/);
  });

  test("EncodingType=url encodes keys and prefixes", async () => {
    const page = await list({ Prefix: "order/za", EncodingType: "url" });
    expect(page.EncodingType).toBe("url");
    expect(page.Contents?.map(({ Key }) => decodeURIComponent(Key ?? ""))).toEqual(["order/zażółć"]);
    expect(page.Contents?.[0]?.Key).not.toContain("ż");
  });

  test.each([[{ ContinuationToken: "made-up" }], [{ MaxKeys: -1 }]])("%j is an InvalidArgument", async (query) => {
    await expect(list(query)).rejects.toMatchObject({ name: "InvalidArgument" });
  });
});

describe("pages, for any keys", () => {
  const key = fc.string({ unit: fc.constantFrom("a", "b", "/", "-", "é", "\uFF01", "\u{1F600}"), maxLength: 6 });

  test("keys compare as the bytes of their UTF-8", () => {
    const text = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
  });

  test("together they hold each key or its common prefix once, in order", () => {
    const query = fc.record({
      prefix: key,
      delimiter: fc.constantFrom("", "/", "a/"),
      limit: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(key, { maxLength: 30 }), query, (keys, { prefix, delimiter, limit }) => {
        const ordered = inOrder(keys);
        const found: string[] = [];
        let start: Position | undefined;
        do {
          const page = pageOf(ordered, { prefix, delimiter, limit, start });
          const entries = [...page.keys, ...page.commonPrefixes];
          expect(entries.length).toBe(page.next ? limit : entries.length);
          found.push(...inOrder(entries));
          start = page.next;
        } while (start);
        const rolled = ordered
          .filter((name) => name.startsWith(prefix))
          .map((name) => {
            const cut = delimiter ? name.indexOf(delimiter, prefix.length) : -1;
            return cut < 0 ? name : name.slice(0, cut + delimiter.length);
          });
        expect(found).toEqual([...new Set(rolled)]);
      }),
    );
  });

  test("the index follows any additions and removals", () => {
    const change = fc.record({ key: fc.constantFrom("a", "b", "c", "d", "e"), look: fc.boolean() });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const index = new KeyIndex();
        const model = new Set<string>();
        for (const { key, look } of changes) {
          if (model.delete(key)) index.remove(key);
          else {
            model.add(key);
            index.add(key);
          }
          if (look) expect(index.ordered()).toEqual([...model].sort());
        }
        expect(index.ordered()).toEqual([...model].sort());
      }),
    );
  });
});

describe("buckets", () => {
  test("are created, found, listed and located", async () => {
    const LocationConstraint = "eu-central-1" as const;
    await lake.s3.send(
      new CreateBucketCommand({ Bucket: "archive", CreateBucketConfiguration: { LocationConstraint } }),
    );
    await lake.s3.send(new HeadBucketCommand({ Bucket: "archive" }));
    await expect(lake.s3.send(new HeadBucketCommand({ Bucket: "absent" }))).rejects.toMatchObject({ name: "NotFound" });
    expect(await lake.s3.send(new GetBucketLocationCommand({ Bucket: "archive" }))).toMatchObject({
      LocationConstraint,
    });
    const { Buckets } = await lake.s3.send(new ListBucketsCommand({}));
    expect(Buckets).toEqual([
      { Name: "archive", CreationDate: new Date(instant) },
      { Name: bucket, CreationDate: new Date(instant) },
    ]);
  });

  test("creating one again fails through S3, and is nothing to the program", async () => {
    const again = lake.s3.send(new CreateBucketCommand({ Bucket: bucket }));
    await expect(again).rejects.toMatchObject({ name: "BucketAlreadyOwnedByYou" });
    lake.server.createBucket(bucket);
    expect((await list({ MaxKeys: 1 })).KeyCount).toBe(1);
  });

  test("every bucket has its own keys", async () => {
    lake.server.createBucket("mirror");
    await lake.s3.send(new PutObjectCommand({ Bucket: "mirror", Key: "only/here", Body: "x" }));
    expect((await lake.s3.send(new ListObjectsV2Command({ Bucket: "mirror" }))).KeyCount).toBe(1);
    expect(await keysOf(lake.s3, "only/")).toEqual([]);
  });
});
