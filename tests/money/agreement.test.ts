/**
 * The bills of the views and those of the second calculation agree line by line, over random plans, contracts and loads. The
 * second calculation is given the slots of `site_slots`, so only prices and their rules are compared.
 */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { z } from "zod";
import type { Row } from "../../local/google/duckdb/rows";
import { openWarehouse, type Warehouse } from "../../local/google/duckdb/warehouse";
import { readCatalog, withoutLive } from "../../sql/catalog";
import { PlanFolder } from "../configuration/tariffs/plan-folder";
import { type Engines, openEngines } from "../sql/engines";
import { writeEmptyLake, writeFirstFiles, writeLake } from "../sql/lake";
import { differences } from "./differences";
import type { Scene } from "./random-plan";
import { writeSeries } from "./random-series";
import { type Slot, secondBills } from "./second-calculation";
import { billQuery, drawn, type Scenery, sceneryOf, slotsQuery } from "./two-bills";

const spring: Scene = { from: "2026-03-21", until: "2026-04-13", changes: ["2026-03-29", "2026-04-01", "2026-04-07"] };
const autumn: Scene = { from: "2025-10-11", until: "2025-11-03", changes: ["2025-10-26", "2025-10-14", "2025-11-02"] };
const twoDays: Scene = { from: "2025-10-25", until: "2025-10-27", changes: ["2025-10-26"] };

const folder = new PlanFolder();
let mirrorDirectory: string;
let warehouse: Warehouse;
let engines: Engines;
beforeAll(async () => {
  folder.calendar("2024-01-01", "2028-01-01", "2026-04-05", "2026-04-06", "2025-10-15", "2025-11-01", "2025-10-27");
  writeSeries(folder, "2025-10-11", "2026-04-12");
  engines = await openEngines();
  mirrorDirectory = mkdtempSync(join(tmpdir(), "wattlake-bills-"));
  writeEmptyLake(mirrorDirectory);
  warehouse = await openWarehouse({ ...withoutLive(readCatalog()), mirrorDirectory });
});
afterAll(() => {
  folder.remove();
  engines.close();
  warehouse.close();
  rmSync(mirrorDirectory, { recursive: true });
});

const slot = z.object({
  site: z.string(),
  slot_start: z.string(),
  import_wh: z.number().nullable(),
  export_wh: z.number().nullable(),
});

/** @returns the number of lines, of which some must be there. */
function expectAgreement({ contracts }: Scenery, bills: readonly Row[], slotRows: readonly Row[]): number {
  const slots = z.array(slot).parse(slotRows);
  for (const [site, contract] of contracts) {
    const own: readonly Slot[] = slots.filter((each) => each.site === site);
    const ofView = bills.filter((row) => row.site === site);
    const found = differences(ofView, secondBills(contract, own));
    if (found.length > 0) {
      const { timezone, billing, rounding, netting, minimumBill, components } = contract.plan;
      const plan = { timezone, billing, rounding, netting, minimumBill, components };
      throw new Error(JSON.stringify({ site, found, contract: { ...contract, plan } }, undefined, 1));
    }
  }
  return bills.length;
}

test.each([
  ["spring", spring],
  ["autumn", autumn],
])("DuckDB, many plans over weeks of %s", async (_, scene) => {
  await fc.assert(
    fc.asyncProperty(fc.array(drawn(scene), { minLength: 12, maxLength: 12 }), async (plans) => {
      const scenery = await sceneryOf(plans, scene, folder);
      for (const part of ["daily", "manifests", "reference"])
        rmSync(join(mirrorDirectory, part), { recursive: true, force: true });
      writeFirstFiles(mirrorDirectory);
      writeLake(scenery.lake, mirrorDirectory);
      await warehouse.refresh();
      const lines = expectAgreement(scenery, await warehouse.query(billQuery), await warehouse.query(slotsQuery));
      expect(lines).toBeGreaterThan(plans.length);
    }),
    { numRuns: 2, seed: 17, endOnFailure: true },
  );
});

test("both engines, a few plans over the two days of a change of the clock", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(drawn(twoDays), { minLength: 2, maxLength: 2 }), async (plans) => {
      const scenery = await sceneryOf(plans, twoDays, folder);
      const bills = await engines.agreed(scenery.lake, billQuery);
      const slots = await engines.duckDb(scenery.lake);
      expectAgreement(scenery, bills, await slots.query(slotsQuery));
    }),
    { numRuns: 2, seed: 17, endOnFailure: true },
  );
});
