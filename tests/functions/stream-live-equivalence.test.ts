/**
 * Two paths, one truth: any messages, in any order, any number of times, give the same `readings` through the live path,
 * through the batch path, and through both at once with the batch path any number of hours behind.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { mirrored, prefixes } from "../../functions/lake/keys";
import { makeShellyParser } from "../../functions/readings/shelly";
import { makeStreamLive } from "../../functions/stream-live";
import { createClock, type VirtualClock } from "../../local/clock";
import { groupBy } from "../../local/group";
import { type Google, startGoogle } from "../local/google/google";
import { writeEmptyLake } from "../sql/lake";
import { type Lake, referenceOf, run, sourceSteps, startLakes } from "./lake";
import { type Arrived, garbage, gen2Line, messages } from "./messages";

const hourMs = 3_600_000;
const hours = 6;
/** The local days of the sites begin within the six hours. */
const from = Date.parse("2026-06-01T20:00:00Z");
const reference = referenceOf({ a: "Europe/Warsaw", b: "Europe/London" }, { from: "2026-05-01", to: "2026-07-31" });
const environment = { ...process.env };
const mirrorDirectory = mkdtempSync(join(tmpdir(), "wattlake-equivalence-"));

let lakes: Awaited<ReturnType<typeof startLakes>>;
let clock: VirtualClock;
let google: Google;
beforeAll(async () => {
  jest.spyOn(console, "log").mockImplementation();
  lakes = await startLakes();
  clock = createClock(from);
  writeEmptyLake(mirrorDirectory);
  google = await startGoogle({ clock, mirrorDirectory });
});
afterAll(async () => {
  await google.close();
  await lakes.close();
  rmSync(mirrorDirectory, { recursive: true });
  jest.restoreAllMocks();
  process.env = { ...environment };
});

/** A warehouse without live rows, insert ids or daily files. */
async function empty(): Promise<void> {
  await google.warehouse.dropExpired(Number.MAX_SAFE_INTEGER / 1000);
  await clock.advanceTo(clock.now() + 60_000);
  for (const prefix of mirrored) rmSync(join(mirrorDirectory, prefix), { recursive: true, force: true });
  writeEmptyLake(mirrorDirectory);
  await google.warehouse.refresh();
}

const readings = () => google.warehouse.query("SELECT * FROM `d.readings` ORDER BY site, date, device, channel, ts");

const hourOf = ({ receivedMs }: Arrived) => new Date(receivedMs).toISOString().slice(0, 13);

/** The batch path over the messages: a raw object an arrival hour, all steps, and the mirror. */
async function throughBatch(all: readonly Arrived[]): Promise<void> {
  const lake = await lakes.open(reference);
  const byHour = new Map<string, string[]>();
  for (const message of all) byHour.set(hourOf(message), [...(byHour.get(hourOf(message)) ?? []), message.line]);
  for (const [hour, lines] of byHour) await lake.putRaw(hour, "all.gz", lines);
  await run(sourceSteps(lake), { now: new Date(from + 24 * hourMs).toISOString() });
  await mirror(lake);
}

async function mirror(lake: Lake): Promise<void> {
  for (const [key, content] of Object.entries({
    ...(await lake.dump(prefixes.daily)),
    ...(await lake.dump(prefixes.reference)),
  })) {
    mkdirSync(join(mirrorDirectory, dirname(key)), { recursive: true });
    writeFileSync(join(mirrorDirectory, key), Buffer.from(content, "base64"));
  }
  await google.warehouse.refresh();
}

/** The live path over batches of messages. */
async function throughLive(batches: readonly (readonly Arrived[])[]): Promise<void> {
  const lake = await lakes.open(reference);
  Object.assign(process.env, lake.environment, google.environment("writer"), { REGISTRY_SECONDS: "300" });
  const streamLive = makeStreamLive();
  for (const batch of batches) {
    const Records = batch.map(({ line }, index) => ({ messageId: String(index), body: line }));
    expect(await streamLive({ Records })).toEqual({ batchItemFailures: [] });
  }
}

const parseLine = makeShellyParser();
/** Every value that a message tells, by what it is of. */
const valuesOf = ({ line }: Arrived) => {
  const parsed = parseLine(line);
  if (parsed.outcome !== "measured") return [];
  return parsed.measurements.flatMap(({ device, channel, ts, fields, values, power_unknown }) => [
    ...fields.map((field, index) => [`${device}/${channel}/${ts}/${field}`, values[index]] as const),
    ...(power_unknown ? [[`${device}/${channel}/${ts}/0`, null] as const] : []),
  ]);
};

/**
 * The messages without those that contradict, after the horizon, what was said of the same instant before it. Where a
 * meter does so the record holds the earlier value until its next compilation, and until then so does `readings`.
 */
function withoutCorrections(all: readonly Arrived[], horizon: number): Arrived[] {
  const before = groupBy(all.filter(({ receivedMs }) => receivedMs < horizon).flatMap(valuesOf), ([of]) => of);
  // The earlier messages may contradict each other, too.
  return all.filter(
    (message) =>
      message.receivedMs < horizon ||
      valuesOf(message).every(([of, value]) => (before.get(of) ?? []).every(([, earlier]) => earlier === value)),
  );
}

/** Messages that contradict each other: one of few instants of one channel, arriving at any later time. */
const contradictions = fc
  .record({
    instant: fc.integer({ min: 0, max: 2 }),
    afterMs: fc.integer({ min: 0, max: 5 }).map((n) => n * 1000),
    hoursAfter: fc.integer({ min: 0, max: 2 }),
    power: fc.option(fc.integer({ min: -3, max: 3 })),
    voltage: fc.option(fc.integer({ min: 229, max: 231 }), { nil: undefined }),
  })
  .map(({ instant, afterMs, hoursAfter, power, voltage }): Arrived => {
    const ts = from + 2 * hourMs + instant * 1000;
    const receivedMs = ts + hoursAfter * hourMs + afterMs;
    return { receivedMs, line: gen2Line("g3-a", "em1:0", { act_power: power, voltage }, ts, receivedMs) };
  });

const arrived = fc
  .tuple(
    fc.array(fc.oneof(messages(["a", "b"], from, from + hours * hourMs), contradictions), { maxLength: 60 }),
    fc.array(garbage(from), { maxLength: 5 }),
  )
  .map(([valid, broken]) => [...valid, ...broken]);

/** The messages in another order, some of them several times, cut into batches. */
const deliveries = (all: readonly Arrived[]) =>
  fc
    .tuple(
      fc.shuffledSubarray([...all], { minLength: all.length }),
      fc.subarray([...all]),
      fc.integer({ min: 1, max: 25 }),
    )
    .map(([shuffled, again, size]) => {
      const sent = [...shuffled, ...again];
      return Array.from({ length: Math.ceil(sent.length / size) }, (_, i) => sent.slice(i * size, (i + 1) * size));
    });

test("the live path alone gives what the batch path alone gives", async () => {
  await fc.assert(
    fc.asyncProperty(
      arrived.chain((all) => fc.tuple(fc.constant(all), deliveries(all))),
      async ([all, batches]) => {
        await empty();
        await throughBatch(all);
        const expected = await readings();
        await empty();
        await throughLive(batches);
        expect(await readings()).toEqual(expected);
      },
    ),
    { numRuns: 25 },
  );
});

test("with the batch path hours behind, the live path fills in exactly the rest", async () => {
  const horizons = fc.integer({ min: 0, max: hours });
  await fc.assert(
    fc.asyncProperty(
      fc
        .tuple(arrived, horizons)
        .map(([all, hour]) => ({ horizon: from + hour * hourMs, all: withoutCorrections(all, from + hour * hourMs) }))
        .chain(({ horizon, all }) => fc.tuple(fc.constant(horizon), fc.constant(all), deliveries(all))),
      async ([horizon, all, batches]) => {
        await empty();
        await throughBatch(all);
        const expected = await readings();
        await empty();
        await throughBatch(all.filter(({ receivedMs }) => receivedMs < horizon));
        await throughLive(batches);
        expect(await readings()).toEqual(expected);
      },
    ),
    { numRuns: 25 },
  );
});
