/**
 * Random sequences of restarts, roll-backs, glitches, spikes, stand-stills and outages over a known load: the energy is found
 * within a stated bound, nothing is exported that was not, no slot is above what the meter can carry, and days add up.
 */
import fc from "fast-check";
import type { Row } from "../../local/google/duckdb/rows";
import { type Engines, openEngines } from "./engines";
import { type FaultyMeter, faultyMeter, type Story, storyOf } from "./faulty-meter";
import { type Lake, layOut, stackConfig, writeLake } from "./lake";
import { type Mirror, openMirror } from "./mirror";

const query = "SELECT * FROM `wattlake.energy_slots` ORDER BY site, slot_start";
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

const idOf = (index: number) => `m${index}`;

/** A lake of the meters, each alone at its site, and what is true of each. */
async function lakeOf(meters: readonly FaultyMeter[]): Promise<{ lake: Lake; stories: Story[] }> {
  const sites = meters.map((_, index) => ({
    ...{ id: idOf(index), timezone: "UTC", currency: "EUR" },
    meters: [{ id: idOf(index), model: "3EM", channels: [{ index: 0, name: "Grid", role: "grid" }] }],
  }));
  const stories = meters.map((meter, index) => storyOf(meter, idOf(index)));
  const config = stackConfig(sites, "2025-06-01", "2025-06-05");
  return {
    lake: await layOut(
      config,
      stories.flatMap(({ readings }) => readings),
    ),
    stories,
  };
}

const sum = (rows: readonly Row[], column: string) => rows.reduce((wh, row) => wh + Number(row[column] ?? 0), 0);

function expectTruth(rows: readonly Row[], { days, bound, dayBound, disputed }: Story): void {
  const truth = [...days.values()].reduce((wh, day) => wh + day, 0);
  expect(Math.abs(sum(rows, "import_wh") - truth)).toBeLessThanOrEqual(bound);
  for (const [date, wh] of days) {
    const found = sum(
      rows.filter((row) => row.date === date),
      "import_wh",
    );
    expect(Math.abs(found - wh)).toBeLessThanOrEqual(dayBound);
  }
  expect(sum(rows, "export_wh")).toBe(0);
  expect(Math.max(...rows.map((row) => Number(row.import_wh)))).toBeLessThanOrEqual((120 * 230) / 4);
  expect(Math.min(...rows.map((row) => Number(row.import_wh)))).toBeGreaterThanOrEqual(0);
  expect(sum(rows, "disputed_s")).toBeLessThanOrEqual(disputed);
}

/** Of each meter at its site. */
function expectTruths(rows: readonly Row[], stories: readonly Story[]): void {
  for (const [index, story] of stories.entries())
    expectTruth(
      rows.filter(({ site }) => site === idOf(index)),
      story,
    );
}

test("DuckDB, many meters", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(faultyMeter, { minLength: 12, maxLength: 12 }), async (meters) => {
      const { lake, stories } = await lakeOf(meters);
      await mirror.replaceFiles(() => writeLake(lake, mirror.directory));
      const rows = await mirror.warehouse.query(query);
      expectTruths(rows, stories);
    }),
    { numRuns: 6, endOnFailure: true },
  );
});

test("both engines, a few", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(faultyMeter, { minLength: 2, maxLength: 2 }), async (meters) => {
      const { lake, stories } = await lakeOf(meters);
      const rows = await engines.agreed(lake, query);
      expectTruths(rows, stories);
    }),
    { numRuns: 3, endOnFailure: true },
  );
});
