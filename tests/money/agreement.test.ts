/** The bills of the views and those of the second calculation agree line by line, over random plans, contracts and loads. */
import fc from "fast-check";
import type { Row } from "../../local/google/duckdb/rows";
import { PlanFolder } from "../configuration/tariffs/plan-folder";
import { type Engines, openEngines } from "../sql/engines";
import { differences } from "./differences";
import { edges } from "./edges";
import type { Scene } from "./random-plan";
import { writeSeries } from "./random-series";
import { secondBills } from "./second-calculation";
import { billQuery, drawn, moneyCatalog, type Scenery, sceneryOf } from "./two-bills";

const spring: Scene = { from: "2026-03-21", until: "2026-04-13", changes: ["2026-03-29", "2026-04-01", "2026-04-07"] };
const autumn: Scene = { from: "2025-10-11", until: "2025-11-03", changes: ["2025-10-26", "2025-10-14", "2025-11-02"] };
const twoDays: Scene = { from: "2025-10-25", until: "2025-10-27", changes: ["2025-10-26"] };

const folder = new PlanFolder();
let engines: Engines;
beforeAll(async () => {
  folder.calendar("2024-01-01", "2028-01-01", "2026-04-05", "2026-04-06", "2025-10-15", "2025-11-01", "2025-10-27");
  writeSeries(folder, "2025-10-11", "2026-04-12");
  engines = await openEngines(moneyCatalog());
});
afterAll(() => {
  folder.remove();
  engines.close();
});

function expectAgreement({ contracts, slots }: Scenery, bills: readonly Row[]): void {
  for (const [site, contract] of contracts) {
    const second = secondBills(
      contract,
      slots.filter((each) => each.site === site),
    );
    const found = differences(
      bills.filter((row) => row.site === site),
      second,
    );
    if (found.length === 0) continue;
    const { billing, rounding, netting, minimumBill, components } = contract.plan;
    const plan = { billing, rounding, netting, minimumBill, components };
    throw new Error(JSON.stringify({ site, found, contract: { ...contract, plan } }, undefined, 1));
  }
}

test.each([
  ["spring", spring],
  ["autumn", autumn],
])("DuckDB, many plans over weeks of %s", async (_, scene) => {
  await fc.assert(
    fc.asyncProperty(fc.array(drawn(scene), { minLength: 12, maxLength: 12 }), async (plans) => {
      const scenery = await sceneryOf(plans, scene, folder);
      const bills = await (await engines.duckDb(scenery.lake)).query(billQuery);
      expectAgreement(scenery, bills);
      expect(bills.length).toBeGreaterThan(plans.length);
    }),
    { numRuns: 1, seed: 17, endOnFailure: true },
  );
});

test("both engines, a few plans over the two days of a change of the clock", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(drawn(twoDays), { minLength: 2, maxLength: 2 }), async (plans) => {
      const scenery = await sceneryOf(plans, twoDays, folder);
      expectAgreement(scenery, await engines.agreed(scenery.lake, billQuery));
    }),
    { numRuns: 2, seed: 17, endOnFailure: true },
  );
});

test("both engines, at the edges to which random plans seldom come", async () => {
  const scenery = await sceneryOf(edges(twoDays), twoDays, folder);
  expectAgreement(scenery, await engines.agreed(scenery.lake, billQuery));
});
