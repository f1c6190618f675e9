/**
 * Random sequences of restarts, roll-backs, glitches, spikes, stand-stills and outages over a known load: the energy is found
 * within a stated bound, nothing is exported that was not, no slot is above what the meter can carry, and days add up.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { Row } from "../../local/google/duckdb/rows";
import { openWarehouse, type Warehouse } from "../../local/google/duckdb/warehouse";
import { readCatalog, withoutLive } from "../../sql/catalog";
import { type Engines, openEngines } from "./engines";
import { type FaultyMeter, faultyMeter, type Story, storyOf } from "./faulty-meter";
import { type Lake, layOut, stackConfig, writeEmptyLake, writeFirstFiles, writeLake } from "./lake";

const query = "SELECT * FROM `wattlake.energy_slots` ORDER BY site, slot_start";
let mirrorDirectory: string;
let warehouse: Warehouse;
let engines: Engines;
beforeAll(async () => {
  engines = await openEngines();
  mirrorDirectory = mkdtempSync(join(tmpdir(), "wattlake-faults-"));
  writeEmptyLake(mirrorDirectory);
  warehouse = await openWarehouse({ ...withoutLive(readCatalog()), mirrorDirectory });
});
afterAll(() => {
  engines.close();
  warehouse.close();
  rmSync(mirrorDirectory, { recursive: true });
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

test("DuckDB, many meters", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(faultyMeter, { minLength: 12, maxLength: 12 }), async (meters) => {
      const { lake, stories } = await lakeOf(meters);
      for (const folder of ["daily", "manifests"])
        rmSync(join(mirrorDirectory, folder), { recursive: true, force: true });
      writeFirstFiles(mirrorDirectory);
      writeLake(lake, mirrorDirectory);
      await warehouse.refresh();
      const rows = await warehouse.query(query);
      for (const [index, story] of stories.entries())
        expectTruth(
          rows.filter(({ site }) => site === idOf(index)),
          story,
        );
    }),
    { numRuns: 6, endOnFailure: true },
  );
});

test("both engines, a few", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(faultyMeter, { minLength: 2, maxLength: 2 }), async (meters) => {
      const { lake, stories } = await lakeOf(meters);
      const rows = await engines.agreed(lake, query);
      for (const [index, story] of stories.entries())
        expectTruth(
          rows.filter(({ site }) => site === idOf(index)),
          story,
        );
    }),
    { numRuns: 3, endOnFailure: true },
  );
});
