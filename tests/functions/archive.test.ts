/** An archive gives each raw object back, byte by byte, and its manifest is written only where it does. */
import { createHash, randomBytes } from "node:crypto";
import fs, { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { makeArchiveForm } from "../../functions/lake/archive-form";
import { archiveKey, archiveManifestKey, prefixes, rawHourPrefix } from "../../functions/lake/keys";
import { referenceOf, sourceSteps, startLakes } from "./lake";

const reference = referenceOf({ a: "UTC" }, { from: "2025-05-20", to: "2025-07-31" });
const date = "2025-06-01";
const form = makeArchiveForm();
let lakes: Awaited<ReturnType<typeof startLakes>>;
let folder: string;
beforeAll(async () => {
  jest.spyOn(console, "log").mockImplementation();
  lakes = await startLakes();
  folder = mkdtempSync(join(tmpdir(), "wattlake-archive-"));
});
afterAll(async () => {
  await lakes.close();
  rmSync(folder, { recursive: true });
});

async function objectsOf(archive: Buffer): Promise<Record<string, string>> {
  const path = join(folder, "archive");
  writeFileSync(path, archive);
  const parts = new Map<string, Buffer>();
  for (const { key, bytes } of form.objectsOf(path, () => true))
    parts.set(key, Buffer.concat([parts.get(key) ?? Buffer.alloc(0), bytes]));
  return Object.fromEntries(Array.from(parts, ([key, bytes]) => [key, bytes.toString("base64")]));
}

const content = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.string({ maxLength: 200 }).map((text) => Buffer.from(text)),
  fc.array(fc.string({ maxLength: 40 }), { maxLength: 9 }).map((lines) => Buffer.from(lines.join("\n"))),
  fc.array(fc.string({ maxLength: 40 }), { maxLength: 9 }).map((lines) => gzipSync(lines.join("\n"))),
);

test("a day is on disk once: what is put is gone before it is read back, and a large object once it is packed", async () => {
  const lake = await lakes.open(reference);
  const large = randomBytes(9 * 1024 * 1024);
  for (const name of ["a", "b"]) await lake.put(`${rawHourPrefix(`${date}T10`)}${name}`, gzipSync(large, { level: 0 }));
  const { createWriteStream } = fs;
  /** What lay beside each file of the scratch folder when it was begun, bytes. */
  const beside: number[] = [];
  const spy = jest.spyOn(fs, "createWriteStream").mockImplementation((path, options) => {
    const scratch = dirname(String(path));
    const sizes = readdirSync(scratch).map((name) => statSync(join(scratch, name)).size);
    if (scratch.includes("wattlake-")) beside.push(sizes.reduce((sum, size) => sum + size, 0));
    return createWriteStream(path, options);
  });
  try {
    await sourceSteps(lake).archive({ date });
  } finally {
    spy.mockRestore();
  }
  // The archive, the first object, the second one, and the archive that is read back.
  expect(beside).toHaveLength(4);
  expect(beside.at(-1)).toBe(0);
  expect(beside[2]).toBeLessThan(1.5 * large.length);
});

test("whatever the objects are, and whenever they come", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(23), content, fc.boolean()), { minLength: 1, maxLength: 12 }),
      async (all) => {
        const lake = await lakes.open(reference);
        const { archive } = sourceSteps(lake);
        for (const late of [false, true]) {
          for (const [index, [hour, bytes, comesLate]] of all.entries())
            if (comesLate === late)
              await lake.put(`${rawHourPrefix(`${date}T${String(hour).padStart(2, "0")}`)}${index}`, bytes);
          await archive({ date });
        }
        const raw = await lake.dump(prefixes.raw);
        const archived = await lake.get(archiveKey(date));
        expect(await objectsOf(archived)).toEqual(raw);
        expect(await lake.json(archiveManifestKey(date))).toMatchObject({
          inputs: Object.entries(raw).map(([key, bytes]) => ({
            key,
            etag: `"${createHash("md5").update(Buffer.from(bytes, "base64")).digest("hex")}"`,
          })),
          output: { sha256: createHash("sha256").update(archived).digest("hex") },
        });
      },
    ),
    { numRuns: 25, seed: 19 },
  );
});

test("a plain object of several members is whole again, and counted once", async () => {
  const lake = await lakes.open(reference);
  const lines = Array.from({ length: 60_000 }, (_, number) => `{"number":${number},"text":"${"x".repeat(150)}"}`);
  await lake.putRaw(`${date}T03`, "large", lines, "plain");
  await sourceSteps(lake).archive({ date });
  const archived = await lake.get(archiveKey(date));
  expect(await objectsOf(archived)).toEqual(await lake.dump(prefixes.raw));
  expect(gunzipSync(archived).toString().trimEnd().split("\n")).toEqual(lines);
  expect(await lake.json(archiveManifestKey(date))).toMatchObject({ messages: lines.length });
});

test("one without the form, of an earlier version, is written anew while its raw objects are there", async () => {
  const lake = await lakes.open(reference);
  await lake.putRaw(`${date}T03`, "a.gz", ["one", "two"]);
  const { archive } = sourceSteps(lake);
  await archive({ date });
  const { messages, ...former } = await lake.json(archiveManifestKey(date));
  const bytes = gzipSync("one\ntwo\n");
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  await lake.put(archiveKey(date), bytes);
  await lake.put(archiveManifestKey(date), JSON.stringify({ ...former, output: { ...former.output, sha256 } }));
  expect(await archive({ date })).toEqual({ date, changed: true });
  expect(await objectsOf(await lake.get(archiveKey(date)))).toEqual(await lake.dump(prefixes.raw));
  expect(await lake.json(archiveManifestKey(date))).toMatchObject({ messages: 2 });
});
