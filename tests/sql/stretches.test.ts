/** Which readings are knots, which breaks, and which time is a gap: the view of the stretches, on both engines. */
import type { Reading } from "../../functions/readings/reading";
import { type Engines, openEngines } from "./engines";
import { layOut, stackConfig } from "./lake";

const meter = { id: "em", model: "EM", maxGap: "10 m", channels: [{ index: 0, name: "Grid", role: "grid" }] };
const site = { id: "home", timezone: "Europe/Warsaw", currency: "PLN", meters: [meter] };
const config = stackConfig([site], "2025-06-01", "2025-06-03");

let engines: Engines;
beforeAll(async () => {
  engines = await openEngines();
});
afterAll(() => engines.close());

const reading = (time: string, fields: object): Reading => ({
  ts: `2025-06-02T${time}:00.000Z`,
  device: "em",
  channel: 0,
  ...fields,
});
const state = (power_w: number, import_counter_wh: number) => ({ power_w, import_counter_wh });

/** What is true of the interval from each reading of 2 June 2025, by its time. */
async function truths(...readings: readonly Reading[]): Promise<Record<string, string>> {
  const rows = await engines.agreed(
    await layOut(config, readings),
    `SELECT
       FORMAT_TIMESTAMP('%H:%M', TIMESTAMP_MICROS(start_us)) AS time,
       is_knot AS knot,
       import_fall_to_wh IS NOT NULL AS falls,
       start_power_w IS NULL AND length_us > 0 AS gap,
       is_repeated AS repeated
     FROM \`wattlake.stretches\` WHERE date = DATE '2025-06-02' ORDER BY start_us`,
  );
  const names = ["knot", "falls", "gap", "repeated"];
  return Object.fromEntries(rows.map((row) => [row.time, names.filter((name) => row[name] === true).join(" ")]));
}

test("knots are the day's first reading and the slot's last one with a counter", async () => {
  expect(
    await truths(
      reading("12:01", state(100, 5000)),
      reading("12:03", { power_w: 100 }),
      reading("12:05", { import_counter_wh: 5001 }),
      reading("12:07", { power_w: 100 }),
      reading("12:10", { power_w: 120 }),
      reading("12:16", state(100, 5010)),
      reading("12:17", state(110, 5011)),
    ),
  ).toEqual({ "12:01": "knot", "12:03": "", "12:05": "knot", "12:07": "", "12:10": "", "12:16": "", "12:17": "knot" });
});

test("both ends of a fall, and of a rise that the rating does not allow, are knots; jitter is not", async () => {
  expect(
    await truths(
      reading("12:00", state(100, 5000)),
      reading("12:01", state(101, 5002)),
      reading("12:02", state(102, 5000)),
      reading("12:03", state(103, 5003)),
      reading("12:04", state(104, 12)),
      reading("12:05", state(105, 14)),
      reading("12:06", state(106, 15)),
      reading("12:07", state(107, 90_000)),
      reading("12:08", state(108, 90_001)),
      reading("12:09", state(109, 90_002)),
    ),
  ).toEqual({
    "12:00": "knot",
    "12:01": "",
    "12:02": "",
    "12:03": "knot falls",
    "12:04": "knot",
    "12:05": "",
    "12:06": "knot",
    "12:07": "knot",
    "12:08": "",
    "12:09": "knot",
  });
});

test("the readings on both sides of midnight are knots; the ones beyond are left out", async () => {
  const june = (day: number, time: string, power: number): Reading => ({
    ...reading(time, state(power, 5)),
    ts: `2025-06-0${day}T${time}:00.000Z`,
  });
  expect(
    await truths(
      june(1, "21:55", 10),
      june(1, "21:58", 11),
      june(1, "22:02", 12),
      june(1, "22:05", 13),
      june(1, "22:06", 14),
      june(2, "21:59", 15),
      june(2, "22:01", 16),
      june(2, "22:03", 17),
    ),
  ).toEqual({ "21:58": "knot", "22:02": "knot", "22:05": "", "22:06": "knot gap", "21:59": "knot", "22:01": "knot" });
});

test("a gap is a time, so the last reading begins none", async () => {
  expect(
    await truths(
      reading("12:01", { power_w: 100 }),
      reading("12:05", { power_w: 100 }),
      reading("12:16", { power_w: 100 }),
    ),
  ).toEqual({
    "12:01": "knot",
    "12:05": "gap",
    "12:16": "",
  });
});

test("a run of the same power and counter that outlasts what the counter's steps allow is a gap, and after the first its counters are no knots", async () => {
  // 1200 W are 20 Wh a minute; two of the counter's steps are 2 Wh, and the counter may be a minute late.
  const run = ["12:01", "12:02", "12:03"].map((time) => reading(time, state(1200, 5003)));
  const [before, after] = [reading("12:00", state(1190, 5001)), reading("12:04", state(1210, 5062))];
  expect(await truths(before, ...run, after)).toEqual({
    "12:00": "knot",
    "12:01": "knot gap repeated",
    "12:02": "gap repeated",
    "12:03": "gap repeated",
    "12:04": "knot",
  });
  const [first, second] = run;
  if (first === undefined || second === undefined) throw new Error("a run has readings");
  expect(await truths(before, first, second, after)).toEqual({
    "12:00": "knot",
    "12:01": "knot",
    "12:02": "",
    "12:04": "knot",
  });
});
