/** `stream-live` on a lake and BigQuery's stand-in: which rows it makes, what it reports, and what it does with the rest. */
import * as pulumi from "@pulumi/pulumi";
import { type BatchResponse, makeStreamLive } from "../../functions/stream-live";
import { createClock } from "../../local/clock";
import { liveReadings } from "../../sql/tables";
import { type Google, startGoogle } from "../local/google/google";
import { type Lake, referenceOf, startLakes } from "./lake";
import { gen1Line, gen2Line } from "./messages";

const calendar = { from: "2026-05-01", to: "2026-07-31" };
const reference = referenceOf({ home: "Europe/Warsaw" }, calendar);
const start = Date.parse("2026-06-01T12:00:00Z");
const environment = { ...process.env };

let lakes: Awaited<ReturnType<typeof startLakes>>;
let lake: Lake;
let google: Google;
let logged: Record<string, unknown>[];
beforeAll(async () => {
  lakes = await startLakes();
});
afterAll(() => lakes.close());
beforeEach(async () => {
  logged = [];
  jest.spyOn(console, "log").mockImplementation((record) => void logged.push(record));
  lake = await lakes.open(reference);
  google = await startGoogle({ clock: createClock(start) });
});
afterEach(async () => {
  await google.close();
  jest.restoreAllMocks();
  process.env = { ...environment };
});

/** The callback as it wakes up in its sandbox. The stand-in of S3 knows no roles, so the federation's keys serve both. */
function wake(name: "writer" | "stranger" = "writer", settings: Record<string, string> = {}) {
  Object.assign(process.env, lake.environment, google.environment(name), { REGISTRY_SECONDS: "300", ...settings });
  return makeStreamLive();
}
const event = (...bodies: string[]) => ({ Records: bodies.map((body, index) => ({ messageId: `m${index}`, body })) });
const failed = ({ batchItemFailures }: BatchResponse) => batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
const rows = () =>
  google.warehouse.query(`
    SELECT date, ts, device, channel, received, power_w, voltage_v, import_counter_wh
    FROM \`d.live_readings\` ORDER BY device, channel, ts, received, power_w`);
const unknown = { power_w: null, voltage_v: null, import_counter_wh: null };

test("each message becomes a row a channel, on the site's local day", async () => {
  const late = Date.parse("2026-06-01T22:30:00.250Z");
  const streamLive = wake();
  const answer = await streamLive(
    event(
      gen1Line("em-home", 0, "power", 611.53, start + 250),
      gen1Line("em-home", 0, "total", 1000, start + 500),
      gen2Line("g3-home", "em1:1", { act_power: -20, voltage: 230.5 }, late - 1000, late),
    ),
  );
  expect(failed(answer)).toEqual([]);
  const [instant, received] = ["2026-06-01T12:00:00.000Z", "2026-06-01T12:00:00.250Z"];
  expect(await rows()).toEqual([
    { ...unknown, date: "2026-06-01", ts: instant, device: "em-home", channel: 0, received, power_w: 611.53 },
    {
      ...{ ...unknown, date: "2026-06-01", ts: instant, device: "em-home", channel: 0 },
      ...{ received: "2026-06-01T12:00:00.500Z", import_counter_wh: 1000 },
    },
    {
      ...{ ...unknown, date: "2026-06-02", ts: "2026-06-01T22:29:59.250Z", device: "g3-home", channel: 1 },
      ...{ received: "2026-06-01T22:30:00.250Z", power_w: -20, voltage_v: 230.5 },
    },
  ]);
});

test("the same batch again, or in other parts, adds no row", async () => {
  const lines = [0, 1, 2, 3].map((second) => gen1Line("em-home", 0, "power", second, start + second * 1000));
  const streamLive = wake();
  await streamLive(event(...lines));
  await streamLive(event(...lines, ...lines));
  await wake()(event(...lines.slice(2)));
  expect(await rows()).toHaveLength(4);
});

test("what means nothing here is counted and done with: the batch path deals with it", async () => {
  const answer = await wake()(
    event(
      "not json",
      gen1Line("stranger", 0, "power", 1, start),
      gen1Line("em-home", 9, "power", 1, start),
      gen1Line("em-home", 0, "power", "nonsense", start),
      gen1Line("em-home", 0, "energy", 1, start),
      gen1Line("em-home", 0, "power", 1, Date.parse("2027-01-01T00:00:00Z")),
      gen2Line("g3-home", "switch:0", { output: true }, start, start),
      gen1Line("em-home", 0, "power", 5, start),
    ),
  );
  expect(failed(answer)).toEqual([]);
  expect(await rows()).toHaveLength(1);
  expect(logged).toEqual([
    {
      ...{ unit: "stream-live", messages: 8, rows: 1, refused: 0, reasons: [] },
      skipped: {
        ...{ not_json: 1, unknown_meter: 1, channel_not_configured: 1, not_a_number: 1, volatile_counter: 1 },
        ...{ outside_calendar: 1, no_measurement: 1 },
      },
    },
  ]);
});

test("a reading of a day whose partition has expired is left to the batch path", async () => {
  const message = (day: string) =>
    gen2Line("g3-home", "em1:0", { act_power: 1 }, Date.parse(`${day}T12:00:00Z`), Date.parse("2026-06-04T00:30:00Z"));
  await wake()(event(message("2026-06-01"), message("2026-06-02")));
  expect((await rows()).map(({ date }) => date)).toEqual(["2026-06-02"]);
  expect(logged).toMatchObject([{ rows: 1, skipped: { expired: 1 } }]);
});

test("nothing but the messages behind rows that BigQuery refused is reported as failed", async () => {
  await google.close();
  const columns = liveReadings.columns.map((column) =>
    column.name === "frequency_hz" ? { ...column, type: "DATE" as const } : column,
  );
  google = await startGoogle({ clock: createClock(start), columns });
  const bad = gen2Line("g3-home", "em1:0", { freq: 50 }, start, start);
  const good = gen2Line("g3-home", "em1:1", { act_power: 7 }, start, start);
  const twoChannels = JSON.stringify({
    ...JSON.parse(good),
    params: { ts: start / 1000 + 1, "em1:0": { act_power: 1 }, "em1:1": { freq: 49 } },
  });
  const answer = await wake()(event(good, bad, twoChannels, bad, gen1Line("em-home", 0, "power", 1, start)));
  expect(failed(answer).sort()).toEqual(["m1", "m2", "m3"]);
  expect((await rows()).map(({ device, channel, power_w }) => [device, channel, power_w])).toEqual([
    ["em-home", 0, 1],
    ["g3-home", 0, 1],
    ["g3-home", 1, 7],
  ]);
  expect(logged).toMatchObject([{ messages: 5, rows: 5, refused: 2, reasons: ["invalid"] }]);
});

test("where BigQuery takes nothing the invocation fails, and the whole batch comes again", async () => {
  await expect(wake("stranger")(event(gen1Line("em-home", 0, "power", 1, start)))).rejects.toThrow(
    "attribute condition",
  );
  expect(await rows()).toEqual([]);
});

test("a batch without a row asks nothing of BigQuery", async () => {
  expect(failed(await wake("stranger")(event("not json")))).toEqual([]);
});

describe("the registry", () => {
  const line = gen1Line("em-cabin", 0, "power", 1, start);
  const more = referenceOf({ home: "Europe/Warsaw", cabin: "Europe/Warsaw" }, calendar);

  test("is looked at again after a while", async () => {
    const now = jest.spyOn(Date, "now").mockReturnValue(0);
    const streamLive = wake("writer", { REGISTRY_SECONDS: "300" });
    await streamLive(event(line));
    await lake.setRegistry(more.meters);
    now.mockReturnValue(299_999);
    await streamLive(event(line));
    expect(await rows()).toEqual([]);
    now.mockReturnValue(300_000);
    await streamLive(event(line));
    // The calendar is that of its time zone, and was there before.
    expect(logged.map(({ skipped }) => skipped)).toEqual([{ unknown_meter: 1 }, { unknown_meter: 1 }, {}]);
    expect(await rows()).toMatchObject([{ device: "em-cabin", power_w: 1 }]);
  });

  test("that is missing fails the invocation by name", async () => {
    await lake.remove("reference/meters.jsonl");
    await expect(wake()(event(line))).rejects.toThrow("the lake has no reference/meters.jsonl");
  });
});

test.each([
  ["LIVE_TABLE", "live_readings"],
  ["GOOGLE_CREDENTIALS", JSON.stringify({ type: "service_account", private_key: "x" })],
  ["LIVE_DAYS", "few"],
  ["REGISTRY_SECONDS", "often"],
])("%s = %s is refused at the start", (name, value) => {
  expect(() => wake("writer", { [name]: value })).toThrow();
});

test("serialized it is small and holds no secret", async () => {
  const { text, containsSecrets } = await pulumi.runtime.serializeFunction(makeStreamLive, { isFactoryFunction: true });
  expect(containsSecrets).toBe(false);
  expect(text.length).toBeLessThan(60_000);
  expect(text).not.toMatch(/EMULATOR|127\.0\.0\.1|localhost/);
});
