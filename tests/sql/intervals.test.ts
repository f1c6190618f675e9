/** What the view of the intervals says of each: which are needed for themselves, and which are gaps. On both engines. */
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
const power = { power_w: 100 };
const counter = { import_counter_wh: 5000 };

/** The columns that are true for the interval from each reading of 2 June 2025, by its time. */
async function truths(...readings: readonly Reading[]): Promise<Record<string, string>> {
  const names = ["is_first_of_day", "is_last_of_slot", "starts_at_counter", "follows_counter", "is_gap"];
  const rows = await engines.agreed(
    await layOut(config, readings),
    `SELECT FORMAT_TIMESTAMP('%H:%M', TIMESTAMP_MICROS(start_us)) AS time, ${names.join(", ")}
     FROM \`wattlake.intervals\` WHERE date = DATE '2025-06-02' ORDER BY start_us`,
  );
  return Object.fromEntries(rows.map((row) => [row.time, names.filter((name) => row[name] === true).join(" ")]));
}

test("the slot's last reading with a counter parts its intervals; the slot's last reading reaches beyond it", async () => {
  expect(
    await truths(
      reading("12:01", { ...power, ...counter }),
      reading("12:03", power),
      reading("12:05", counter),
      reading("12:07", power),
      reading("12:10", power),
      reading("12:16", { ...power, ...counter }),
    ),
  ).toEqual({
    "12:01": "is_first_of_day",
    "12:03": "",
    "12:05": "starts_at_counter follows_counter",
    "12:07": "follows_counter",
    "12:10": "is_last_of_slot follows_counter",
    "12:16": "is_last_of_slot starts_at_counter follows_counter",
  });
});

test("without a counter every interval follows it; a gap is a time, so the last reading begins none", async () => {
  expect(await truths(reading("12:01", power), reading("12:05", power), reading("12:16", power))).toEqual({
    "12:01": "is_first_of_day follows_counter",
    "12:05": "is_last_of_slot follows_counter is_gap",
    "12:16": "is_last_of_slot follows_counter",
  });
});

test("the reading before the day begins an interval of the day, but is not its first", async () => {
  const before = { ...reading("12:01", power), ts: "2025-06-01T21:58:00.000Z" };
  const rows = await engines.agreed(
    await layOut(config, [before, { ...before, ts: "2025-06-01T22:02:00.000Z" }]),
    "SELECT start_us, is_first_of_day FROM `wattlake.intervals` WHERE date = DATE '2025-06-02' ORDER BY start_us",
  );
  expect(rows.map(({ is_first_of_day }) => is_first_of_day)).toEqual([false, true]);
});
