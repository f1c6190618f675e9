/** What a bridge holds between mosquitto and the cloud: acknowledged in order and when it is delivered; instants through restarts. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { openArrivals, type Packet } from "../../tools/bridge/arrivals";
import { createCarrier } from "../../tools/bridge/carrier";

const folder = mkdtempSync(join(tmpdir(), "wattlake-carrier-"));
const path = join(folder, "arrivals.jsonl");
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => rmSync(path, { force: true }));

const problems: string[] = [];
afterEach(() => expect(problems.splice(0)).toEqual([]));

function open() {
  const time = { wall: 1_748_779_200_000, steady: 5000 };
  const acknowledged: number[] = [];
  const dropped: string[] = [];
  const carrier = createCarrier({
    limits: { quietMs: 200, longestMs: 1000, maxBytes: 100_000 },
    clock: { now: () => time.wall, steady: () => time.steady },
    arrivals: openArrivals(path, (problem) => problems.push(problem)),
    meterOf: (topic) => topic.split("/").find((level) => level === "a" || level === "b"),
    acknowledge: (id) => acknowledged.push(id),
    onDropped: (topic) => dropped.push(topic),
  });
  const pass = (ms: number) => {
    time.wall += ms;
    time.steady += ms;
    carrier.tick();
  };
  return { carrier, time, acknowledged, dropped, pass };
}
const packet = (id: number, meter = "a", value = String(id)): Packet => ({
  ...{ id, topic: `shellies/${meter}/emeter/0/power`, payload: Buffer.from(value) },
});
const sent = z.object({ messages: z.array(z.object({ at_ms: z.number(), payload: z.string() })) });
const read = (payload: Buffer | undefined) => sent.parse(JSON.parse(String(payload))).messages;
const kept = () => (existsSync(path) ? readFileSync(path, "utf8").split("\n").length - 1 : 0);

test("a message is acknowledged when it and all before it are delivered, and not before", () => {
  const { carrier, acknowledged, pass } = open();
  carrier.take(packet(1, "b"), false);
  pass(100);
  carrier.take(packet(2, "a"), false);
  pass(150);
  carrier.take(packet(3, "b"), false);
  // The first of b has ended by itself meanwhile.
  const first = carrier.next();
  expect([first?.meter, first?.messages]).toEqual(["b", 1]);
  pass(300);
  expect(acknowledged).toEqual([]);
  first?.delivered();
  expect(acknowledged).toEqual([1]);
  const second = carrier.next();
  expect(second?.meter).toBe("a");
  expect(carrier.next()?.payload).toEqual(second?.payload);
  second?.delivered();
  carrier.next()?.delivered();
  expect(acknowledged).toEqual([1, 2, 3]);
  expect([carrier.next(), carrier.waiting().messages, kept()]).toEqual([undefined, 0, 0]);
});

test("what is delivered while something before it waits is acknowledged after it", () => {
  const { carrier, acknowledged, pass } = open();
  carrier.take(packet(1, "a"), false);
  carrier.take(packet(2, "b"), false);
  pass(150);
  carrier.take(packet(3, "a"), false);
  pass(100);
  carrier.next()?.delivered();
  expect(acknowledged).toEqual([]);
  pass(200);
  carrier.next()?.delivered();
  expect(acknowledged).toEqual([1, 2, 3]);
});

test("a message that comes again has its first instant, in this process and in the next; a new one with the same id has its own", () => {
  const { carrier, pass, time } = open();
  const came = time.wall;
  carrier.take(packet(7), false);
  pass(500);
  const underWay = carrier.next();
  carrier.forgetConnection();
  // Too late: mosquitto has not heard of it, and will hand it over again.
  underWay?.delivered();
  pass(60_000);
  carrier.take(packet(7), true);
  pass(500);
  expect(read(carrier.next()?.payload)).toEqual([{ at_ms: came, payload: "7" }]);

  const next = open();
  next.time.wall += 3_600_000;
  next.carrier.take(packet(7), true);
  next.carrier.take(packet(8), false);
  next.pass(500);
  expect(read(next.carrier.next()?.payload).map(({ at_ms }) => at_ms)).toEqual([came, came + 3_600_000]);
  next.carrier.next()?.delivered();
  expect(kept()).toBe(0);
  next.carrier.take(packet(7), false);
  next.pass(500);
  expect(read(next.carrier.next()?.payload)).toEqual([{ at_ms: came + 3_600_500, payload: "7" }]);
});

test("what is remembered and was delivered after all is forgotten with the first new message", () => {
  const { carrier, pass } = open();
  carrier.take(packet(1), false);
  carrier.take(packet(2), false);
  pass(500);
  expect(kept()).toBe(2);
  const next = open();
  next.carrier.take(packet(2), true);
  next.carrier.take(packet(3), false);
  expect(kept()).toBe(1);
  next.pass(500);
  next.carrier.next()?.delivered();
  expect(kept()).toBe(0);
});

test("a clock that is set tells the arrival anew; one that drifts does not", () => {
  const { carrier, pass, time } = open();
  const came = time.wall;
  carrier.take(packet(1), false);
  pass(500);
  time.wall += 40;
  expect(read(carrier.next()?.payload)).toEqual([{ at_ms: came, payload: "1" }]);
  time.wall += 86_400_000;
  expect(read(carrier.next()?.payload)).toEqual([{ at_ms: came + 86_400_040, payload: "1" }]);
});

test("a message of no meter and one that is too large are told, acknowledged, and hold up nothing", () => {
  const { carrier, acknowledged, dropped, pass } = open();
  carrier.take(packet(1, "stranger"), false);
  carrier.take(packet(2, "a", "x".repeat(131_000)), false);
  carrier.take(packet(3), false);
  pass(500);
  expect(acknowledged).toEqual([1, 2]);
  expect(dropped).toEqual(["shellies/stranger/emeter/0/power", "shellies/a/emeter/0/power"]);
  expect(read(carrier.next()?.payload)).toHaveLength(1);
});

test("a burst ends by size too, and its payload stays below the limit", () => {
  const { carrier, pass } = open();
  for (let id = 1; id <= 1200; id++) carrier.take(packet(id, "a", "x".repeat(100)), false);
  const sizes = [];
  pass(500);
  for (let parcel = carrier.next(); parcel; parcel = carrier.next()) {
    sizes.push(parcel.payload.length);
    parcel.delivered();
  }
  expect(sizes).toHaveLength(3);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(100_000);
});

test("a file that cannot be written is told, and holds up nothing", () => {
  mkdirSync(path);
  const told: string[] = [];
  const arrivals = openArrivals(join(path, "none", "x"), (problem) => told.push(problem));
  arrivals.note(packet(1), 5);
  arrivals.keep([packet(1)]);
  expect(told).toEqual([expect.stringContaining("ENOENT")]);
  expect(arrivals.of(packet(1))).toBe(5);
  rmSync(path, { recursive: true });
});
