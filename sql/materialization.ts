/**
 * `warehouse.materialize`: keeps `energy_slots` in a native table partitioned by local day, so that a dashboard's question
 * reads quarter hours instead of readings. The views above `energy_slots` do not change.
 *
 * The view that computes the slots becomes `energy_slots_computed`; `energy_slots` takes the last days from it and all
 * earlier ones from the table. A scheduled query computes the last days of the table anew, so late data within
 * `refreshedDays` arrives by itself; for older days it is run once with an earlier first day.
 */
import { type Catalog, inDependencyOrder, renderView, type View } from "./catalog";
import type { Column } from "./tables";

/** A native table without expiry. */
export interface StoredTable {
  readonly name: string;
  readonly description: string;
  readonly partition: { readonly column: string };
  readonly clustering: readonly string[];
  readonly columns: readonly Column[];
}

export interface Materialization {
  /** The tables and views with `energy_slots` reading the stored table. */
  readonly catalog: Catalog;
  readonly table: StoredTable;
  /** Statements that compute the days from `@first_date` to yesterday anew; run in one transaction. */
  readonly refresh: readonly string[];
}

/** Days back from today that `energy_slots` computes itself: more than a failed refresh may take to be noticed. */
const computedDays = 7;
/** Days back from the day of the run that a refresh computes anew. */
export const refreshedDays = 14;

const name = "energy_slots";
const stored = `${name}_stored`;
const computed = `${name}_computed`;

export function materializeSlots(catalog: Catalog): Materialization {
  const view = catalog.views.find((each) => each.name === name);
  if (view === undefined) throw new Error(`no view ${name} to store`);
  const table: StoredTable = {
    name: stored,
    description: `${name} as a scheduled query stores it.`,
    partition: { column: "date" },
    clustering: ["site", "device"],
    columns: view.columns,
  };
  const names = view.columns.map((column) => column.name).join(", ");
  const boundary = `DATE_SUB(CURRENT_DATE(), INTERVAL ${computedDays} DAY)`;
  const united: View = {
    ...view,
    sql: `SELECT ${names} FROM \`wattlake.${stored}\` WHERE date < ${boundary}
UNION ALL
SELECT ${names} FROM \`wattlake.${computed}\` WHERE date >= ${boundary}`,
    dependencies: [stored, computed],
  };
  const views = catalog.views.flatMap((each) => (each === view ? [{ ...view, name: computed }, united] : [each]));
  const sources = [...catalog.tables, ...catalog.nativeTables, table];
  return {
    catalog: { ...catalog, views: inDependencyOrder(views, sources) },
    table,
    refresh: [
      `DELETE FROM \`wattlake.${stored}\` WHERE date >= @first_date`,
      `INSERT INTO \`wattlake.${stored}\` (${names})
SELECT ${names} FROM \`wattlake.${computed}\` WHERE date >= @first_date AND date < CURRENT_DATE()`,
    ],
  };
}

/** The scheduled query, a script: the first run stores everything, each later one the last `refreshedDays` days. */
export function refreshScript({ table, refresh }: Materialization, dataset: string): string {
  const statements = refresh.map((sql) => `${sql.replaceAll("@first_date", "first_date")};`).join("\n");
  const script = `DECLARE first_date DATE DEFAULT (
  SELECT IF(COUNT(*) = 0, DATE '2000-01-01', DATE_SUB(@run_date, INTERVAL ${refreshedDays} DAY)) FROM \`wattlake.${table.name}\`
);
BEGIN TRANSACTION;
${statements}
COMMIT TRANSACTION;`;
  return renderView({ sql: script }, dataset);
}
