/** A recorded load as the stored quarter hours of many sites: each has its own plan, and the same energy. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { registry } from "../components/reference/registry";
import { compileTariffs } from "../components/reference/tariffs/compile";
import { zoneDays } from "../components/reference/zone-days";
import type { StackConfig } from "../config";
import type { Reading } from "../functions/readings/reading";
import { openWarehouse, type Warehouse } from "../local/google/duckdb/warehouse";
import { type Catalog, readCatalog, withoutBlocks, withoutLive } from "../sql/catalog";
import { materializeSlots } from "../sql/materialization";
import { layOut, writeLake } from "../tests/sql/lake";
import { tariffsOf } from "../tests/sql/tariff-rows";

/** The site that the load was recorded at, and those that it is given to, each with one grid channel. */
export interface Load {
  readonly recorded: StackConfig;
  readonly readings: readonly Reading[];
  readonly given: StackConfig;
  /** By how many hours the load of each given site is moved. */
  readonly hoursOf: (site: string) => number;
}

/** Opens a warehouse whose slots are stored, as `warehouse.materialize` has them, those of the given sites too. */
export async function withLoad<T>(load: Load, work: (warehouse: Warehouse) => Promise<T>): Promise<T> {
  const mirrorDirectory = mkdtempSync(join(tmpdir(), "wattlake-load-"));
  const tariffs = compileTariffs(load.given);
  const views = withoutLive(readCatalog());
  // As the program has them.
  const { catalog, table } = storedSlots(tariffs.tariffBlocks.length > 0 ? views : withoutBlocks(views));
  const config = { ...load.given, sites: [...load.recorded.sites, ...load.given.sites] };
  try {
    const lake = await layOut(load.recorded, load.readings);
    const known = {
      meters: registry(config).map((row) => ({ ...row })),
      zone_days: zoneDays(config).map((row) => ({ ...row })),
    };
    writeLake({ ...lake, ...known, ...tariffsOf(tariffs) }, mirrorDirectory);
    const warehouse = await openWarehouse({ ...catalog, mirrorDirectory });
    try {
      const names = table.columns.map(({ name }) => name).join(", ");
      await warehouse.runScript(`INSERT INTO ${table.name} (${names}) SELECT ${names} FROM slot_estimates_computed;`);
      await warehouse.runScript(`INSERT INTO ${table.name} (${names}) ${givenSlots(load, names)};`);
      return await work(warehouse);
    } finally {
      warehouse.close();
    }
  } finally {
    rmSync(mirrorDirectory, { recursive: true });
  }
}

/** All slots are stored: which of them a refresh would compute depends on the day of today. */
function storedSlots(plain: Catalog) {
  const { catalog, tables } = materializeSlots(plain);
  const table = tables.find(({ name }) => name === "slot_estimates_stored");
  if (table === undefined) throw new Error("no stored table of slot_estimates");
  const names = table.columns.map(({ name }) => name).join(", ");
  const views = catalog.views.map((view) =>
    view.name === "slot_estimates"
      ? { ...view, sql: `SELECT ${names} FROM \`wattlake.${table.name}\``, dependencies: [table.name] }
      : view,
  );
  return { catalog: { ...catalog, views }, table };
}

/** What the recorded site takes and gives, as one channel of each given site. */
function givenSlots({ recorded, given, hoursOf }: Load, names: string): string {
  const [from] = recorded.sites;
  const shifts = given.sites.map(({ id }) => `STRUCT('${id}' AS site, ${hoursOf(id)} AS hours)`).join(", ");
  return `SELECT ${names} FROM (
    SELECT
      c.site, d.date, c.device, c.channel, TIMESTAMP_ADD(s.slot_start, INTERVAL h.hours HOUR) AS slot_start,
      NULL AS integral_import_wh, NULL AS integral_export_wh,
      s.import_wh AS counter_import_wh, s.export_wh AS counter_export_wh, s.import_wh, s.export_wh,
      s.grid_covered_s AS covered_s, 900 - s.grid_covered_s AS gap_s, s.grid_filled_s AS filled_s,
      s.grid_covered_s + s.grid_filled_s AS counter_s, 0.0 AS disputed_s, 0 AS gaps, 0.0 AS longest_gap_s
    FROM site_slots AS s
    CROSS JOIN UNNEST([${shifts}]) AS h
    JOIN meters AS c ON c.site = h.site
    JOIN site_days AS d
      ON d.site = h.site AND TIMESTAMP_ADD(s.slot_start, INTERVAL h.hours HOUR) >= d.day_start
      AND TIMESTAMP_ADD(s.slot_start, INTERVAL h.hours HOUR) < d.day_end
    WHERE s.site = '${from?.id}'
  ) AS given`;
}
