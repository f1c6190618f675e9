/** A day of the demo in the local cloud, counted: each message on its meter's account, and dollars as the price list has them. */
import { join } from "node:path";
import { joinedPayload } from "../../functions/readings/joined";
import { createGraph } from "../../local/program/graph";
import { readStackConfig } from "../../local/program/stack-config";
import { readConfig } from "../../local/session/sites";
import { createUsage, unitBytes } from "../../local/usage";
import { readArguments } from "../../tools/cost/arguments";
import { countedOf } from "../../tools/cost/counted";
import { createMeters, meterOf, throughGateway } from "../../tools/cost/device-day";
import { type Estimate, estimate } from "../../tools/cost/estimate";
import { formatEstimate } from "../../tools/cost/format";
import { type LocalDay, runDay } from "../../tools/cost/local-day";
import { pricedRegions, readPrices } from "../../tools/cost/prices";
import { withOnly, withVariant } from "../../tools/cost/variants";
import { registerDemo } from "../local/clouds";

const stack = readStackConfig(join(__dirname, "../.."), "dev");
const bridged = "shellyem-A4CF12F3B2";
const direct = "shellyemg3-0cb815fc9d38";
const half = withVariant(stack, { delivery: "buffered", live: true, bridge: "mosquitto" });
const prices = readPrices("eu-central-1");
/** Days of the mean month. */
const month = 365.25 / 12;

let day: LocalDay;
let result: Estimate;
beforeAll(async () => {
  day = await runDay(half, createGraph(await registerDemo()), { period_s: 1800, progress: () => undefined });
  result = estimate(half, countedOf(day), prices);
});
const ofMeter = (what: Parameters<LocalDay["usage"]["total"]>[0], meter: string) =>
  day.usage.total(what, (of) => meterOf(of) === meter);
const messagesOf = (meter: string) => day.meters.get(meter)?.messages ?? 0;

it("a bridged message triggers a rule and is no message to be paid, a direct one is both", () => {
  expect(messagesOf(bridged)).toBeGreaterThanOrEqual(48 * 12);
  expect(ofMeter("iot_rule", bridged)).toBe(messagesOf(bridged));
  expect(ofMeter("iot_message", bridged)).toBe(0);
  expect(ofMeter("iot_message", direct)).toBe(messagesOf(direct));
  // To Firehose, and to the queue of the live path.
  expect(ofMeter("iot_action", direct)).toBe(2 * messagesOf(direct));
  expect(ofMeter("firehose_byte", bridged)).toBe(messagesOf(bridged) * unitBytes);
});

it("a run an hour, each with its transitions; every message is streamed once, and every file copied", () => {
  expect(day.runs).toBe(24);
  expect(day.usage.total("states_transition")).toBeGreaterThanOrEqual(24 * 6);
  expect(day.usage.total("bigquery_streamed_byte")).toBeGreaterThan(0);
  expect(day.usage.total("gcs_write")).toBeGreaterThan(0);
  expect(day.addedBytes.get("raw/")).toBeGreaterThan(0);
  expect(day.addedBytes.get("daily/")).toBeGreaterThan(0);
});

it("dollars are units by the price, less what is free", () => {
  const rules = result.lines.find(({ item }) => item === "iot_rule");
  const units = day.usage.total("iot_rule") * month;
  expect(rules?.amount).toBeCloseTo(units, 6);
  expect(rules?.usd).toBeCloseTo((units * 0.18) / 1e6, 9);
  const polls = result.lines.find(({ item }) => item === "sqs_request");
  // Five pollers of Lambda and one of Storage Transfer, three times a minute.
  expect(polls?.amount).toBeCloseTo(day.usage.total("sqs_request") * month + 18 * month * 24 * 60, 3);
  expect(polls?.usd).toBe(0);
  expect(polls?.listed).toBeGreaterThan(0.2);
  const own = result.meters.find(({ meter }) => meter === bridged);
  const messages = messagesOf(bridged) * month;
  const byMessage = (messages * 3 * 0.18) / 1e6 + (messages * unitBytes * 0.033) / 2 ** 30;
  expect(own?.usd).toBeCloseTo((month * 1440 * 0.096) / 1e6 + byMessage, 9);
  expect(formatEstimate("x", result)).toMatch(/^in all +\d+\.\d\d +\d+\.\d\d$/m);
});

it("each item that is counted has a price, in every region", () => {
  for (const region of pricedRegions()) {
    const list = readPrices(region);
    for (const { item } of result.lines) expect(list.of(item).usd).toBeGreaterThan(0);
  }
  expect(() => readPrices("mars-1")).toThrow(/no prices of mars-1 in .*only of eu-central-1, us-east-1/);
});

it("a bridge that joins carries the same messages of its meters, one payload a report; a direct meter sends as before", () => {
  const start = Date.parse("2026-06-03T00:00:00Z");
  const through = (bridge: "mosquitto" | "joining") => {
    const config = readConfig(withVariant(stack, { delivery: "buffered", live: false, bridge }));
    return throughGateway(createMeters(config.sites, start, 30), config, stack).advance(start + 600_000);
  };
  const [single, joined] = [through("mosquitto"), through("joining")];
  const own = (all: typeof single, meter: string) => all.filter(({ topic }) => meterOf(topic) === meter);
  expect(own(joined, direct)).toEqual(own(single, direct));
  const payloads = own(joined, bridged);
  expect(payloads).toHaveLength(20);
  expect(new Set(payloads.map(({ topic }) => topic))).toEqual(new Set([`$aws/rules/wattlake_dev_joined/${bridged}`]));
  const inner = payloads.flatMap(({ payload }) => joinedPayload().parse(JSON.parse(payload)).messages);
  expect(inner).toEqual(
    own(single, bridged).map(({ at, topic, payload }) => ({
      ...{ at_ms: at, topic: topic.replace("$aws/rules/wattlake_dev_gen1/", ""), payload },
    })),
  );
});

it("sums are by account", () => {
  const usage = createUsage();
  usage.count("s3_read", 2, "daily/a");
  usage.count("s3_read", 3, "raw/b");
  expect([
    usage.total("s3_read"),
    usage.total("s3_read", (of) => of.startsWith("raw/")),
    usage.total("s3_write"),
  ]).toEqual([5, 3, 0]);
});

it("says what is wrong with its words", () => {
  expect(() => readArguments(["--delivery", "x"])).toThrow("--delivery must be buffered or direct");
  expect(() => readArguments(["--every", "x"])).toThrow("--every must be a number of seconds");
  expect(() => withOnly(stack, "nobody")).toThrow(`--only must be a meter of Pulumi.dev.yaml: ${bridged}`);
  expect(withOnly(stack, direct).values["wattlake:sites"]).toMatchObject([{ id: "home", meters: [{ id: direct }] }]);
});
