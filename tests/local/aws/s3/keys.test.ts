/** Keys of every kind: they come back exactly, and each has one safe file of its own. */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join, normalize } from "node:path";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import fc from "fast-check";
import { fileNames, uncasedFileNames } from "../../../../local/aws/s3/file-names";
import { bucket, bytesOf, keysOf, type Lake, newDirectory, openLake } from "./harness";

const strange = [
  "with space.txt",
  " edges ",
  "a&b<c>\"d'.txt",
  "a+b.txt",
  "100%.txt",
  "%2e%2e/escaped",
  "?query=1&x#hash",
  "zażółć/gęślą.txt",
  "e\u0301",
  "\u00e9",
  "\u{1F600}.txt",
  "/leading",
  "//",
  "trailing/",
  "a",
  "a/b",
  "a//b",
  "a/.",
  "a/..",
  "..",
  "../../../up.txt",
  ".objects/lake/journal.jsonl",
  "dir.with.dots/file",
  "dir.with.dots",
  "Case.txt",
  "case.txt",
  "CASE.txt",
  "back\\slash",
  "colon:star*|",
  "tab\there\nline\rreturn",
  "\u0001",
  "a%.object",
  "a%~/b",
  "const ctor __proto__",
  "__proto__",
  `long/${"x".repeat(1000)}`,
  "ż".repeat(512),
  `${"deep/".repeat(200)}end`,
];

describe("through the SDK", () => {
  let lake: Lake;
  let around: string;
  beforeAll(async () => {
    around = newDirectory();
    lake = await openLake({ directory: join(around, "lake") });
    for (const Key of strange) await lake.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: `of ${Key}` }));
  });
  afterAll(async () => {
    await lake.stop();
    rmSync(around, { recursive: true });
  });

  test.each(strange)("%j comes back", async (key) => {
    expect((await bytesOf(lake.s3, key)).toString()).toBe(`of ${key}`);
  });

  test("they are listed exactly", async () => {
    expect(await keysOf(lake.s3)).toEqual([...strange].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
  });

  test("nothing lies outside of the directory", () => {
    expect(readdirSync(around)).toEqual(["lake"]);
    expect(readdirSync(lake.directory).sort()).toEqual([".objects", bucket]);
    expect(lake.files()).toHaveLength(strange.length);
  });

  test("they are there after a restart, can be copied, and deleted, one or many", async () => {
    await lake.stop();
    lake = await openLake({ directory: lake.directory });
    for (const key of strange) {
      const CopySource = `${bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
      await lake.s3.send(new CopyObjectCommand({ Bucket: bucket, Key: "copy", CopySource }));
      expect((await bytesOf(lake.s3, "copy")).toString()).toBe(`of ${key}`);
    }
    const half = strange.slice(0, 18);
    for (const Key of half) await lake.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key }));
    const rest = [...strange.slice(18), "copy"].map((Key) => ({ Key }));
    const { Deleted } = await lake.s3.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: rest } }));
    expect(Deleted).toEqual(rest);
    expect(await keysOf(lake.s3)).toEqual([]);
    expect(readdirSync(join(lake.directory, bucket))).toEqual([]);
  });

  test("a key over 1,024 bytes is too long", async () => {
    const put = lake.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "ż".repeat(513), Body: "x" }));
    await expect(put).rejects.toMatchObject({ name: "KeyTooLongError" });
    const head = lake.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: "ż".repeat(513) }));
    await expect(head).rejects.toMatchObject({ name: "NotFound" });
    expect(existsSync(join(around, "lake", ".objects"))).toBe(true);
  });
});

describe("file names", () => {
  const piece = fc.oneof(
    fc.constantFrom("a", "A", "b", "/", ".", "..", "%", "%2E", "%.object", "%~", "~", "object", "é", "x".repeat(199)),
    fc.string({ unit: "binary", maxLength: 3 }),
  );
  const key = fc
    .array(piece, { minLength: 1, maxLength: 8 })
    .map((pieces) => pieces.join(""))
    .filter((text) => text !== "");
  const keys = fc.uniqueArray(key, { minLength: 2, maxLength: 12 });

  /** The way back, written down a second time: no two keys can share a file if each file leads to its key. */
  const keyOf = (path: string) =>
    path
      .replaceAll("%~/~", "")
      .replace(/%\.object$/, "")
      .split("/")
      .map((segment) => (segment === "%" ? "" : decodeURIComponent(segment)))
      .join("/");

  test.each([
    ["cased", fileNames],
    ["uncased", uncasedFileNames],
  ])("%s: any key has a file inside the directory that leads back to it", (_, names) => {
    fc.assert(
      fc.property(key, (key) => {
        const path = names(key);
        expect(keyOf(path)).toBe(key);
        expect(normalize(path)).toBe(path);
        expect(path).toMatch(/^[\w=.,@+%~-][\w=.,@+%~/-]*$/);
        for (const name of path.split("/")) {
          expect(name).toMatch(/^[^.]/);
          expect(name.length).toBeLessThanOrEqual(202);
        }
      }),
    );
  });

  test.each([
    ["cased", fileNames, (path: string) => path],
    ["uncased", uncasedFileNames, (path: string) => path.toLowerCase()],
  ])("%s: no two keys share a file, and no file is another's directory", (_, names, asTheDiskSees) => {
    fc.assert(
      fc.property(keys, (keys) => {
        const paths = keys.map((key) => asTheDiskSees(names(key)));
        expect(new Set(paths).size).toBe(keys.length);
        for (const path of paths) expect(paths.filter((other) => other.startsWith(`${path}/`))).toEqual([]);
      }),
    );
  });

  test("ordinary keys are their own path", () => {
    for (const key of [
      "daily/site=home/date=2025-06-01/readings.jsonl.gz",
      "raw/date=2025-06-01/hour=13/shellyem-5B1F0A.json",
      "staged/site=home/date=2025-06-01/2025-06-01T13.jsonl.gz",
      "reference/zone_days.jsonl",
    ]) {
      expect(fileNames(key)).toBe(key);
    }
  });
});
