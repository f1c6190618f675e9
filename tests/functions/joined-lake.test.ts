/** The same messages through either bridge: the record is the same byte for byte, and so is every sum. */
import { z } from "zod";
import { archiveManifestKey } from "../../functions/lake/keys";
import { makeStreamLive } from "../../functions/stream-live";
import { type CompiledRule, compileRule, parseOnce } from "../../local/aws/iot";
import { createClock } from "../../local/clock";
import { groupBy } from "../../local/group";
import { createGraph } from "../../local/program/graph";
import { fold } from "../../tools/bridge/fold";
import { createJoiner } from "../../tools/bridge/joiner";
import { usualLimits } from "../../tools/bridge/limits";
import { registerDemo } from "../local/clouds";
import { startGoogle } from "../local/google/google";
import { type Lake, referenceOf, run, sourceSteps, startLakes } from "./lake";

const reference = referenceOf({ a: "Europe/Warsaw", b: "Europe/Warsaw" }, { from: "2026-05-25", to: "2026-06-10" });
/** Over the hour that ends a local day. */
const from = Date.parse("2026-06-01T21:40:00Z");
const now = "2026-06-02T04:30:00.000Z";

interface Message {
  readonly at: number;
  readonly meter: string;
  readonly rule: "gen1" | "gen2";
  readonly topic: string;
  readonly payload: Buffer;
}

/** The program's own, by kind. */
let rules: ReadonlyMap<string, CompiledRule>;
let lakes: Awaited<ReturnType<typeof startLakes>>;
beforeAll(async () => {
  jest.spyOn(console, "log").mockImplementation();
  const inputs = z.object({ name: z.string(), sql: z.string() });
  rules = new Map(
    createGraph(await registerDemo())
      .all("aws:iot/topicRule:TopicRule", inputs)
      .map(({ inputs: { name, sql } }) => [name.split("_").at(-1) ?? "", compileRule(sql)]),
  );
  lakes = await startLakes();
});
afterAll(() => lakes.close());

/** Both meters of both sites behind their bridges, forty minutes: bursts that overlap, repeats, garbage, bytes that are no text. */
function* reports(): Generator<Message> {
  for (let second = 0; second < 2400; second += 30)
    for (const site of ["a", "b"]) {
      const at = from + second * 1000 + (site === "a" ? 0 : 40);
      const metrics = ["power", "reactive_power", "voltage", "pf", "total", "total_returned"];
      for (let index = 0; index < 12; index++) {
        const [meter, metric] = [`em-${site}`, metrics[index % 6]];
        const topic = `shellies/${meter}/emeter/${index < 6 ? 0 : 1}/${metric}`;
        const bad = second % 300 === 0 && index === 2 ? Buffer.from([0xff, 1]) : undefined;
        const payload =
          bad ?? Buffer.from(second % 420 === 0 && index === 0 ? "nan" : (second + index / 100).toFixed(2));
        const message: Message = { at: at + index * 9, meter, rule: "gen1", topic, payload };
        yield message;
        if (second % 210 === 0) yield message;
      }
      const meter = `g3-${site}`;
      const text = JSON.stringify({
        method: "NotifyStatus",
        params: { ts: at / 1000, "em1:0": { act_power: second }, "em1:1": { act_power: 1, voltage: 230 } },
      });
      const payload = Buffer.from(second % 360 === 0 ? text.slice(5) : text);
      yield { at: at + 15, meter, rule: "gen2", topic: `${meter}/events/rpc`, payload };
    }
}
const all = [...reports()].sort((a, b) => a.at - b.at);

/** The raw line that a rule of the program delivers. */
function lineOf(rule: "gen1" | "gen2" | "joined", topic: string, payload: Buffer, receivedAt: number): string {
  const message = { topic, payload, clientId: "bridge", traceId: "t", receivedAt, newUuid: () => "u" };
  return rules.get(rule)?.evaluate(parseOnce(message))?.toString() ?? "";
}

interface Line {
  readonly at: number;
  readonly line: string;
}
const oneByOne = (messages: readonly Message[]): Line[] =>
  messages.map(({ at, rule, topic, payload }) => ({ at, line: lineOf(rule, topic, payload, at) }));

/** As `npm run bridge` joins them, a moment after the last of a burst. */
function joined(messages: readonly Message[]): Line[] {
  const joiner = createJoiner<Message>(usualLimits);
  const bursts = [];
  for (const message of messages) {
    bursts.push(...joiner.ended(message.at));
    const full = joiner.take(message.meter, message, message.at);
    if (full) bursts.push(full);
  }
  return [...bursts, ...joiner.rest()].map(({ meter, messages }) => {
    const at = (messages.at(-1)?.at ?? 0) + usualLimits.quietMs;
    return { at, line: lineOf("joined", meter, fold(messages, at), at) };
  });
}

async function layOut(lines: readonly Line[]): Promise<Lake> {
  const lake = await lakes.open(reference);
  const hours = groupBy(lines, ({ at }) => new Date(at).toISOString().slice(0, 13));
  for (const [hour, own] of hours)
    await lake.putRaw(
      hour,
      "a",
      own.map(({ line }) => line),
    );
  await run(sourceSteps(lake), { now });
  return lake;
}

const hours = ["2026-06-01T21", "2026-06-01T22"];
async function sums(lake: Lake) {
  const manifests = await Promise.all(hours.map((hour) => lake.json(`manifests/hours/date=2026-06-01/${hour}.json`)));
  const sum = (name: string) => manifests.reduce((all, manifest) => all + manifest[name], 0);
  const names = ["messages", "fanned_out", "staged", "merged", "duplicates", "conflicts", "quarantined"];
  return {
    counts: Object.fromEntries(names.map((name) => [name, sum(name)])),
    ignored: manifests.flatMap(({ ignored }) => ignored),
    quarantine: manifests
      .flatMap(({ quarantine }) => quarantine)
      .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    archived: (await lake.json(archiveManifestKey("2026-06-01"))).messages,
  };
}

test("joined or not: daily files are the same bytes, every sum is of the inner messages, garbage is set aside alone", async () => {
  const [single, many] = [oneByOne(all), joined(all)];
  expect(many.length).toBeLessThan(single.length / 6);
  const [plain, folded] = [await layOut(single), await layOut(many)];
  expect(await folded.dump("daily/")).toEqual(await plain.dump("daily/"));
  const expected = await sums(plain);
  expect(expected.counts).toMatchObject({ messages: all.length });
  expect(expected.counts.quarantined).toBeGreaterThan(20);
  expect(expected.counts.duplicates).toBeGreaterThan(50);
  expect(await sums(folded)).toEqual(expected);
  // The archive has what arrived.
  expect(await folded.lines("archive/date=2026-06-01.jsonl.gz")).toEqual(many.map(({ line }) => line));
  const set = async (lake: Lake) =>
    (await Promise.all(hours.map((hour) => lake.lines(`quarantine/date=2026-06-01/hour=${hour.slice(11)}.jsonl.gz`))))
      .flat()
      .map((line) => JSON.parse(line).device)
      .sort();
  expect(await set(folded)).toEqual(await set(plain));
});

test("delivered twice, and an hour late, the record is the same", async () => {
  const many = joined(all);
  const late = many.map((each, index) => (index % 3 === 0 ? { ...each, at: each.at + 3_600_000 } : each));
  const twice = await layOut([...many, ...late]);
  expect(await twice.dump("daily/")).toEqual(await (await layOut(oneByOne(all))).dump("daily/"));
});

test("the live path has the same rows", async () => {
  const lake = await lakes.open(reference);
  const environment = { ...process.env };
  const rowsOf = async (lines: readonly Line[]) => {
    const google = await startGoogle({ clock: createClock(from) });
    try {
      Object.assign(process.env, lake.environment, google.environment("writer"), { REGISTRY_SECONDS: "300" });
      const Records = lines.map(({ line }, index) => ({ messageId: `m${index}`, body: line }));
      expect(await makeStreamLive()({ Records })).toEqual({ batchItemFailures: [] });
      return await google.warehouse.query(
        "SELECT * FROM `d.live_readings` ORDER BY device, channel, ts, received, power_w",
      );
    } finally {
      await google.close();
      process.env = { ...environment };
    }
  };
  const some = all.filter(({ at }) => at < from + 60_000);
  const rows = await rowsOf(oneByOne(some));
  expect(rows.length).toBeGreaterThan(40);
  expect(new Set((await rowsOf(joined(some))).map((row) => JSON.stringify(row)))).toEqual(
    new Set(rows.map((row) => JSON.stringify(row))),
  );
});
