/** The view `bill` comes to the bills that were computed by hand: in DuckDB, each at a site of its own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Row } from "../../../local/google/duckdb/rows";
import { openWarehouse } from "../../../local/google/duckdb/warehouse";
import { writeLake } from "../../sql/lake";
import type { SiteSlot } from "../random-load";
import { localTime } from "../second/clock";
import { billQuery, lakeOf, moneyCatalog } from "../two-bills";
import { type Case, contractOf } from "./case";
import { cases } from "./cases";
import { expectBill } from "./expect-bill";
import { slotsOf } from "./slots";

const named = cases.map((each, at) => ({ site: `site-${at}`, plan: each.plan, name: each.name, one: each }));

let bills: readonly Row[];
beforeAll(async () => {
  const contracts = new Map(named.map(({ site, one }) => [site, contractOf(one)]));
  const slots = named.flatMap(({ site, one }) => siteSlots(one, site));
  const dates = slots.map(({ date }) => date).sort();
  const lake = await lakeOf(
    contracts,
    slots,
    dates[0] ?? "",
    cases
      .map(({ until }) => until)
      .sort()
      .at(-1) ?? "",
  );
  const mirrorDirectory = mkdtempSync(join(tmpdir(), "wattlake-by-hand-"));
  writeLake(lake, mirrorDirectory);
  const catalog = moneyCatalog();
  const warehouse = await openWarehouse({ ...catalog, mirrorDirectory });
  try {
    for (const table of catalog.nativeTables)
      await warehouse.append(
        table,
        slots.map((slot) => ({ ...slot })),
      );
    bills = await warehouse.query(billQuery);
  } finally {
    warehouse.close();
    rmSync(mirrorDirectory, { recursive: true });
  }
});

function siteSlots(one: Case, site: string): SiteSlot[] {
  const { timezone } = contractOf(one).plan;
  return slotsOf(one, timezone).map(({ startMs, ...energy }) => ({
    ...{
      site,
      date: localTime(startMs, timezone).toPlainDate().toString(),
      slot_start: new Date(startMs).toISOString(),
    },
    ...energy,
    ...{ grid_quality: "measured", grid_covered_s: 900, grid_filled_s: 0 },
  }));
}

test.each(named)("$plan: $name", ({ site, one }) => {
  const own = bills.filter((row) => row.site === site);
  expectBill(one, own);
  // All of the load is known.
  expect(own.filter(({ is_price_known, unknown_share }) => !is_price_known || unknown_share)).toEqual([]);
});
