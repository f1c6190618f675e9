/** An hour that is collected in parts: the same record and the same sums as in one piece, whatever their number. */
import * as fc from "fast-check";
import { makeGatherDays } from "../../functions/gather-days";
import { partOf } from "../../functions/lake/run-work";
import { type Lake, referenceOf, sourceSteps, startLakes } from "./lake";
import { gen1Line, gen2Line } from "./messages";

let lakes: Awaited<ReturnType<typeof startLakes>>;
beforeAll(async () => {
  jest.spyOn(console, "log").mockImplementation();
  lakes = await startLakes();
});
afterAll(() => lakes.close());

const zones = Object.fromEntries(Array.from({ length: 7 }, (_, n) => [`s${n}`, "Europe/Warsaw"]));
const reference = referenceOf(zones, { from: "2025-05-25", to: "2025-06-10" });
const hour = "2025-06-01T21";
const now = "2025-06-02T12:00:00.000Z";
const at = (second: number) => Date.parse("2025-06-01T21:30:00Z") + second * 1000;

/** Readings on both sides of the local midnight, duplicates, garbage, meters and channels that nobody knows. */
const line = fc
  .record({
    site: fc.integer({ min: 0, max: 8 }),
    second: fc.integer({ min: -1200, max: 1700 }),
    kind: fc.integer({ min: 0, max: 9 }),
    value: fc.integer({ min: -50, max: 50 }),
    channel: fc.integer({ min: 0, max: 2 }),
  })
  .map(({ site, second, kind, value, channel }) => {
    if (kind === 0) return "garbage";
    if (kind === 1) return `{"params":{"device":"em-s${site}"},"device":"em-s${value}"}`;
    if (kind === 2) return `{"params":{"device":"em-s${site}"}}`;
    if (kind < 6) return gen1Line(`em-s${site}`, channel, "power", kind === 3 ? "nonsense" : value, at(second));
    const component = `em1:${channel}`;
    const late = at(second) + 3000;
    return gen2Line(`g3-s${site}`, component, { act_power: value, device: `em-s${value}` }, at(second), late);
  });

async function collectIn(parts: number, lines: readonly string[], broken: boolean) {
  const lake = await lakes.open(reference);
  const half = lines.length >> 1;
  await lake.putRaw(hour, "a.gz", [...lines.slice(0, half)]);
  await lake.putRaw(hour, "b.json", [...lines.slice(half)], "plain");
  if (broken) await lake.put(`raw/date=2025-06-01/hour=21/c.gz`, Buffer.from([0x1f, 0x8b, 1, 2, 3]));
  const steps = sourceSteps(lake);
  const { work, hours } = await planIn(parts, lake);
  for (let part = 0; part < parts; part++) await steps.collect({ hour, work, ...(parts > 1 && { part, parts }) });
  const { items, failed } = await makeGatherDays()({ work, hours });
  expect(failed).toEqual([]);
  const sites: { siteDays: string[] }[] = await lake.json(items);
  for (const { siteDays } of sites) await steps.compile({ siteDays });
  const { inputs, outputs, quarantine_sha256, ...manifest } = await lake.json(
    "manifests/hours/date=2025-06-01/2025-06-01T21.json",
  );
  return {
    lake,
    work,
    sites,
    manifest: { ...manifest, examples: manifest.examples.map(({ reason }: { reason: string }) => reason) },
    outputs,
    inputs: inputs.map(({ key }: { key: string }) => key),
    daily: await lake.dump("daily/"),
    quarantine: (await lake.lines("quarantine/date=2025-06-01/hour=21.jsonl.gz")).sort(),
  };
}

/** The plan itself decides by size; here it splits, and the number of parts is given. */
async function planIn(parts: number, lake: Lake) {
  if (parts > 1) process.env.PART_MEBIBYTES = String(1 / 1024 / 1024);
  const { plan } = sourceSteps(lake);
  delete process.env.PART_MEBIBYTES;
  const { work = "", hours } = await plan({ request: { now }, run: `run-${parts}` });
  return { work, hours };
}

test("daily files, staged files and sums are the same whatever the number of parts", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 2, max: 9 }),
      fc.boolean(),
      async (lines, parts, broken) => {
        const whole = await collectIn(1, lines, broken);
        const split = await collectIn(parts, lines, broken);
        expect(split.daily).toEqual(whole.daily);
        for (const key of ["manifest", "outputs", "inputs", "sites", "quarantine"] as const)
          expect(split[key]).toEqual(whole[key]);
      },
    ),
    { numRuns: 12, seed: 19 },
  );
});

describe("a plan", () => {
  test("splits an hour by its bytes, and takes no more parts than a run's history has room for", async () => {
    const lake = await lakes.open(reference);
    for (let day = 0; day < 8; day++)
      for (const hours of ["10", "11"]) {
        const name = `2025-06-0${day + 1}T${hours}`;
        await lake.putRaw(name, "a", ["x".repeat(70)], "plain");
      }
    process.env.PART_MEBIBYTES = String(1.2 / 1024 / 1024);
    const { plan } = sourceSteps(lake);
    delete process.env.PART_MEBIBYTES;
    const first = await plan({ request: { now: "2025-06-12T00:00:00.000Z" }, run: "r" });
    // Of 60 parts each: six hours of 60 are within 400.
    expect(first.parts).toHaveLength(360);
    expect(first).toMatchObject({ more: true, next: "2025-06-04T10", work: "runs/r/2025-06-01T10/" });
    expect(first.parts[59]).toEqual({ hour: "2025-06-01T10", work: first.work, part: 59, parts: 60 });
    expect(JSON.stringify(first).length).toBeLessThan(262_144 / 4);
  });

  test("without a run's name splits nothing, and hands nothing on", async () => {
    const lake = await lakes.open(reference);
    await lake.putRaw(hour, "a", ["x"]);
    lakes.written();
    expect(await sourceSteps(lake).plan({ now })).toMatchObject({ hours: [hour], parts: [{ hour }] });
    expect(lakes.written()).toEqual([]);
  });
});

describe("an hour in parts", () => {
  const lines = Array.from({ length: 40 }, (_, n) => gen1Line(`em-s${n % 7}`, 0, "power", n, at(n)));

  test("that lacks one has no manifest and is told as failed; the next run makes it", async () => {
    const { lake, work } = await collectIn(3, lines, false);
    const manifest = "manifests/hours/date=2025-06-01/2025-06-01T21.json";
    await lake.remove(manifest);
    await lake.remove(`${work}collected/${hour}.01.json`);
    Object.assign(process.env, lake.environment);
    expect(await makeGatherDays()({ work, hours: [hour] })).toMatchObject({ sites: 0, failed: [hour] });
    expect(await lake.keys(manifest)).toEqual([]);
  });

  test("whose parts did not take all lines is told as failed", async () => {
    const { lake, work } = await collectIn(3, lines, false);
    const key = `${work}collected/${hour}.01.json`;
    const part = await lake.json(key);
    await lake.put(
      key,
      JSON.stringify({ ...part, manifest: { ...part.manifest, messages: part.manifest.messages - 1 } }),
    );
    Object.assign(process.env, lake.environment);
    expect(await makeGatherDays()({ work, hours: [hour] })).toMatchObject({ failed: [hour] });
  });

  test("that is unchanged reads and writes nothing but what is handed on", async () => {
    const { lake, work, sites } = await collectIn(3, lines, false);
    const { collect } = sourceSteps(lake);
    lakes.written();
    for (const part of [0, 1, 2]) await collect({ hour, work, part, parts: 3 });
    const gathered = await makeGatherDays()({ work, hours: [hour] });
    expect(await lake.json(gathered.items)).toEqual(sites);
    expect(lakes.written().filter((key) => !key.startsWith("runs/"))).toEqual([]);
  });

  test("has one writer for each site", () => {
    expect(new Set(Array.from({ length: 200 }, (_, n) => partOf(`site${n}`, 8))).size).toBe(8);
  });
});
