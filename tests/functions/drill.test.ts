/** The recovery drill: it passes on a healthy store, names what is not, waits for Glacier, and leaves nothing behind. */

import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { CopyObjectCommand, S3Client } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { makeArchiveDay } from "../../functions/archive-day";
import { makeDrillDay } from "../../functions/drill-day";
import { makeDrillPlan } from "../../functions/drill-plan";
import {
  archiveKey,
  archiveManifestKey,
  dayManifestKey,
  edgesKey,
  prefixes,
  readingsKey,
} from "../../functions/lake/keys";
import { type Lake, referenceOf, run, sourceSteps, startLakes } from "./lake";
import { gen1Line, gen2Line } from "./messages";

const reference = referenceOf({ home: "Europe/Warsaw" }, { from: "2025-05-25", to: "2025-06-10" });
const hourMs = 3_600_000;
const first = Date.parse("2025-06-01T00:00:00Z");
const noon = Date.parse("2025-06-06T12:00:00Z");
const siteDay = "home/2025-06-02";

let now = noon;
let lakes: Awaited<ReturnType<typeof startLakes>>;
let lake: Lake;
let whole: Record<string, string>;
let records: Record<string, unknown>[] = [];

beforeAll(async () => {
  jest.spyOn(console, "log").mockImplementation((record) => void records.push(record));
  lakes = await startLakes(() => now);
  lake = await lakes.open(reference);
  for (let hour = 0; hour < 72; hour += 6) {
    const at = first + hour * hourMs;
    const lines = [10, 50].flatMap((minute) => [
      gen1Line("em-home", 0, "power", 100 + minute, at + minute * 60_000),
      gen2Line("g3-home", "em1:0", { act_power: minute }, at + minute * 60_000 - 300, at + minute * 60_000),
    ]);
    await lake.putRaw(new Date(at).toISOString().slice(0, 13), "a.gz", lines, hour % 12 === 0 ? "gzip" : "plain");
  }
  await run(sourceSteps(lake), { now: new Date(noon).toISOString() });
  // As it is after a month.
  for (const folder of [prefixes.raw, prefixes.staged])
    for (const key of await lake.keys(folder)) await lake.remove(key);
  whole = await lake.dump("");
});
afterAll(() => lakes.close());
beforeEach(() => {
  records = [];
  now = noon;
  Object.assign(process.env, lake.environment);
});

const drill = async () => {
  const { passed, told } = await makeDrillDay()({ siteDay });
  return { passed, differences: told.split("\n  ").slice(1) };
};
const bytesOf = (key: string) => Buffer.from(whole[key] ?? "", "base64");
/** With an object changed, and put back after. */
async function changed<T>(key: string, bytes: Buffer | undefined, work: () => Promise<T>): Promise<T> {
  await (bytes ? lake.put(key, bytes) : lake.remove(key));
  try {
    return await work();
  } finally {
    await lake.put(key, bytesOf(key));
  }
}

test("a healthy day passes; its record says so, and the lake is as it was", async () => {
  expect(await drill()).toEqual({ passed: true, differences: [] });
  expect(records.at(-1)).toMatchObject({ unit: "drill-day", passed: true, differences: 0, hours: 4, readings: 16 });
  expect(await lake.dump("")).toEqual(whole);
});

test("of a fleet's archive the site's own part is collected, and a difference shows all the same", async () => {
  process.env.PART_MEBIBYTES = "0.00001";
  try {
    expect(await drill()).toEqual({ passed: true, differences: [] });
    const other = Buffer.concat([bytesOf(readingsKey("home", "2025-06-02")), Buffer.from([0])]);
    const { passed } = await changed(readingsKey("home", "2025-06-02"), other, drill);
    expect(passed).toBe(false);
    expect(await lake.dump("")).toEqual(whole);
  } finally {
    delete process.env.PART_MEBIBYTES;
  }
});

test.each([archiveKey("2025-06-02"), readingsKey("home", "2025-06-02"), edgesKey("home", "2025-06-02")])(
  "one byte of %s, any of them",
  async (key) => {
    const whichever = fc.record({ at: fc.nat(bytesOf(key).length - 1), bit: fc.nat(7) });
    await fc.assert(
      fc.asyncProperty(whichever, async ({ at, bit }) => {
        const bytes = bytesOf(key);
        bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
        const { passed, differences } = await changed(key, bytes, drill);
        expect(passed).toBe(false);
        expect(differences[0]).toContain(key);
      }),
      { numRuns: 5, seed: 19, examples: [[{ at: 0, bit: 0 }], [{ at: bytesOf(key).length - 1, bit: 7 }]] },
    );
    expect(await lake.dump("")).toEqual(whole);
  },
);

test("a message that is missing in an archive, although all of its checksums are right", async () => {
  const date = "2025-06-02";
  await fc.assert(
    fc.asyncProperty(fc.nat(3), fc.nat(3), async (hour, line) => {
      // The archive of raw messages that lack one, as archive-day itself makes it.
      const other = await lakes.open(reference);
      const left: string[] = [];
      for (let each = 0; each < 4; each++) {
        const at = first + (24 + each * 6) * hourMs;
        const lines = [10, 50].flatMap((minute) => [
          gen1Line("em-home", 0, "power", 100 + minute, at + minute * 60_000),
          gen2Line("g3-home", "em1:0", { act_power: minute }, at + minute * 60_000 - 300, at + minute * 60_000),
        ]);
        if (each === hour) left.push(...lines.splice(line, 1));
        await other.putRaw(
          new Date(at).toISOString().slice(0, 13),
          "a.gz",
          lines,
          (each * 6) % 12 === 0 ? "gzip" : "plain",
        );
      }
      Object.assign(process.env, other.environment);
      await makeArchiveDay()({ date });
      const forged = [archiveKey(date), archiveManifestKey(date)] as const;
      const [archive, manifest] = [await other.get(forged[0]), await other.get(forged[1])];
      Object.assign(process.env, lake.environment);
      const { passed, differences } = await changed(forged[0], archive, () => changed(forged[1], manifest, drill));
      expect(passed).toBe(false);
      expect(differences[0]).toMatch(
        /^daily\/site=home\/date=2025-06-02\/readings\.jsonl\.gz differs at line \d+ \(16 lines, made again 15\): the record has \{"ts":"2025-06-02T/,
      );
      expect(left).toHaveLength(1);
    }),
    { numRuns: 3, seed: 19 },
  );
});

test("a reading that is missing in the record, and a whole file", async () => {
  const key = readingsKey("home", "2025-06-02");
  const lines = gunzipSync(bytesOf(key)).toString().trimEnd().split("\n");
  const shorter = gzipSync(`${lines.toSpliced(5, 1).join("\n")}\n`, { level: 6 });
  expect((await changed(key, shorter, drill)).differences).toEqual([
    `${key} differs at line 6 (15 lines, made again 16): the record has ${lines[6]}, made again it is ${lines[5]}`,
  ]);
  expect((await changed(key, undefined, drill)).differences).toEqual([`${key} is missing in the record`]);
  const archive = archiveKey("2025-06-02");
  const differences = (await changed(archive, undefined, drill)).differences;
  expect(differences[0]).toContain(archive);
});

test("a manifest of the day that says something else", async () => {
  const key = dayManifestKey("home", "2025-06-02");
  const manifest = JSON.parse(bytesOf(key).toString());
  const other = Buffer.from(`${JSON.stringify({ ...manifest, duplicates: 1 })}\n`);
  const { passed, differences } = await changed(key, other, drill);
  expect(passed).toBe(false);
  expect(differences[0]).toContain(`${key} differs at line 1`);
});

test("picks a day of which all messages are archived, the same one for the same drill, and others at other times", async () => {
  const plan = makeDrillPlan();
  const picked = new Set<string | null>();
  for (let month = 1; month <= 12; month++) {
    const at = `2025-${String(month).padStart(2, "0")}-03T03:40:00.000Z`;
    const { siteDay: day, frozen } = await plan({ now: at });
    expect(frozen).toBe(false);
    expect((await plan({ now: at })).siteDay).toBe(day);
    picked.add(day);
  }
  expect([...picked].sort()).toEqual(["home/2025-06-01", "home/2025-06-02", "home/2025-06-03"]);
  const young = await lakes.open(reference);
  Object.assign(process.env, young.environment);
  expect(await makeDrillPlan()({ now: "2025-07-03T03:40:00.000Z" })).toMatchObject({ siteDay: null, frozen: false });
});

test("what lies in Glacier is asked for, once, and drilled when it has come", async () => {
  const { AWS_ENDPOINT_URL_S3: endpoint, AWS_REGION: region, LAKE_BUCKET: Bucket } = lake.environment;
  const s3 = new S3Client({ endpoint, region, credentials: { accessKeyId: "test", secretAccessKey: "test" } });
  // As a life cycle rule moves it.
  const move = (Key: string, StorageClass: "GLACIER" | "STANDARD") =>
    s3.send(
      new CopyObjectCommand({
        Bucket,
        Key,
        CopySource: `${Bucket}/${Key}`,
        MetadataDirective: "REPLACE",
        StorageClass,
      }),
    );
  const frozen = archiveKey("2025-06-02");
  const plan = makeDrillPlan();
  const event = { now: new Date(noon).toISOString(), siteDay };
  try {
    await move(frozen, "GLACIER");
    await expect(lake.get(frozen)).rejects.toMatchObject({ name: "InvalidObjectState" });
    await expect(drill()).rejects.toMatchObject({ name: "InvalidObjectState" });
    expect(await plan(event)).toMatchObject({ siteDay, frozen: true });
    now += 6 * hourMs;
    expect(await plan(event)).toMatchObject({ frozen: true });
    now += 6 * hourMs;
    expect(await plan(event)).toMatchObject({ frozen: false });
    expect(await drill()).toMatchObject({ passed: true });
    now += 4 * 24 * hourMs;
    await expect(lake.get(frozen)).rejects.toMatchObject({ name: "InvalidObjectState" });
    expect(await plan(event)).toMatchObject({ frozen: true });
  } finally {
    await lake.put(frozen, bytesOf(frozen));
    s3.destroy();
  }
  expect(
    createHash("md5")
      .update(await lake.get(frozen))
      .digest("hex"),
  ).toBe(createHash("md5").update(bytesOf(frozen)).digest("hex"));
});
