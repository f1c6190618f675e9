/** `npm run rebuild`: whatever is lost or damaged of what follows from the archives is there again, byte for byte. */
import { gzipSync } from "node:zlib";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import fc from "fast-check";
import {
  archiveKey,
  archiveManifestKey,
  checkpointKey,
  dayIndexKey,
  dayIndexPrefix,
  dayManifestKey,
  edgesKey,
  hourManifestKey,
  prefixes,
  quarantineKey,
  readingsKey,
  stagedKey,
} from "../../functions/lake/keys";
import { makeLakeStore } from "../../functions/lake/store";
import { readArguments } from "../../tools/rebuild/arguments";
import { type Part, rebuild } from "../../tools/rebuild/rebuild";
import { type Lake, referenceOf, run, sourceSteps, startLakes } from "../functions/lake";
import { gen1Line, gen2Line } from "../functions/messages";

const reference = referenceOf(
  { home: "Europe/Warsaw", far: "America/New_York" },
  { from: "2025-05-20", to: "2025-06-20" },
);
const now = "2025-06-06T12:00:00.000Z";
const hourMs = 3_600_000;
const first = Date.parse("2025-06-01T00:00:00Z");
const derived = [prefixes.staged, prefixes.daily, prefixes.quarantine, prefixes.manifests];

let lakes: Awaited<ReturnType<typeof startLakes>>;
/** A lake that most tests damage, and what it is before and after each of them. */
let lake: Lake;
let before: Record<string, string>;
beforeAll(async () => {
  jest.spyOn(console, "log").mockImplementation();
  lakes = await startLakes(() => Date.parse(now));
  lake = await lakes.open(reference);
  before = await fill(lake);
});
afterEach(async () => {
  const after = await lake.dump("");
  for (const key of Object.keys(after)) if (!(key in before)) await lake.remove(key);
  for (const [key, bytes] of Object.entries(before))
    if (after[key] !== bytes) await lake.put(key, Buffer.from(bytes, "base64"));
});
afterAll(() => lakes.close());

/** Three days of both generations at two sites: buffers over the hour's end, garbage, duplicates, an object late by a day. */
async function fill(lake: Lake) {
  const linesOf = (at: number) =>
    [10, 50, 65].flatMap((minute) => {
      const arrival = at + minute * 60_000;
      return ["home", "far"].flatMap((site) => [
        gen1Line(`em-${site}`, 0, "power", 100 + minute, arrival),
        gen2Line(`g3-${site}`, "em1:0", { act_power: minute }, arrival - 300, arrival),
      ]);
    });
  for (let hour = 0; hour < 72; hour += 8) {
    const at = first + hour * hourMs;
    const name = new Date(at).toISOString().slice(0, 13);
    await lake.putRaw(name, "a.gz", [...linesOf(at), "garbage"], hour % 16 === 0 ? "gzip" : "plain");
    if (hour % 24 === 0) await lake.putRaw(name, "b.json", linesOf(at).slice(0, 1), "plain");
  }
  await run(sourceSteps(lake), { now });
  await lake.putRaw("2025-06-01T08", "late.gz", linesOf(first + 9 * hourMs));
  await run(sourceSteps(lake), { now, from: "2025-06-01T08", to: "2025-06-01T09" });
  return lake.dump("");
}

async function rebuilt(lake: Lake, part: Part = {}) {
  const { AWS_ENDPOINT_URL_S3: endpoint, AWS_REGION: region, LAKE_BUCKET } = lake.environment;
  const s3 = new S3Client({ endpoint, region, credentials: { accessKeyId: "test", secretAccessKey: "test" } });
  const told: string[] = [];
  const steps = sourceSteps(lake);
  try {
    const right = await rebuild(part, {
      lake: makeLakeStore("", s3, LAKE_BUCKET),
      run: (input) => run(steps, { now, ...input }),
      print: (line) => void told.push(line),
      asking: (dates) => `Glacier: ${dates.join(", ")}`,
    });
    return { right, told };
  } finally {
    s3.destroy();
  }
}

const lose = async (lake: Lake, keys: readonly string[]) => {
  for (const key of keys) await lake.remove(key);
};
const keysOf = async (lake: Lake, folders: readonly string[]) =>
  (await Promise.all(folders.map((folder) => lake.keys(folder)))).flat();

test("all that follows from archive/ and reference/ together, with raw messages or without", async () => {
  for (const folders of [derived, [...derived, prefixes.raw]]) {
    await lose(lake, await keysOf(lake, folders));
    const { right, told } = await rebuilt(lake);
    expect(told.filter((line) => line.startsWith("!"))).toEqual([]);
    expect(right).toBe(true);
    expect(await lake.dump("")).toEqual(before);
  }
});

test("any part of it", async () => {
  const losable = Object.keys(before).filter((key) =>
    [...derived, prefixes.raw].some((folder) => key.startsWith(folder)),
  );
  await fc.assert(
    fc.asyncProperty(fc.subarray(losable), async (lost) => {
      await lose(lake, lost);
      const { right } = await rebuilt(lake);
      expect(right).toBe(true);
      expect(await lake.dump("")).toEqual(before);
    }),
    { numRuns: 3, seed: 19 },
  );
});

const hour = "2025-06-02T08";
test.each([
  stagedKey("home", "2025-06-02", hour),
  readingsKey("home", "2025-06-02"),
  edgesKey("home", "2025-06-02"),
  dayManifestKey("far", "2025-06-02"),
  hourManifestKey(hour),
  quarantineKey(hour),
  archiveManifestKey("2025-06-02"),
  dayIndexKey("home"),
  checkpointKey,
  `raw/date=2025-06-02/hour=08/a.gz`,
])("--only %s, damaged and the raw messages gone", async (key) => {
  expect(Object.keys(before)).toContain(key);
  await lose(lake, await lake.keys(prefixes.raw));
  await lose(lake, await lake.keys(prefixes.staged));
  await lake.put(key, "damaged");
  expect((await rebuilt(lake, { only: key })).right).toBe(true);
  // Days next to it that are the same, but of which not all messages are staged any more, say so in their manifests.
  const carried = new Set<string>();
  for (const each of await lake.keys(`${prefixes.manifests}days/`))
    if ((await lake.json(each)).carries) carried.add(each);
  expect(carried.has(key)).toBe(false);
  const isSame = (each: string) =>
    !carried.has(each) &&
    ![prefixes.raw, prefixes.staged, ...(carried.size > 0 ? [dayIndexPrefix] : [])].some((folder) =>
      each.startsWith(folder),
    );
  const same = (all: Record<string, string>) =>
    Object.fromEntries(Object.entries(all).filter(([each]) => isSame(each)));
  const after = await lake.dump("");
  expect(same(after)).toEqual(same(before));
  expect(after[key]).toBe(carried.size > 0 && key.startsWith(dayIndexPrefix) ? after[key] : before[key]);
});

test("an archive is made again of its raw messages, and of nothing else", async () => {
  const key = archiveKey("2025-06-02");
  await lake.put(key, "damaged");
  expect((await rebuilt(lake, { only: key })).right).toBe(true);
  expect(await lake.dump(prefixes.archive)).toEqual(
    Object.fromEntries(Object.entries(before).filter(([each]) => each.startsWith(prefixes.archive))),
  );
  await lose(lake, ["raw/date=2025-06-02/hour=08/a.gz"]);
  await lake.put(key, "damaged");
  await expect(rebuilt(lake, { only: key })).rejects.toThrow(`${key} is the only copy of 1 raw object`);
});

test("a damaged archive is told, and nothing is removed", async () => {
  await lose(lake, await lake.keys(prefixes.raw));
  const key = archiveKey("2025-06-02");
  const bytes = await lake.get(key);
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  await lake.put(key, bytes);
  const record = await lake.dump(prefixes.daily);
  const manifests = await lake.dump(prefixes.manifests);
  await expect(rebuilt(lake)).rejects.toThrow(`${key} is damaged: its bytes are not those of its manifest.`);
  // Also where no manifest says what it should be.
  await lose(lake, [archiveManifestKey("2025-06-02")]);
  await expect(rebuilt(lake)).rejects.toThrow(`${key} is damaged: `);
  expect(await lake.dump(prefixes.daily)).toEqual(record);
  expect(Object.keys(await lake.dump(prefixes.manifests))).toHaveLength(Object.keys(manifests).length - 1);
});

test("what no archive has stays in the record, and is told", async () => {
  // A day that was never archived, and whose raw messages are gone.
  await lose(lake, [archiveKey("2025-06-02"), archiveManifestKey("2025-06-02")]);
  await lose(lake, await lake.keys("raw/date=2025-06-02/"));
  await lose(lake, await lake.keys(prefixes.staged));
  const { right, told } = await rebuilt(lake, { from: "2025-06-01", to: "2025-06-02" });
  expect(right).toBe(false);
  expect(told).toContainEqual(
    expect.stringMatching(
      /^! far\/2025-06-01 keeps its readings: it has some of staged\/.*T00.jsonl.gz, which is not rebuilt/,
    ),
  );
  const record = (all: Record<string, string>) => Object.entries(all).filter(([key]) => key.startsWith(prefixes.daily));
  expect(record(await lake.dump(""))).toEqual(record(before));
});

test("an object that Firehose put in parts comes back in one piece, and nothing is missing", async () => {
  const lake = await lakes.open(reference);
  const { AWS_ENDPOINT_URL_S3: endpoint, AWS_REGION: region, LAKE_BUCKET: Bucket } = lake.environment;
  const s3 = new S3Client({ endpoint, region, credentials: { accessKeyId: "test", secretAccessKey: "test" } });
  const Key = "raw/date=2025-06-02/hour=08/large.gz";
  try {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const Body = gzipSync(`${gen1Line("em-home", 0, "power", 7, first + 32 * hourMs)}\n`);
    const { ETag } = await s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body }));
    const MultipartUpload = { Parts: [{ ETag, PartNumber: 1 }] };
    await s3.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload }));
  } finally {
    s3.destroy();
  }
  const whole = await fill(lake);
  expect((await lake.json(archiveManifestKey("2025-06-02"))).inputs).toContainEqual({
    key: Key,
    etag: expect.stringMatching(/-1"$/),
  });
  await lose(lake, await keysOf(lake, [prefixes.daily, prefixes.staged, prefixes.raw]));
  expect((await rebuilt(lake)).right).toBe(true);
  const kept = (all: Record<string, string>) =>
    Object.entries(all).filter(([key]) =>
      [prefixes.daily, prefixes.staged, prefixes.raw].some((folder) => key.startsWith(folder)),
    );
  expect(kept(await lake.dump(""))).toEqual(kept(whole));
});

test("archives of before, which have the messages alone, make the same record", async () => {
  for (const key of await lake.keys(prefixes.archive)) {
    const lines = await lake.lines(key);
    await lake.put(key, gzipSync(lines.map((line) => `${line}\n`).join("")));
  }
  await lose(lake, await keysOf(lake, [...derived, prefixes.raw]));
  expect((await rebuilt(lake)).right).toBe(true);
  const record = (all: Record<string, string>) => Object.entries(all).filter(([key]) => key.startsWith(prefixes.daily));
  expect(record(await lake.dump(""))).toEqual(record(before));
});

describe("arguments", () => {
  test("a file by its path, its key or its address; the local cloud unless a stack is named", () => {
    const key = "daily/site=home/date=2025-06-02/readings.jsonl.gz";
    for (const path of [key, `.wattlake/demo-dev/s3/lake-bucket/${key}`, `s3://bucket/${key}`])
      expect(readArguments(["--only", path])).toMatchObject({ only: key, local: true, stack: "dev" });
    expect(readArguments(["--stack", "prod"])).toMatchObject({ local: false, stack: "prod" });
    expect(readArguments(["--stack", "prod", "--local"])).toMatchObject({ local: true, stack: "prod" });
  });

  test.each([
    [["--only", "home.json"], /^--only must lie in raw\/, errors\/, /],
    [["--only", "daily/x", "--from", "2025-06-01"], "--only does not go with --from or --to."],
    [["--from", "2025-06-02", "--to", "2025-06-01"], "--from must not be after --to."],
    [["--from", "June"], "--from must be a day YYYY-MM-DD."],
  ])("%j is refused", (args, message) => {
    expect(() => readArguments(args)).toThrow(message);
  });
});
