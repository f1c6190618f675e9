/** A damaged object of the lake: what is said of it, and that what is said makes it again, byte for byte. */
import fc from "fast-check";
import { prefixes } from "../../functions/lake/keys";
import { remedyOf } from "../../functions/lake/remedy";
import { type Lake, referenceOf, run, type Steps, sourceSteps, startLakes } from "./lake";
import { gen1Line, gen2Line } from "./messages";

const reference = referenceOf({ home: "Europe/Warsaw" }, { from: "2025-05-25", to: "2025-06-10" });
const now = "2025-06-08T00:00:00.000Z";
const derived = [prefixes.staged, prefixes.daily, prefixes.archive, prefixes.quarantine, prefixes.manifests];

let lakes: Awaited<ReturnType<typeof startLakes>>;
let lake: Lake;
let steps: Steps;
let whole: Record<string, string>;
const dumpAll = async () => {
  const dumps: Record<string, string>[] = [];
  for (const prefix of derived) dumps.push(await lake.dump(prefix));
  return Object.assign({}, ...dumps) as Record<string, string>;
};

beforeAll(async () => {
  jest.spyOn(console, "log").mockImplementation();
  lakes = await startLakes(() => Date.parse(now));
  lake = await lakes.open(reference);
  for (const day of ["2025-06-01", "2025-06-02", "2025-06-03"])
    for (const hour of ["05", "22", "23"]) {
      const at = Date.parse(`${day}T${hour}:10:00Z`);
      await lake.putRaw(`${day}T${hour}`, "a.gz", [
        gen1Line("em-home", 0, "power", 100, at),
        gen2Line("g3-home", "em1:0", { act_power: 7 }, at, at + 500),
        gen1Line("stranger", 0, "power", 1, at),
        "no JSON",
      ]);
    }
  steps = sourceSteps(lake);
  await run(steps, { now });
  whole = await dumpAll();
});
afterAll(() => lakes.close());

test("every kind of derived object is there", () => {
  for (const kind of ["hours/", "days/", "archive/", "index/", "checkpoint.json"])
    expect(Object.keys(whole).some((key) => key.startsWith(`${prefixes.manifests}${kind}`))).toBe(true);
  for (const prefix of derived) expect(Object.keys(whole).some((key) => key.startsWith(prefix))).toBe(true);
});

test("cut anywhere, it is made again by what its remedy says", async () => {
  const keys = Object.keys(whole);
  const cut = fc.record({ key: fc.constantFrom(...keys), share: fc.double({ min: 0, max: 0.99, noNaN: true }) });
  await fc.assert(
    fc.asyncProperty(cut, async ({ key, share }) => {
      const bytes = Buffer.from(whole[key] ?? "", "base64");
      const { remove, days, lost } = remedyOf(key);
      expect(lost).toBe(false);
      await lake.put(key, bytes.subarray(0, Math.floor(bytes.length * share)));
      for (const each of remove) await lake.remove(each);
      if (days === undefined) await run(steps, { now });
      else {
        const end = new Date(Date.parse(days.to) + 86_400_000).toISOString().slice(0, 10);
        await run(steps, { now, from: `${days.from}T00`, to: `${end}T00` });
      }
      // What a day was staged again of has the same bytes, so the index is the same, too.
      expect(await dumpAll()).toEqual(whole);
    }),
    { numRuns: 40, seed: 20, examples: keys.filter((_, i) => i % 5 === 0).map((key) => [{ key, share: 0 }]) },
  );
});

test.each([
  ["manifests/hours/date=2025-06-02/2025-06-02T05.json", { hour: "2025-06-02T05" }, "2025-06-02", "2025-06-02"],
  [
    "manifests/days/site=home/date=2025-06-02/compile.jsonl",
    { siteDay: "home/2025-06-02" },
    "2025-06-01",
    "2025-06-03",
  ],
  ["manifests/archive/date=2025-06-02.json", { date: "2025-06-02" }, "2025-06-02", "2025-06-02"],
])("%s: the function that reads it names it and the commands", async (key, event, from, to) => {
  const step = "hour" in event ? steps.collect : "date" in event ? steps.archive : steps.compile;
  await lake.put(key, "{");
  await expect(step(event)).rejects.toThrow(
    new RegExp(
      `s3://lake-\\d+/${key} is damaged \\(.*JSON.*\\)\\. To mend it: aws s3 rm s3://lake-\\d+/.*; ` +
        `npm run backfill -- --from ${from} --to ${to}$`,
    ),
  );
  await lake.put(key, Buffer.from(whole[key] ?? "", "base64"));
});

test("what is made of nothing else is told to be lost", () => {
  expect(remedyOf("raw/date=2025-06-02/hour=05/a.gz")).toMatchObject({
    remove: expect.arrayContaining(["manifests/hours/date=2025-06-02/2025-06-02T05.json"]),
    lost: true,
  });
  expect(remedyOf("errors/rule=gen1/date=2025-06-02/1-a.json")).toMatchObject({ lost: true });
});
