/** Stored slots in local mode: the deployed scheduled query is carried out after each run, and a restart loses nothing. */
import { z } from "zod";
import type { Warehouse } from "../../../local/google/duckdb/warehouse";
import type { TimedMessage } from "../../../local/messages/capture";
import type { Registered } from "../../../local/program/graph";
import { makeDirectories, openCloud, registerDemo, replayInto } from "../clouds";

const noon = Date.UTC(2025, 5, 3, 12);
const minuteMs = 60_000;

/** A heat pump at constant power for so many hours from noon. */
const heating = (hours: number, from = noon): TimedMessage[] =>
  Array.from({ length: hours * 6 + 1 }, (_, index) => ({
    at: from + index * 10 * minuteMs,
    topic: "shellies/shellyem-A4CF12F3B2/emeter/1/power",
    payload: "600.00",
  }));

let resources: readonly Registered[];
const directories = makeDirectories();
beforeAll(async () => {
  resources = await registerDemo({ "wattlake:warehouse": { materialize: true } });
});
afterAll(directories.removeAll);

/** What the views say, after checking that all of it is stored and that nothing else is. */
async function storedDays(warehouse: Warehouse) {
  const rows = (name: string) =>
    warehouse.query(`SELECT * FROM \`wattlake.${name}\` ORDER BY site, device, channel, slot_start`);
  const stored = await rows("slot_estimates_stored");
  expect(stored).not.toEqual([]);
  expect(stored).toEqual(await rows("slot_estimates_computed"));
  expect(stored).toEqual(await rows("slot_estimates"));
  return warehouse.query(
    "SELECT date, import_wh FROM `wattlake.energy_daily` WHERE channel = 1 AND import_wh IS NOT NULL ORDER BY date",
  );
}

it("stores the slots of old days after each run, late data too, and fills the table again after a restart", async () => {
  const directory = directories.make();
  const first = await openCloud(resources, directory, noon);
  try {
    await replayInto(first, heating(2));
    const warehouse = await first.cloud.warehouse();
    expect(await storedDays(warehouse)).toEqual([{ date: "2025-06-03", import_wh: 1200 }]);
    await replayInto(first, heating(1, noon + 240 * minuteMs));
    expect(await storedDays(warehouse)).toEqual([{ date: "2025-06-03", import_wh: 1800 }]);
    expect(first.problems).toEqual([]);
  } finally {
    await first.cloud.close();
  }
  const second = await openCloud(resources, directory, noon + 1440 * minuteMs);
  try {
    expect(await storedDays(await second.cloud.warehouse())).toEqual([{ date: "2025-06-03", import_wh: 1800 }]);
    await replayInto(second, heating(1, noon + 1440 * minuteMs));
    expect(await storedDays(await second.cloud.warehouse())).toEqual([
      { date: "2025-06-03", import_wh: 1800 },
      { date: "2025-06-04", import_wh: 600 },
    ]);
    expect(second.problems).toEqual([]);
  } finally {
    await second.cloud.close();
  }
});

it("tells a scheduled query that fails, and lets the run be", async () => {
  const broken = resources.map((resource): Registered => {
    if (resource.name !== "refresh-query") return resource;
    const inputs = z.looseObject({ params: z.object({ query: z.string() }) }).parse(resource.inputs);
    const query = inputs.params.query.replace("slot_estimates_computed", "nowhere");
    return { ...resource, inputs: { ...inputs, params: { query } } };
  });
  const opened = await openCloud(broken, directories.make(), noon);
  try {
    const warehouse = await opened.cloud.warehouse();
    opened.problems.splice(0);
    await replayInto(opened, heating(1));
    expect(opened.problems).toEqual([
      expect.stringMatching(/^The scheduled query refresh-query failed: .*nowhere does not exist/s),
    ]);
    const [row] = await warehouse.query("SELECT COUNT(*) AS slots FROM `wattlake.slot_estimates_computed`");
    expect(row?.slots).toBeGreaterThan(0);
  } finally {
    await opened.cloud.close();
  }
});
