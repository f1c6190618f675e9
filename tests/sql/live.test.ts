/** The live path's views on both engines: how messages become readings, and how they stand beside the record. */
import { readPower } from "../../local/session/live-power";
import { readDays } from "../../local/session/report";
import { type Engines, openEngines } from "./engines";
import { type Lake, layOut, stackConfig } from "./lake";
import { tableFilters } from "./plan";

const site = {
  id: "home",
  timezone: "Europe/Warsaw",
  currency: "PLN",
  meters: [
    {
      id: "em",
      model: "EM",
      channels: [
        { index: 0, name: "Grid", role: "grid" },
        { index: 1, name: "Car", role: "load" },
      ],
    },
  ],
};
const config = stackConfig([site], "2026-06-01", "2026-06-03");

/** A row of `live_readings` of channel 0 at `second` of 2026-06-02 12:00 UTC, received `after` ms later. */
const live = (second: number, after: number, fields: object, channel = 0) => {
  const ts = Date.parse("2026-06-02T12:00:00Z") + second * 1000;
  const [instant, received] = [new Date(ts).toISOString(), new Date(ts + after).toISOString()];
  return { site: "home", date: "2026-06-02", ts: instant, device: "em", channel, received, ...fields };
};

let engines: Engines;
beforeAll(async () => {
  engines = await openEngines();
});
afterAll(() => engines.close());

const lakeOf = async (rows: readonly object[], recorded: Parameters<typeof layOut>[1] = []) =>
  ({ ...(await layOut(config, recorded)), live_readings: rows }) as Lake;

const readings = `SELECT ts, channel, power_w, voltage_v, import_counter_wh FROM \`wattlake.readings\`
  WHERE site = 'home' AND date = '2026-06-02' ORDER BY ts, channel`;
const reading = (
  second: number,
  power_w: number | null,
  voltage_v: number | null,
  import_counter_wh: number | null,
) => ({
  ts: live(second, 0, {}).ts,
  channel: 0,
  power_w,
  voltage_v,
  import_counter_wh,
});

test("messages of one instant are one reading; the latest arrival wins, a tie goes to the smaller value", async () => {
  const lake = await lakeOf([
    live(0, 10, { power_w: 5 }),
    live(0, 30, { power_w: 7, voltage_v: 230 }),
    live(0, 20, { power_w: 6, voltage_v: 231, import_counter_wh: 100 }),
    live(1, 10, { power_w: 9 }),
    live(1, 10, { power_w: 8 }),
    live(1, 10, { voltage_v: 229 }),
  ]);
  expect(await engines.agreed(lake, readings)).toEqual([reading(0, 7, 230, 100), reading(1, 8, 229, null)]);
});

test("power that a message tells to be unknown merges as a value does, smaller than any", async () => {
  const unknown = { power_unknown: true };
  const recorded = [
    { ts: live(4, 0, {}).ts, device: "em", channel: 0, power_w: 50 },
    { ts: live(5, 0, {}).ts, device: "em", channel: 0, power_unknown: true as const },
  ];
  const lake = await lakeOf(
    [
      ...[live(0, 10, { power_w: 5 }), live(0, 20, unknown)],
      ...[live(1, 10, unknown), live(1, 20, { power_w: 6 })],
      ...[live(2, 10, { power_w: 7 }), live(2, 10, unknown)],
      live(3, 10, unknown),
      live(4, 10, unknown),
      live(5, 10, { power_w: 8 }),
    ],
    recorded,
  );
  const query = "SELECT power_w, power_unknown FROM `wattlake.readings` WHERE site = 'home' ORDER BY ts";
  expect(await engines.agreed(lake, query)).toEqual([
    { power_w: null, power_unknown: true },
    { power_w: 6, power_unknown: null },
    { power_w: null, power_unknown: true },
    { power_w: null, power_unknown: true },
    { power_w: 50, power_unknown: null },
    { power_w: null, power_unknown: true },
  ]);
});

test("live_power: power that the meter does not know any more is NULL, with its age", async () => {
  const lake = await lakeOf([live(0, 10, { power_w: 5 }), live(3, 10, { power_unknown: true })]);
  const query = "SELECT ts, power_w FROM `wattlake.live_power` WHERE channel = 0 ORDER BY ts";
  expect(await engines.agreed(lake, query)).toEqual([{ ts: live(3, 0, {}).ts, power_w: null }]);
});

test("a row that is there twice changes nothing", async () => {
  const rows = [live(0, 10, { power_w: 5 }), live(0, 20, { voltage_v: 230 }), live(1, 10, { power_w: 6 })];
  const once = await engines.agreed(await lakeOf(rows), readings);
  expect(await engines.agreed(await lakeOf([...rows, ...rows]), readings)).toEqual(once);
});

test("what the daily file has is the record; live rows bring only what it lacks", async () => {
  const recorded = [
    { ts: reading(0, 0, 0, 0).ts, device: "em", channel: 0, power_w: 50, voltage_v: 230 },
    { ts: reading(1, 0, 0, 0).ts, device: "em", channel: 0, power_w: 51 },
  ];
  const rows = [
    live(0, 10, { power_w: 999, voltage_v: 999, import_counter_wh: 100 }),
    live(1, 10, { power_w: 51 }),
    live(2, 10, { power_w: 52 }),
  ];
  expect(await engines.agreed(await lakeOf(rows, recorded), readings)).toEqual([
    reading(0, 50, 230, 100),
    reading(1, 51, null, null),
    reading(2, 52, null, null),
  ]);
});

test("the report's counter figure is the record's where live rows tell another value of the same instants", async () => {
  const recorded = [0, 1].map((second) => ({
    ...{ ts: reading(second, 0, 0, 0).ts, device: "em", channel: 0, power_w: 50 },
    import_counter_wh: 100 + 10 * second,
  }));
  const rows = [0, 1].map((second) => live(second, 10, { power_w: 50, import_counter_wh: 500 - 300 * second }));
  const warehouse = await engines.duckDb(await lakeOf(rows, recorded));
  expect(await readDays(warehouse, "2026-06-02", "2026-06-02")).toMatchObject([{ counter_import_wh: 10 }]);
});

test("live rows of one day leave the others and their edges as they are", async () => {
  const recorded = [
    { ts: "2026-06-01T12:00:00.000Z", device: "em", channel: 0, power_w: 1 },
    { ts: "2026-06-03T12:00:00.000Z", device: "em", channel: 0, power_w: 3 },
  ];
  const query = "SELECT date, ts, power_w, edge FROM `wattlake.day_readings` ORDER BY date, ts";
  const without = await engines.agreed(await lakeOf([], recorded), query);
  const added = { date: "2026-06-02", ts: reading(0, 0, 0, 0).ts, power_w: 2, edge: null };
  const found = await engines.agreed(await lakeOf([live(0, 10, { power_w: 2 })], recorded), query);
  expect(found.filter(({ ts }) => ts !== added.ts)).toEqual(without);
  expect(found).toContainEqual(added);
});

test("a channel that the record left at 0 W stays there while live rows of another channel come", async () => {
  const channels = [
    { index: 0, name: "Grid", role: "grid" },
    { index: 1, name: "Roof", role: "solar" },
  ];
  const house = { ...site, meters: [{ id: "em", model: "EMG3", channels }] };
  const recorded = [0, 1].flatMap((channel) => [
    { ts: "2026-06-01T20:00:00.000Z", device: "em", channel, power_w: channel === 0 ? 300 : 0 },
  ]);
  // From the last quarter of an hour of 1 June on, local time, only the grid channel is heard of.
  const night = Array.from({ length: 20 }, (_, i) => ({
    ...{ ts: new Date(Date.parse("2026-06-01T20:10:00Z") + i * 600_000).toISOString(), device: "em" },
    ...{ channel: 0, power_w: 300 },
  }));
  const rest = Array.from({ length: 10 }, (_, i) => live(600 * i - 45_000, 10, { power_w: 300 }));
  const lake = {
    ...(await layOut(stackConfig([house], "2026-06-01", "2026-06-03"), [...recorded, ...night])),
    live_readings: rest,
  } as Lake;
  const query = `SELECT slot_start, solar_wh, consumption_wh, covered_s FROM \`wattlake.site_slots\`
    WHERE date = DATE '2026-06-02' ORDER BY slot_start`;
  const rows = await engines.agreed(lake, query);
  expect(rows.length).toBeGreaterThan(8);
  for (const row of rows.slice(0, -1)) expect(row).toMatchObject({ solar_wh: 0, consumption_wh: 75, covered_s: 900 });
});

test("live_power: the latest power of each channel and its age; a silent channel says so", async () => {
  const lake = await lakeOf([
    live(0, 10, { power_w: 5 }),
    live(3, 10, { power_w: 8 }),
    live(3, 20, { power_w: 9 }),
    live(4, 10, { voltage_v: 230 }),
  ]);
  const query = `
    SELECT site, device, channel, channel_name, role, ts, power_w,
      age_s = TIMESTAMP_DIFF(CURRENT_TIMESTAMP(), ts, MICROSECOND) / 1e6 AS age_is_since_ts
    FROM \`wattlake.live_power\` ORDER BY channel`;
  const channel = { site: "home", device: "em" };
  expect(await engines.agreed(lake, query)).toEqual([
    {
      ...channel,
      ...{ channel: 0, channel_name: "Grid", role: "grid", ts: reading(3, 0, 0, 0).ts, power_w: 9 },
      age_is_since_ts: true,
    },
    { ...channel, channel: 1, channel_name: "Car", role: "load", ts: null, power_w: null, age_is_since_ts: null },
  ]);
});

test("the terminal's power: a row for each channel that is in place, the grid first, with the longest gap of its meter", async () => {
  const [meter] = site.meters;
  const common = { site: "home", max_gap_s: 300 };
  const [car, grid] = [
    { index: 0, name: "Car", role: "load" },
    { index: 1, name: "Grid", role: "grid" },
  ];
  const now = { ...meter, maxGap: "300 s", channels: [car, grid] };
  const gone = {
    id: "old",
    model: "EM",
    until: "2001-01-01",
    channels: [{ index: 0, name: "Old grid", role: "grid" }],
  };
  const changed = stackConfig([{ ...site, meters: [now, gone] }], "2026-06-01", "2026-06-03");
  const lake = { ...(await layOut(changed, [])), live_readings: [live(0, 10, { power_w: -5 }, 1)] } as Lake;
  const asked = await readPower({ query: async (sql) => [...(await engines.agreed(lake, sql))] });
  expect(asked).toEqual([
    { ...common, channel_name: "Grid", role: "grid", ts: Date.parse(live(0, 0, {}).ts), power_w: -5 },
    { ...common, channel_name: "Car", role: "load", ts: null, power_w: null },
  ]);
});

test("a filter on site and date reaches the live table", async () => {
  const other = { ...live(0, 10, { power_w: 4 }), site: "cabin", date: "2026-06-01" };
  const warehouse = await engines.duckDb(await lakeOf([live(0, 10, { power_w: 5 }), other]));
  const filters = tableFilters(await warehouse.explain(readings), "live_readings").join(" ");
  expect(filters).toMatch(/site='home'/);
  expect(filters).toMatch(/date='2026-06-02'/);
});
