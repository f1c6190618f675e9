/** Many small objects are loaded some at a time, in order, within bounds; collecting and archiving both do so. */
import { S3Client } from "@aws-sdk/client-s3";
import { aheadLimits, makeAhead } from "../../functions/lake/ahead";
import { referenceOf, sourceSteps, startLakes } from "./lake";
import { gen1Line } from "./messages";

const objectsOf = (...sizes: number[]) =>
  sizes.map((size, i) => ({ key: String(i).padStart(4, "0"), etag: "", size, modified: 0 }));

/** Takes everything; the most objects and bytes that were under way or in hand at once, and the order. */
async function take(sizes: number[]) {
  const most = { objects: 0, bytes: 0 };
  const held = new Map<string, number>();
  const keys: string[] = [];
  const load = async ({ key, size }: { key: string; size: number }) => {
    held.set(key, size);
    most.objects = Math.max(most.objects, held.size);
    most.bytes = Math.max(
      most.bytes,
      [...held.values()].reduce((sum, each) => sum + each, 0),
    );
    return key;
  };
  for await (const { object, loaded } of makeAhead()(objectsOf(...sizes), load)) {
    expect(loaded).toBe(object.key);
    keys.push(loaded);
    held.delete(object.key);
  }
  expect(keys).toEqual(objectsOf(...sizes).map(({ key }) => key));
  return most;
}

test("tiny objects: as many as may be under way", async () => {
  const { objects, bytes } = await take(Array.from({ length: 200 }, () => 300));
  expect([objects, bytes]).toEqual([aheadLimits.objects, aheadLimits.objects * 300]);
});

test("larger ones: as many as the bytes allow; one beyond them alone", async () => {
  const mebibyte = 1024 * 1024;
  expect((await take(Array.from({ length: 30 }, () => 3 * mebibyte))).bytes).toBeLessThanOrEqual(aheadLimits.bytes);
  const large = 20 * mebibyte;
  expect(await take([1, large, 1, large])).toMatchObject({ bytes: large });
});

test("a failure surfaces at the object that it belongs to", async () => {
  const seen: string[] = [];
  const load = async ({ key }: { key: string }) => (key === "0002" ? Promise.reject(new Error("lost")) : key);
  const all = async () => {
    for await (const { loaded } of makeAhead()(objectsOf(1, 1, 1, 1), load)) seen.push(loaded);
  };
  await expect(all()).rejects.toThrow("lost");
  expect(seen).toEqual(["0000", "0001"]);
});

test.each(["collect", "archive"] as const)("%s has many objects of an hour under way at once", async (step) => {
  const log = jest.spyOn(console, "log").mockImplementation();
  const lakes = await startLakes();
  try {
    const lake = await lakes.open(referenceOf({ a: "UTC" }, { from: "2025-06-01", to: "2025-06-02" }));
    const at = Date.parse("2025-06-01T10:00:00Z");
    for (let i = 0; i < 100; i++)
      await lake.putRaw("2025-06-01T10", `${i}.json`, [gen1Line("em-a", 0, "power", i, at + i)], "plain");
    const steps = sourceSteps(lake);
    let pending = 0;
    let most = 0;
    const original = S3Client.prototype.send;
    const counted = jest.spyOn(S3Client.prototype, "send").mockImplementation(async function count(
      this: S3Client,
      ...args: Parameters<typeof original>
    ) {
      most = Math.max(most, ++pending);
      try {
        return await original.apply(this, args);
      } finally {
        pending--;
      }
    });
    await steps[step]({ hour: "2025-06-01T10", date: "2025-06-01" });
    counted.mockRestore();
    expect(most).toBe(aheadLimits.objects);
  } finally {
    await lakes.close();
    log.mockRestore();
  }
});
