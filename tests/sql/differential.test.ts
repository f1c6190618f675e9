/**
 * Every view and table function on both engines, over one lake with DST days, gaps, resets, sign changes, several sites
 * and zones: the same columns as declared, the same rows, numbers to 1e-9 relative.
 */

import type { Reading } from "../../functions/readings/reading";
import { readCatalog, type View } from "../../sql/catalog";
import { type Engines, expectSame, openEngines } from "./engines";
import { type Lake, layOut, stackConfig, type Tariffs } from "./lake";
import { always, blocks, period, windows } from "./tariff-rows";

const catalog = readCatalog();
const meter = (id: string, options: object, ...roles: string[]) => ({
  id,
  ...options,
  channels: roles.map((role, index) => ({ index, name: `${role} ${index}`, role })),
});
const sites = [
  {
    id: "warsaw",
    timezone: "Europe/Warsaw",
    currency: "PLN",
    meters: [
      meter("em", { model: "EM" }, "grid", "load"),
      meter("roof", { model: "EMG3", integration: "trapezoid", maxGap: "10 m" }, "solar"),
    ],
  },
  {
    id: "howe",
    timezone: "Australia/Lord_Howe",
    currency: "AUD",
    meters: [meter("pro", { model: "Pro3EM", integration: "trapezoid", maxGap: "20 m" }, "grid", "grid", "grid")],
  },
];
const config = stackConfig(sites, "2025-10-04", "2025-10-27");

/** A small generator of its own, so that the lake is the same on every machine. */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Uneven readings of a channel with counters of its own, an outage, jitter, a glitch and a reset. */
function channelReadings(
  device: string,
  channel: number,
  from: string,
  hours: number,
  quantum: number,
  seed: number,
): Reading[] {
  const random = makeRandom(seed);
  const readings: Reading[] = [];
  const end = Date.parse(from) + hours * 3_600_000;
  let [imported, exported] = [1e5 * (channel + 1), 4000];
  for (let t = Date.parse(from); t < end; ) {
    const power_w = Math.round((random() - 0.4) * 30_000) / 10;
    const hour = (t - Date.parse(from)) / 3_600_000;
    const glitch = random() < 0.01 ? 0 : 1;
    const jitter = random() < 0.05 ? quantum : 0;
    if (hour > 20 && hour < 20.2) imported = 0;
    const counters = {
      import_counter_wh: (quantum * Math.floor(imported / quantum) - jitter) * glitch,
      export_counter_wh: quantum * Math.floor(exported / quantum),
    };
    const dark = hour > 6 && hour < 9.5;
    if (!dark)
      readings.push({
        ts: new Date(t).toISOString(),
        device,
        channel,
        ...(random() < 0.9 && { power_w }),
        ...(random() < 0.8 && counters),
      });
    const step = 1000 * Math.ceil(random() * 420);
    const wh = (power_w * step) / 3.6e6;
    if (wh > 0) imported += wh;
    else exported -= wh;
    t += step;
  }
  return readings;
}

/** A contract of the first site over its days, with blocks, feed-in, a charge, demand and a minimum, and a plan beside it. */
function tariffsOf({ zone_days }: Lake): Tariffs {
  const own = zone_days.filter(({ timezone, date }) => timezone === "Europe/Warsaw" && String(date) >= "2025-10-25");
  const [start, end] = ["2025-10-25", "2025-10-28"];
  const of = (given: object) =>
    own.flatMap(({ date, day_start, day_end }) =>
      windows([String(date)], always(0.25), {
        ...{ window_start: day_start, window_end: day_end, version: start, vat: 0.23 },
        ...given,
      }),
    );
  const line = {
    plan: "p",
    component_name: "Charge",
    version: start,
    period_start: start,
    vat: 0.23,
    is_example: true,
  };
  const tariffs = {
    billing_periods: [
      period(start, end, {
        ...{ minimum_amount: 1000, amount_rounding: "band", amount_step: 0.01, amount_mode: "half_even" },
        ...{ quantity_rounding: "line", quantity_step_kwh: 0.1, quantity_mode: "half_up" },
      }),
      period(start, end, { plan: "q", is_own: false, netting: "hour" }),
    ],
    tariff_windows: [
      ...of({ component: "network" }),
      ...of({ component: "energy", price: null, has_blocks: true }),
      ...of({ component: "feed", kind: "feed_in", direction: "export" }),
      ...of({ component: "peak", kind: "demand", price: null }),
      ...of({ plan: "q" }),
    ],
    tariff_blocks: blocks(
      [start, end],
      [
        [1.5, 0.2],
        [null, 0.4],
      ],
    ),
    tariff_charges: [{ ...line, component: "standing", kind: "fixed", quantity: 3, unit: "day", price: 0.333 }],
    tariff_demand: [
      {
        ...{ ...line, component: "peak", interval_minutes: 30, highest: 2, one_per_day: true, months: 1 },
        ...{ minimum_kw: null, price: 3 },
      },
    ],
  };
  return Object.fromEntries(
    Object.entries(tariffs).map(([table, rows]) => [table, rows.map((row) => ({ ...row, site: "warsaw" }))]),
  );
}

let engines: Engines;
let lake: Lake;
beforeAll(async () => {
  engines = await openEngines();
  const laid = await layOut(config, [
    ...channelReadings("em", 0, "2025-10-25T12:00:00Z", 40, 1, 1),
    ...channelReadings("em", 1, "2025-10-25T20:00:00Z", 30, 100, 2),
    ...channelReadings("roof", 0, "2025-10-25T21:00:00Z", 20, 0.1, 3),
    ...[0, 1, 2].flatMap((phase) => channelReadings("pro", phase, "2025-10-04T10:00:00Z", 18, 1, 4 + phase)),
  ]);
  const set_aside = (site: string, date: string, device: string) => ({
    site,
    date,
    device,
    reason: "not_a_number",
    messages: 3,
  });
  lake = {
    ...laid,
    ...tariffsOf(laid),
    hour_manifests: [
      {
        date: "2025-10-25",
        hour: "2025-10-25T22",
        ...{ messages: 40, fanned_out: 2, staged: 30, merged: 5, duplicates: 2, quarantined: 0 },
        ignored: [
          { reason: "other_topic", messages: 4 },
          { reason: "not_configured", messages: 1 },
        ],
        examples: [{ reason: "other_topic", line: '{"metric":"relay"}' }],
        quarantine: [],
      },
      {
        date: "2025-10-25",
        hour: "2025-10-25T23",
        ...{ messages: 11, fanned_out: 0, staged: 5, merged: 0, duplicates: 0, quarantined: 6, ignored: [] },
        quarantine: [set_aside("warsaw", "2025-10-26", "em"), set_aside("howe", "2025-10-25", "pro")],
      },
    ],
  };
});
afterAll(() => engines.close());

const orderOf = ({ columns }: View) => columns.map((_, index) => index + 1).join(", ");
const declared = ({ columns }: View) => columns.map(({ name, type }) => ({ name, type }));

/** What is made of whole bills takes long to plan: money-bill and money-views compare it on both engines, over less. */
const ofBills = ["bill", "tariff_comparison", "period_comparison", "shift_savings", "bill_estimate"];

/** Views whose answer changes with the time of asking are compared by the tests of the live path. */
const timeless = catalog.views.filter(
  ({ name, sql, parameters }) =>
    !sql.includes("CURRENT_TIMESTAMP") && parameters.length === 0 && !ofBills.includes(name),
);

test.each(timeless.map((view) => [view.name, view] as const))("view %s", async (name, view) => {
  const query = `SELECT * FROM \`wattlake.${name}\` ORDER BY ${orderOf(view)}`;
  const expected = await engines.zetaSqlStep(lake, view, orderOf(view));
  expect(expected.columns.map(({ name: column, type }) => ({ name: column, type }))).toEqual(declared(view));
  expectSame(await (await engines.duckDb(lake)).execute(query), expected);
  if (!name.startsWith("live")) expect(expected.rows.length).toBeGreaterThan(0);
});

test.each(["slot_estimates", "netted_export", "site_slots"])("the slots of %s lie within their day", async (name) => {
  const [row] = await (await engines.duckDb(lake)).query(
    `SELECT COUNT(*) AS slots, COUNTIF(s.slot_start < d.day_start OR s.slot_start >= d.day_end) AS outside
    FROM \`wattlake.${name}\` AS s JOIN \`wattlake.site_days\` AS d ON d.site = s.site AND d.date = s.date`,
  );
  expect(row?.outside).toBe(0);
  expect(row?.slots).toBeGreaterThan(0);
});

const calls: Readonly<Record<string, readonly string[]>> = {
  data_quality_between: ["2025-10-26", "2025-10-27"],
  explain_cost: ["warsaw", "2025-10-26", "2025-10-27"],
  energy_between: ["2025-10-25T23:30:00Z", "2025-10-26T04:45:00Z"],
};
const functions = catalog.views.filter(({ parameters }) => parameters.length > 0);

test.each(functions.map((view) => [view.name, view] as const))("table function %s", async (name, view) => {
  const parameters = view.parameters.map(({ name: parameter, type }, index) => ({
    name: parameter,
    type,
    value: calls[name]?.[index] ?? null,
  }));
  const expected = await engines.zetaSqlFunction(lake, view, parameters);
  expect(expected.columns.map(({ name: column, type }) => ({ name: column, type }))).toEqual(declared(view));
  const literals = parameters.map(({ type, value }) => `${type === "STRING" ? "" : type} '${value}'`).join(", ");
  const actual = await (await engines.duckDb(lake)).execute(
    `SELECT * FROM \`wattlake.${name}\`(${literals}) ORDER BY ${orderOf(view)}`,
  );
  expectSame(actual, expected);
  expect(expected.rows.length).toBeGreaterThan(0);
});
