/** The pipeline's promises, on the callbacks' source: order-free, idempotent, conserving, exact on local days. */
import fc from "fast-check";
import { hourManifestSchema } from "../../functions/lake/manifest";
import { type Lake, referenceOf, run, sourceSteps, startLakes } from "./lake";
import { type Arrived, garbage, gen1Line, messages } from "./messages";

let lakes: Awaited<ReturnType<typeof startLakes>>;
beforeAll(async () => {
  jest.spyOn(console, "log").mockImplementation();
  lakes = await startLakes();
});
afterAll(() => lakes.close());

const hourOf = (ms: number) => new Date(ms).toISOString().slice(0, 13);
const ms = (text: string) => Date.parse(text);
const zones = { a: "Europe/Warsaw", b: "Australia/Lord_Howe" };
const calendar = { from: "2025-05-25", to: "2025-06-10" };
const reference = referenceOf(zones, calendar);
/** Around the local midnight of Warsaw and the UTC one. */
const from = ms("2025-06-01T21:00:00Z");
const to = ms("2025-06-02T01:00:00Z");
const now = "2025-06-03T12:00:00.000Z";

/** Lays messages into objects: by arrival hour, `split` objects an hour, in the order given. */
async function deliver(lake: Lake, arrived: Arrived[], split: (at: number) => number, packing: "gzip" | "plain") {
  const objects = new Map<string, string[]>();
  arrived.forEach(({ receivedMs, line }, at) => {
    const name = `${hourOf(receivedMs)} part-${split(at)}`;
    objects.set(name, [...(objects.get(name) ?? []), line]);
  });
  for (const [name, lines] of objects) {
    const [hour = "", part = ""] = name.split(" ");
    await lake.putRaw(hour, part, lines, packing);
  }
}

test("any order, duplication and split of deliveries gives identical daily files", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(messages(["a", "b"], from, to), { minLength: 1, maxLength: 40 }),
      fc.array(fc.nat({ max: 1000 }), { minLength: 80, maxLength: 80 }),
      fc.constantFrom("gzip" as const, "plain" as const),
      async (arrived, ranks, packing) => {
        const plain = await lakes.open(reference);
        await deliver(plain, arrived, () => 0, "gzip");
        await run(sourceSteps(plain), { now });

        const rank = (at: number) => ranks[at % ranks.length] ?? 0;
        const repeated = arrived.flatMap((message, at) => (rank(at) % 3 === 0 ? [message, message] : [message]));
        const shuffled = repeated
          .map((message, at) => ({ message, at: rank(at + 17) }))
          .sort((x, y) => x.at - y.at)
          .map(({ message }) => message);
        const other = await lakes.open(reference);
        await deliver(other, shuffled, (at) => rank(at) % 4, packing);
        await run(sourceSteps(other), { now });

        expect(await other.dump("daily/")).toEqual(await plain.dump("daily/"));
      },
    ),
    { numRuns: 12 },
  );
});

test("arriving in an hour's object or in the next one's gives identical daily files", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(messages(["a"], from, to - 3_600_000), { minLength: 1, maxLength: 30 }),
      fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }),
      async (arrived, delayed) => {
        const plain = await lakes.open(reference);
        await deliver(plain, arrived, () => 0, "gzip");
        await run(sourceSteps(plain), { now });

        const other = await lakes.open(reference);
        for (const [at, { receivedMs, line }] of arrived.entries()) {
          await other.putRaw(hourOf(receivedMs + (delayed[at] ? 3_600_000 : 0)), `late-${at}`, [line]);
        }
        await run(sourceSteps(other), { now });
        expect(await other.dump("daily/")).toEqual(await plain.dump("daily/"));
      },
    ),
    { numRuns: 8 },
  );
});

test("the conservation sum closes for arbitrary garbage among valid messages", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(messages(["a", "b"], from, from + 3_600_000), garbage(from)), { minLength: 1, maxLength: 60 }),
      async (arrived) => {
        const lake = await lakes.open(reference);
        const hour = hourOf(from);
        await lake.putRaw(
          hour,
          "part",
          arrived.map(({ line }) => line),
        );
        const { siteDays } = await run(sourceSteps(lake), { now });

        const manifest = await lake.json(`manifests/hours/date=${hour.slice(0, 10)}/${hour}.json`);
        const ignored = hourManifestSchema()
          .parse(manifest)
          .ignored.reduce((sum, { messages: count }) => sum + count, 0);
        expect(manifest.messages).toBe(arrived.length);
        expect(manifest.staged + manifest.merged + manifest.duplicates + manifest.quarantined + ignored).toBe(
          arrived.length + manifest.fanned_out,
        );
        const quarantined = await lake.lines(`quarantine/date=${hour.slice(0, 10)}/hour=${hour.slice(11)}.jsonl.gz`);
        expect(quarantined).toHaveLength(manifest.quarantined);

        let messagesIn = 0;
        for (const siteDay of siteDays) {
          const [site, date] = siteDay.split("/");
          const day = await lake.json(`manifests/days/site=${site}/date=${date}/compile.jsonl`);
          const readings = await lake.lines(`daily/site=${site}/date=${date}/readings.jsonl.gz`);
          expect(day.readings).toBe(readings.length);
          expect(day.readings + day.merged + day.duplicates).toBe(day.messages);
          messagesIn += day.messages;
        }
        expect(messagesIn).toBe(manifest.staged + manifest.merged + manifest.duplicates);
      },
    ),
    { numRuns: 20 },
  );
});

/** The local date of an instant, by another implementation than the calendar's. */
const localDate = (zone: string, at: number) =>
  new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(at);

test.each([
  ["Europe/Warsaw", "2025-10-24", "2025-10-28", [24, 24, 25, 24, 24]],
  ["Europe/Warsaw", "2025-03-28", "2025-04-01", [24, 24, 23, 24, 24]],
  ["America/New_York", "2025-11-01", "2025-11-03", [24, 25, 24]],
  ["America/New_York", "2025-03-08", "2025-03-10", [24, 23, 24]],
  ["Australia/Lord_Howe", "2025-04-05", "2025-04-07", [24, 24.5, 24]],
  ["Australia/Lord_Howe", "2025-10-04", "2025-10-06", [24, 23.5, 24]],
  ["Asia/Kathmandu", "2025-06-01", "2025-06-02", [24, 24]],
])("days add up in %s from %s: every reading is in its one local day", async (zone, first, last, hours) => {
  const days = referenceOf({ a: zone }, { from: first, to: last });
  expect(days.days.map(({ day_start, day_end }) => (ms(day_end) - ms(day_start)) / 3_600_000)).toEqual(hours);
  const start = ms(days.days[0]?.day_start ?? "");
  const end = ms(days.days.at(-1)?.day_end ?? "");
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.integer({ min: start / 1000, max: end / 1000 - 1 }), { minLength: 20, maxLength: 60 }),
      async (seconds) => {
        // The instants that matter most are always among them: the edges of each day, and the second before.
        const edges = days.days.flatMap(({ day_start }) => [ms(day_start) / 1000, ms(day_start) / 1000 - 1]);
        const instants = [...new Set([...seconds, ...edges])].map((s) => s * 1000).filter((at) => at >= start);
        const lake = await lakes.open(days);
        await deliver(
          lake,
          instants.map((at) => ({ receivedMs: at, line: gen1Line("em-a", 0, "power", 1, at) })),
          () => 0,
          "gzip",
        );
        await run(sourceSteps(lake), { now: new Date(end + 86_400_000).toISOString() });
        const found = new Map<string, string[]>();
        for (const { date } of days.days) {
          for (const line of await lake.lines(`daily/site=a/date=${date}/readings.jsonl.gz`)) {
            const { ts } = JSON.parse(line);
            found.set(ts, [...(found.get(ts) ?? []), date]);
          }
        }
        expect(found).toEqual(new Map(instants.map((at) => [new Date(at).toISOString(), [localDate(zone, at)]])));
      },
    ),
    { numRuns: 2 },
  );
});
