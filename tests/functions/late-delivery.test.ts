/** What reaches the lake long after its hour: which runs look at the hour again, and what they read again. */
import { gunzipSync } from "node:zlib";
import { type Lake, referenceOf, run, sourceSteps, startLakes } from "./lake";
import { gen1Line } from "./messages";

const hourMs = 3_600_000;
const start = Date.parse("2025-06-01T00:00:00Z");

let lakes: Awaited<ReturnType<typeof startLakes>>;
/** The time in the lake, ms. */
let now = start;
beforeAll(async () => {
  jest.spyOn(console, "log").mockImplementation();
  lakes = await startLakes(() => now);
});
afterAll(() => lakes.close());

const reference = referenceOf({ a: "Europe/Warsaw" }, { from: "2025-05-20", to: "2025-07-31" });
const hourOf = (ms: number) => new Date(ms).toISOString().slice(0, 13);
const put = (lake: Lake, hour: string, name: string) =>
  lake.putRaw(hour, name, [gen1Line("em-a", 0, "power", name.length, Date.parse(`${hour}:30:00Z`))]);

/** Hourly runs from an instant to another, ten minutes past the hour; what each plans, once `before` has happened. */
async function planHourly(lake: Lake, to: number, before: (run: number) => Promise<void>) {
  const { plan, commit } = sourceSteps(lake);
  const plans: { at: number; hours: string[]; archiveDates: string[] }[] = [];
  await commit({ next: hourOf(start) });
  for (let at = start + hourMs + 600_000; at < to; at += hourMs) {
    await before(at);
    now = at;
    const { hours, archiveDates, next } = await plan({ now: new Date(at).toISOString() });
    await commit({ next });
    plans.push({ at, hours, archiveDates });
  }
  return plans;
}

test("however late an object is within a day, a run after it takes its hour", async () => {
  const lake = await lakes.open(reference);
  // An hour a lateness: Firehose files an object under its oldest record and tries for 24 h, after a buffer of 900 s.
  const late = Array.from({ length: 25 }, (_, i) => ({
    hour: hourOf(start + i * hourMs),
    arrival: start + (i + 1) * hourMs + ((i * 7) % 25) * hourMs + 900_000,
  }));
  const plans = await planHourly(lake, start + 100 * hourMs, async (at) => {
    for (const { hour, arrival } of late) {
      if (hourOf(at - 2 * hourMs) === hour) {
        now = at - hourMs;
        await put(lake, hour, "in-time");
      }
      if (arrival >= at || arrival < at - hourMs) continue;
      now = arrival;
      await put(lake, hour, "late");
    }
  });
  const missed = late.filter(
    ({ hour, arrival }) => !plans.some(({ at, hours }) => at > arrival && hours.includes(hour)),
  );
  expect(missed).toEqual([]);
});

test("hours without a late object are looked at four times, and a day is archived once", async () => {
  const lake = await lakes.open(reference);
  const plans = await planHourly(lake, start + 77 * hourMs, async (at) => {
    now = at - hourMs;
    await put(lake, hourOf(at - hourMs), "in-time");
  });
  const looks = (hour: string) => plans.filter(({ hours }) => hours.includes(hour)).length;
  const hours = Array.from({ length: 60 }, (_, i) => hourOf(start + i * hourMs));
  expect(hours.map(looks)).toEqual(hours.map(() => 4));
  const archived = plans.flatMap(({ archiveDates }) => archiveDates);
  expect(archived).toEqual(["2025-06-01", "2025-06-02", "2025-06-03"]);
});

test("a backfill archives the days of its range that are complete", async () => {
  const lake = await lakes.open(reference);
  now = start;
  for (const hour of ["2025-06-01T10", "2025-06-02T10", "2025-06-03T10"]) await put(lake, hour, "one");
  const { plan } = sourceSteps(lake);
  const range = { from: "2025-06-01T00", to: "2025-06-04T00" };
  expect((await plan({ now: "2025-06-03T12:00:00.000Z", ...range })).archiveDates).toEqual([
    "2025-06-01",
    "2025-06-02",
  ]);
});

describe("a late object", () => {
  const archived = async (lake: Lake) =>
    gunzipSync(await lake.get("archive/date=2025-06-01.jsonl.gz"))
      .toString()
      .trimEnd()
      .split("\n");
  async function withDay() {
    const lake = await lakes.open(reference);
    now = start;
    for (let i = 0; i < 24; i++)
      for (const name of ["a", "b"]) await put(lake, hourOf(start + i * hourMs), `${name}.json`);
    const steps = sourceSteps(lake);
    await run(steps, { now: "2025-06-02T03:10:00.000Z" });
    lakes.read();
    lakes.written();
    return { lake, steps };
  }

  test("costs its own hour and itself: nothing else of the day is read again", async () => {
    const { lake, steps } = await withDay();
    await put(lake, "2025-06-01T05", "late.json");
    await run(steps, { now: "2025-06-02T09:10:00.000Z", from: "2025-06-01T05", to: "2025-06-01T06" });
    const raw = (key: string) => key.startsWith("raw/");
    expect(lakes.read().filter(raw).sort()).toEqual(
      ["a", "b", "late", "late"].map((name) => `raw/date=2025-06-01/hour=05/${name}.json`),
    );
    const lines = await archived(lake);
    expect(lines).toHaveLength(49);
    expect(lines.filter((line) => line.includes('"value":9'))).toHaveLength(1);
    expect(lakes.written().filter((key) => key.startsWith("archive/"))).toHaveLength(1);
  });

  test("is in the archive once, also where a run ended between the archive and its manifest", async () => {
    const { lake, steps } = await withDay();
    const manifest = await lake.get("manifests/archive/date=2025-06-01.json");
    await put(lake, "2025-06-01T05", "late.json");
    await steps.archive({ date: "2025-06-01" });
    await lake.put("manifests/archive/date=2025-06-01.json", manifest);
    await steps.archive({ date: "2025-06-01" });
    expect(await archived(lake)).toHaveLength(49);
    await lake.remove("archive/date=2025-06-01.jsonl.gz");
    await put(lake, "2025-06-01T06", "later.json");
    await steps.archive({ date: "2025-06-01" });
    expect(await archived(lake)).toHaveLength(50);
  });
});
