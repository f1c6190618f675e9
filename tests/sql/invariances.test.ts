/**
 * Properties of the figures over arbitrary meters: sums agree at every level, a day's answer is the same whatever else is
 * asked, and neither the order of rows nor duplicates nor the split into files matter.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { readingsKey } from "../../functions/lake/keys";
import type { Row } from "../../local/google/duckdb/rows";
import { type ArbitraryMeter, lakeOf, meters, readingsOf } from "./arbitrary-meter";
import { type Engines, expectSame, openEngines } from "./engines";
import { type Lake, writeLake } from "./lake";
import { type Mirror, openMirror } from "./mirror";

const runs = { numRuns: 8, endOnFailure: true };
const meter = meters(30, 120);
let mirror: Mirror;
let engines: Engines;
beforeAll(async () => {
  engines = await openEngines();
  mirror = await openMirror();
});
afterAll(() => {
  engines.close();
  mirror.close();
});

const columns = ["import_wh", "export_wh", "covered_s", "filled_s", "gap_s"] as const;
const slotsQuery = (where = "TRUE") =>
  `SELECT * FROM \`wattlake.energy_slots\` WHERE ${where} ORDER BY date, channel, slot_start`;

function expectClose(actual: unknown, expected: unknown): void {
  const close =
    typeof actual === "number" &&
    typeof expected === "number" &&
    Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected));
  if (!close) expect(actual).toEqual(expected);
}

function expectSameRows(actual: readonly Row[], expected: readonly Row[]): void {
  expect(actual.length).toBe(expected.length);
  for (const [index, row] of expected.entries())
    for (const [name, value] of Object.entries(row)) expectClose(actual[index]?.[name], value);
}

/** Sums of the columns, NULL where all values are. */
const sums = (names: readonly string[]) => names.map((name) => `SUM(${name}) AS ${name}`).join(", ");

test("slots add up to hours, hours to days, days to months; for channels and for the site", async () => {
  const chains = [
    ["channel", columns, ["energy_slots", "energy_hourly", "energy_daily", "energy_monthly"]],
    [
      "site",
      ["import_wh", "export_wh", "solar_wh", "self_consumption_wh", "covered_s"],
      ["site_slots", "site_hourly", "site_daily", "site_monthly"],
    ],
  ] as const;
  await fc.assert(
    fc.asyncProperty(meter, async (each) => {
      const lake = await lakeOf(each);
      await mirror.replaceFiles(() => writeLake(lake, mirror.directory));
      for (const [key, names, views] of chains) {
        const [first = [], ...others] = await Promise.all(
          views.map((view) =>
            mirror.warehouse.query(
              `SELECT ${key}, ${sums(names)} FROM \`wattlake.${view}\` GROUP BY ${key} ORDER BY ${key}`,
            ),
          ),
        );
        expect(first.length).toBeGreaterThan(0);
        for (const rows of others) expectSameRows(rows, first);
      }
      const parts = (view: string) =>
        mirror.warehouse.query(
          `SELECT date, channel, ${sums(columns)} FROM \`wattlake.${view}\` GROUP BY date, channel ORDER BY date, channel`,
        );
      expectSameRows(await parts("energy_hourly"), await parts("energy_slots"));
      expectSameRows(await parts("energy_daily"), await parts("energy_slots"));
    }),
    runs,
  );
});

test("covered and gap time add up to the time between a channel's first and last reading; energy is never negative", async () => {
  await fc.assert(
    fc.asyncProperty(meter, async (each) => {
      const lake = await lakeOf(each);
      await mirror.replaceFiles(() => writeLake(lake, mirror.directory));
      const rows = await mirror.warehouse.query(`
        SELECT channel, SUM(covered_s + gap_s) AS known_s, MAX(covered_s + gap_s) AS most_s, MIN(import_wh) AS least_in_wh, MIN(export_wh) AS least_out_wh
        FROM \`wattlake.energy_slots\` GROUP BY channel ORDER BY channel`);
      for (const [index, { steps }] of each.channels.entries()) {
        expectClose(
          rows[index]?.known_s,
          steps.slice(1).reduce((sum, { since }) => sum + since, 0),
        );
        expect(Number(rows[index]?.most_s)).toBeLessThanOrEqual(900);
        expect(Math.min(Number(rows[index]?.least_in_wh), Number(rows[index]?.least_out_wh))).toBeGreaterThanOrEqual(0);
      }
    }),
    runs,
  );
});

test("with a counter in every reading the days add up to its last value less its first", async () => {
  await fc.assert(
    fc.asyncProperty(meter, async (each) => {
      const always = { hasCounter: true, mishap: "" } as const;
      const channels = each.channels.map(({ steps, quantum }) => ({
        quantum,
        steps: steps.map((step) => ({ ...step, ...always })),
      }));
      const counted: ArbitraryMeter = { ...each, channels };
      const lake = await lakeOf(counted);
      await mirror.replaceFiles(() => writeLake(lake, mirror.directory));
      const rows = await mirror.warehouse.query(
        `SELECT channel, ${sums(["import_wh", "export_wh"])} FROM \`wattlake.energy_daily\` GROUP BY channel ORDER BY channel`,
      );
      for (const [index, channel] of counted.channels.entries()) {
        const readings = readingsOf(channel, index);
        const [first, last] = [readings[0], readings.at(-1)];
        for (const [name, counter] of [
          ["import_wh", "import_counter_wh"],
          ["export_wh", "export_counter_wh"],
        ] as const) {
          const expected = Number(last?.[counter]) - Number(first?.[counter]);
          expect(Math.abs(Number(rows[index]?.[name]) - expected)).toBeLessThan(1e-6);
        }
      }
    }),
    runs,
  );
});

test("the answer for a day does not depend on the range asked for", async () => {
  await fc.assert(
    fc.asyncProperty(meter, async (each) => {
      const lake = await lakeOf(each);
      await mirror.replaceFiles(() => writeLake(lake, mirror.directory));
      const all = await mirror.warehouse.query(slotsQuery());
      for (const date of new Set(all.map((row) => String(row.date)))) {
        expectSameRows(
          await mirror.warehouse.query(slotsQuery(`date = DATE '${date}'`)),
          all.filter((row) => row.date === date),
        );
      }
    }),
    runs,
  );
});

test("the order of rows, duplicates and the split into files do not matter", async () => {
  await fc.assert(
    fc.asyncProperty(
      meter,
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })),
      async (each, chance) => {
        const next = () => chance.next().value;
        const lake = await lakeOf(each);
        await mirror.replaceFiles(() => writeLake(lake, mirror.directory));
        const expected = await mirror.warehouse.query(slotsQuery());
        await mirror.replaceFiles(() => writeShuffled(lake, next));
        expectSameRows(await mirror.warehouse.query(slotsQuery()), expected);
      },
    ),
    runs,
  );
});

test("both engines agree, whatever the meter sends", async () => {
  await fc.assert(
    fc.asyncProperty(meters(5, 40), async (each) => {
      const lake = await lakeOf(each);
      await mirror.replaceFiles(() => writeLake(lake, mirror.directory));
      expectSame(await mirror.warehouse.execute(slotsQuery()), await engines.zetaSql(lake, slotsQuery()));
    }),
    runs,
  );
});

/** The daily files in other files and another order, about a third of the rows twice. */
function writeShuffled(lake: Lake, chance: () => number): void {
  const doubled = lake.daily_files.flatMap((row) => (chance() < 0.3 ? [row, row] : [row]));
  const shuffled = doubled.map((row) => ({ row, place: chance() })).sort((a, b) => a.place - b.place);
  const files = new Map<string, string>();
  for (const { row } of shuffled) {
    const { site, date, ...line } = row;
    const path = join(
      mirror.directory,
      dirname(readingsKey(String(site), String(date))),
      `part-${Math.floor(chance() * 3)}.jsonl.gz`,
    );
    files.set(path, `${files.get(path) ?? ""}${JSON.stringify(line)}\n`);
  }
  for (const [path, text] of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, gzipSync(text));
  }
}
