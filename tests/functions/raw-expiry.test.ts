/** Raw messages go once their archive is verified and not before; a day that stays unarchived is told long before. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeArchiveDay } from "../../functions/archive-day";
import { makeArchiveCheck } from "../../functions/lake/archive-check";
import { makeArchiveForm } from "../../functions/lake/archive-form";
import { archiveKey, archiveManifestKey, rawDayPrefix, restoredKey } from "../../functions/lake/keys";
import { makeScratch } from "../../functions/lake/spool";
import { makeLakeStore } from "../../functions/lake/store";
import { type Lake, referenceOf, sourceSteps, startLakes } from "./lake";

const reference = referenceOf({ a: "UTC" }, { from: "2025-05-20", to: "2025-07-31" });
const dayMs = 86_400_000;
const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const first = Date.parse("2025-06-01T00:00:00Z");

let now = first;
let lakes: Awaited<ReturnType<typeof startLakes>>;
let records: Record<string, unknown>[];
beforeAll(async () => {
  jest.spyOn(console, "log").mockImplementation((record) => void records.push(record));
  lakes = await startLakes(() => now);
});
beforeEach(() => {
  records = [];
});
afterAll(() => lakes.close());

const rawOf = (lake: Lake, date: string) => lake.keys(rawDayPrefix(date));

/** Days of two objects each, archived on the day after but for those that are left out. */
async function live(days: number, { rawDays = 7, without = [] as string[] } = {}) {
  const lake = await lakes.open(reference);
  Object.assign(process.env, lake.environment, { RAW_DAYS: String(rawDays) });
  const archive = makeArchiveDay();
  for (let day = 0; day < days; day++) {
    now = first + day * dayMs;
    for (const hour of ["03", "23"]) await lake.putRaw(`${dayOf(now)}T${hour}`, "a.gz", [`${day}`]);
    now += dayMs + 4 * 3_600_000;
    if (!without.includes(dayOf(first + day * dayMs))) await archive({ date: dayOf(first + day * dayMs) });
  }
  return { lake, archive };
}

test("a day's raw messages go after their time, once they are archived", async () => {
  const { lake } = await live(12, { without: ["2025-06-02"] });
  const left = await Promise.all(
    Array.from({ length: 12 }, async (_, day) => (await rawOf(lake, dayOf(first + day * dayMs))).length),
  );
  expect(left).toEqual([0, 2, 0, 0, 2, 2, 2, 2, 2, 2, 2, 2]);
  expect(records.filter(({ unit }) => unit === "remove-raw").map(({ objects }) => objects)).toEqual([2, 2, 2]);
});

test("what the manifest does not have stays: a late object, a changed one, a day whose manifest is not verified", async () => {
  const { lake, archive } = await live(4);
  now = first + 4 * dayMs;
  await lake.putRaw("2025-06-01T05", "late.gz", ["late"]);
  await lake.putRaw("2025-06-02T03", "a.gz", ["another"]);
  const { messages, ...unverified } = await lake.json(archiveManifestKey("2025-06-03"));
  expect(messages).toBe(2);
  await lake.put(archiveManifestKey("2025-06-03"), JSON.stringify(unverified));
  await lake.put(restoredKey("2025-06-04T03"), "came back");
  now = first + 30 * dayMs;
  await archive({ date: "2025-06-30" });
  expect(await rawOf(lake, "2025-06-01")).toEqual(["raw/date=2025-06-01/hour=05/late.gz"]);
  expect(await rawOf(lake, "2025-06-02")).toEqual(["raw/date=2025-06-02/hour=03/a.gz"]);
  expect(await rawOf(lake, "2025-06-03")).toHaveLength(2);
  expect(await rawOf(lake, "2025-06-04")).toEqual([]);
});

test("what has come back lately stays as long as if it were new", async () => {
  const { lake, archive } = await live(2);
  now = first + 30 * dayMs;
  await lake.put(restoredKey("2025-06-01T03"), "came back");
  await archive({ date: "2025-07-01" });
  expect(await rawOf(lake, "2025-06-01")).toEqual([restoredKey("2025-06-01T03")]);
});

test("an archive that does not give its objects back is not recorded, whichever byte is wrong", async () => {
  const { lake } = await live(1);
  Object.assign(process.env, lake.environment);
  const store = makeLakeStore();
  const objects = await store.list(rawDayPrefix("2025-06-01"));
  const good = await lake.get(archiveKey("2025-06-01"));
  const { output } = await lake.json(archiveManifestKey("2025-06-01"));
  const folder = mkdtempSync(join(tmpdir(), "wattlake-check-"));
  const scratch = makeScratch();
  const checking = (bytes: Buffer, expected = output.sha256) => {
    const damaged = { ...store, getFile: async (_: string, path: string) => writeFileSync(path, bytes) };
    return makeArchiveCheck(damaged, makeArchiveForm())("the archive", expected, objects, scratch);
  };
  try {
    expect(await checking(good)).toBe(2);
    for (let at = 0; at < good.length; at += 7) {
      const bad = Buffer.from(good);
      bad[at] = (bad[at] ?? 0) ^ 0x10;
      await expect(checking(bad)).rejects.toThrow("the archive does not read back as it was written");
    }
    await lake.putRaw("2025-06-01T04", "b.gz", ["not in it"]);
    objects.push(...(await store.list("raw/date=2025-06-01/hour=04/")));
    await expect(checking(good)).rejects.toThrow("does not give raw/date=2025-06-01/hour=04/b.gz back");
  } finally {
    scratch.dispose();
    rmSync(folder, { recursive: true });
  }
});

test("a run tells which days lie unarchived for more than three days", async () => {
  const { lake } = await live(10, { without: ["2025-06-03", "2025-06-05", "2025-06-09"] });
  const { plan } = sourceSteps(lake);
  records = [];
  await plan({ now: "2025-06-11T12:00:00.000Z" });
  expect(records).toMatchObject([{ unit: "plan-run", unarchivedDays: 2, unarchived: ["2025-06-03", "2025-06-05"] }]);
  await plan({ now: "2025-06-05T12:00:00.000Z" });
  expect(records.at(-1)).toMatchObject({ unarchivedDays: 0 });
});
