/** Joined messages: whatever a bridge joins unfolds into the raw lines that the topic rules make of each, and into nothing else. */
import fc from "fast-check";
import { z } from "zod";
import { makeUnfold } from "../../functions/readings/joined";
import { makeShellyParser } from "../../functions/readings/shelly";
import { type CompiledRule, compileRule, parseOnce } from "../../local/aws/iot";
import { createGraph } from "../../local/program/graph";
import { fold, foldedBytes, frameBytes, type LocalMessage } from "../../tools/bridge/fold";
import { createJoiner } from "../../tools/bridge/joiner";
import { mostBytes } from "../../tools/bridge/limits";
import { registerDemo } from "../local/clouds";

const unfold = makeUnfold();
const parseLine = makeShellyParser();
const meter = "shellyem-A";
const received = Date.parse("2025-06-01T12:00:00.500Z");
/** The program's own, by kind. */
let rules: ReadonlyMap<string, CompiledRule>;
beforeAll(async () => {
  const inputs = z.object({ name: z.string(), sql: z.string() });
  rules = new Map(
    createGraph(await registerDemo())
      .all("aws:iot/topicRule:TopicRule", inputs)
      .map(({ inputs: { name, sql } }) => [name.split("_").at(-1) ?? "", compileRule(sql)]),
  );
});

/** The raw line that a rule of the program makes. */
function lineOf(rule: "gen1" | "gen2" | "joined", topic: string, payload: Buffer, receivedAt: number): string {
  const message = { topic, payload, clientId: "c", traceId: "t", receivedAt, newUuid: () => "u" };
  const line = rules.get(rule)?.evaluate(parseOnce(message));
  if (!line) throw new Error(`${rule} does not take it`);
  return line.toString();
}
const joined = (messages: readonly LocalMessage[], sent = received) =>
  lineOf("joined", meter, fold(messages, sent), received);
const said = (topic: string, payload: string | Buffer, at = received): LocalMessage => ({
  ...{ topic, payload: Buffer.from(payload), at },
});
const outcomes = (line: string) => unfold(line).map((each) => parseLine(each));

const gen1Topic = fc
  .tuple(fc.constantFrom("0", "1", "15", "x", "-1"), fc.constantFrom("power", "total", "energy", "novelty"))
  .map(([channel, metric]) => ({ rule: "gen1" as const, topic: `shellies/${meter}/emeter/${channel}/${metric}` }));
const gen2Topic = fc.constant({ rule: "gen2" as const, topic: `${meter}/events/rpc` });
const notification = fc
  .double({ noNaN: true })
  .map((w) => JSON.stringify({ method: "NotifyStatus", params: { ts: received / 1000, "em1:0": { act_power: w } } }));
const text = fc.oneof(
  fc.double({ noNaN: true }).map(String),
  fc.constantFrom("", "null", "true", "nan", "1e400", "[1]", '"\\u0000"', '{"joined":1}'),
  fc.string({ unit: "binary" }).filter((each) => Buffer.from(each).toString() === each),
  fc.json(),
  notification,
);

test("random bursts of one meter: each message is the line that its rule makes of it alone", () => {
  const message = fc.tuple(fc.oneof(gen1Topic, gen2Topic), text, fc.nat({ max: 5000 }));
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 30 }), (drawn) => {
      const messages = drawn.map(([{ topic }, payload, age]) => said(topic, payload, received - age));
      const lines = drawn.map(([{ rule, topic }, payload, age]) =>
        lineOf(rule, topic, Buffer.from(payload), received - age),
      );
      expect(unfold(joined(messages))).toEqual(lines);
    }),
    { numRuns: 300 },
  );
});

test("random messages of several meters, joined: none is lost, doubled or moved within its meter, and no payload is too large", () => {
  const drawn = fc.array(
    fc.record({
      meter: fc.constantFrom("a", "b", "c"),
      gap: fc.nat({ max: 400 }),
      payload: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    }),
    { maxLength: 60 },
  );
  const limits = fc.record({
    quietMs: fc.integer({ min: 1, max: 300 }),
    longestMs: fc.integer({ min: 1, max: 900 }),
    maxBytes: fc.integer({ min: 300, max: 900 }),
  });
  fc.assert(
    fc.property(drawn, limits, (all, { maxBytes, ...times }) => {
      const joiner = createJoiner({ maxBytes, ...times });
      const bursts = [];
      const sent: { meter: string; message: LocalMessage }[] = [];
      let now = received;
      for (const { meter, gap, payload } of all) {
        now += gap;
        const message = { topic: `shellies/${meter}/emeter/0/power`, payload, at: now };
        sent.push({ meter, message });
        bursts.push(...joiner.ended(now));
        const full = joiner.take(meter, message, now);
        if (full) bursts.push(full);
      }
      bursts.push(...joiner.rest());
      expect(joiner.nextEnd()).toBeUndefined();
      for (const name of ["a", "b", "c"])
        expect(bursts.filter(({ meter }) => meter === name).flatMap(({ messages }) => messages)).toEqual(
          sent.filter(({ meter }) => meter === name).map(({ message }) => message),
        );
      for (const { messages } of bursts) {
        const bytes = fold(messages, received).length;
        expect(messages.length === 1 || bytes <= maxBytes).toBe(true);
        expect(bytes).toBeLessThanOrEqual(frameBytes + messages.reduce((sum, each) => sum + foldedBytes(each), 0));
        expect((messages.at(-1)?.at ?? 0) - (messages[0]?.at ?? 0)).toBeLessThan(times.longestMs);
      }
    }),
    { numRuns: 300 },
  );
});

test("a burst of more than IoT Core takes goes in several payloads, each below its limit", () => {
  const joiner = createJoiner({ quietMs: 200, longestMs: 1000, maxBytes: mostBytes });
  const bursts = [];
  for (let index = 0; index < 2000; index++) {
    const full = joiner.take(meter, said(`shellies/${meter}/emeter/0/power`, `${index}`.padEnd(150)), received);
    if (full) bursts.push(full);
  }
  bursts.push(...joiner.rest());
  expect(bursts.length).toBe(4);
  expect(bursts.flatMap(({ messages }) => messages)).toHaveLength(2000);
  for (const { messages } of bursts) expect(fold(messages, received).length).toBeLessThanOrEqual(128 * 1024);
});

test("one inner message that is garbage is quarantined alone; bytes that are no text come through", () => {
  const bytes = Buffer.from([0xff, 0x00, 0x80]);
  const line = joined([
    said(`shellies/${meter}/emeter/0/power`, "611.53"),
    said(`shellies/${meter}/emeter/0/voltage`, "nan"),
    said(`shellies/${meter}/emeter/0/voltage`, bytes),
    said(`shellies/${meter}/emeter/1/power`, "2"),
  ]);
  expect(outcomes(line).map(({ outcome }) => outcome)).toEqual(["measured", "quarantined", "quarantined", "measured"]);
  expect(JSON.parse(unfold(line)[2] ?? "")).toMatchObject({ value: null, payload: bytes.toString("base64") });
});

test.each([
  ["another meter's topic", { at_ms: 1, topic: "shellies/shellyem-B/emeter/0/power", payload: "1" }],
  ["another meter's notification", { at_ms: 1, topic: "other/events/rpc", payload: "{}" }],
  ["a raw line", JSON.parse('{"device":"shellyem-B","channel":0,"metric":"power","value":1,"received_ms":1}')],
  ["both forms", { at_ms: 1, topic: `shellies/${meter}/emeter/0/power`, payload: "1", base64: "MQ==" }],
  ["a text", "shellies"],
  ["nothing", null],
])("%s inside is no message of the meter, and hurts none beside it", (_, entry) => {
  const good = { at_ms: received, topic: `shellies/${meter}/emeter/0/power`, payload: "1" };
  const payload = Buffer.from(JSON.stringify({ joined: 1, sent_ms: received, messages: [good, entry] }));
  const [first, second, ...more] = outcomes(lineOf("joined", meter, payload, received));
  expect(first).toMatchObject({ outcome: "measured" });
  expect(second).toEqual({ outcome: "quarantined", reason: "not_a_raw_line" });
  expect(more).toEqual([]);
});

test.each([
  ["another version", { joined: 2, sent_ms: 1, messages: [{}] }],
  ["no messages", { joined: 1, sent_ms: 1, messages: [] }],
  ["messages that are none", { joined: 1, sent_ms: 1, messages: "x" }],
])("a whole with %s is one message that cannot be read", (_, whole) => {
  const line = lineOf("joined", meter, Buffer.from(JSON.stringify(whole)), received);
  expect(unfold(line)).toEqual([line]);
  expect(parseLine(line)).toEqual({ outcome: "quarantined", reason: "not_a_raw_line" });
});

describe("the arrival", () => {
  const arrivalsOf = (ats: readonly number[], sent: number) =>
    unfold(
      joined(
        ats.map((at) => said(`shellies/${meter}/emeter/0/power`, "1", at)),
        sent,
      ),
    ).map((line) => JSON.parse(line).received_ms);
  const day = 86_400_000;

  test("is that at the bridge, after an outage too", () => {
    expect(arrivalsOf([received - 3 * day, received - 300], received - 40)).toEqual([
      received - 3 * day,
      received - 300,
    ]);
  });
  test("is mended where the bridge's clock is wrong", () => {
    expect(arrivalsOf([received - 3 * day - 300], received - 3 * day)).toEqual([received - 300]);
    expect(arrivalsOf([received + day - 300], received + day)).toEqual([received - 300]);
  });
  test("is never after that in the cloud, and makes sense", () => {
    expect(arrivalsOf([received + 20, 1], received - 40)).toEqual([received, received]);
  });
});
