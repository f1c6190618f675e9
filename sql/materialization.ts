/**
 * `warehouse.materialize`: keeps `energy_slots` in a native table partitioned by local day, so that a dashboard's question
 * reads quarter hours instead of readings. The views above `energy_slots` do not change.
 *
 * The view that computes the slots becomes `energy_slots_computed`; `energy_slots` takes the last days from it and all
 * earlier ones from the table. The boundary is a constant of the day's date and not the newest day stored: a boundary that
 * a subquery finds would prune neither the table nor the files. So a scheduled query must not fail for longer than
 * `computedDays`; then it catches up by itself, however long that was.
 */
import { type Catalog, inDependencyOrder, renderView, type View } from "./catalog";
import { internalStep } from "./sql-files";
import type { NativeTable } from "./tables";

export interface Materialization {
  /** The tables and views with `energy_slots` reading the stored table. */
  readonly catalog: Catalog;
  /** The stored slots; one of the catalog's native tables. */
  readonly table: NativeTable;
}

/** Days back from today that `energy_slots` computes itself: more than a failed refresh may take to be mended. */
const computedDays = 7;
/** Days back that a refresh computes anew, for late data. */
const refreshedDays = 14;

const name = "energy_slots";
const stored = `${name}_stored`;
const computed = `${name}_computed`;

export function materializeSlots(catalog: Catalog): Materialization {
  const view = catalog.views.find((each) => each.name === name);
  if (view === undefined) throw new Error(`no view ${name} to store`);
  const table: NativeTable = {
    name: stored,
    description: `${name} as a scheduled query stores it.`,
    partition: { column: "date" },
    clustering: ["site", "device"],
    columns: view.columns,
  };
  const names = namesOf(table);
  const boundary = `DATE_SUB(CURRENT_DATE(), INTERVAL ${computedDays} DAY)`;
  const united: View = {
    ...view,
    sql: `SELECT ${names} FROM \`wattlake.${stored}\` WHERE date < ${boundary}
UNION ALL
SELECT ${names} FROM \`wattlake.${computed}\` WHERE date >= ${boundary}`,
    dependencies: [stored, computed],
  };
  const step: View = { ...view, name: computed, description: internalStep(view.description) };
  const views = catalog.views.flatMap((each) => (each === view ? [step, united] : [each]));
  const nativeTables = [...catalog.nativeTables, table];
  const sources = [...catalog.tables, ...nativeTables, ...catalog.functions];
  return { catalog: { ...catalog, nativeTables, views: inDependencyOrder(views, sources) }, table };
}

const namesOf = ({ columns }: NativeTable) => columns.map((column) => column.name).join(", ");

/** What tells one slot from another. */
const keys = ["site", "date", "device", "channel", "slot_start"];

/**
 * The scheduled query. It begins `refreshedDays` before the day of the run (`@run_date`) or before the newest day stored,
 * whichever is earlier, so it fills what failed runs have left; in an empty table it stores everything.
 *
 * One statement changes the table, so a run that fails changes nothing. No transaction does it: whether one may read
 * external tables is documented nowhere. The first date is a variable and not a part of that statement: a boundary that a
 * subquery finds would read every file.
 */
export function refreshScript({ table }: Materialization, dataset: string): string {
  const names = namesOf(table);
  const values = table.columns.map(({ name }) => name).filter((column) => !keys.includes(column));
  const columns = table.columns.map((column) => `\`${column.name}\``).join(", ");
  const script = `DECLARE first_date DATE DEFAULT (
  SELECT DATE_SUB(LEAST(@run_date, IFNULL(MAX(date), DATE '2000-01-01')), INTERVAL ${refreshedDays} DAY)
  FROM \`wattlake.${stored}\`
);
MERGE \`wattlake.${stored}\` AS stored
USING (
  SELECT ${names}
  FROM \`wattlake.${computed}\` WHERE date >= first_date AND date < CURRENT_DATE()
) AS computed
ON ${keys.map((key) => `stored.${key} = computed.${key}`).join(" AND ")}
WHEN MATCHED THEN
  UPDATE SET ${values.map((value) => `${value} = computed.${value}`).join(", ")}
WHEN NOT MATCHED BY SOURCE AND stored.date >= first_date THEN
  DELETE
WHEN NOT MATCHED BY TARGET THEN
  INSERT (${columns}) VALUES (${names});`;
  return renderView({ sql: script }, dataset);
}
