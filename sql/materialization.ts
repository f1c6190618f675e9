/**
 * `warehouse.materialize`: keeps what is made of readings by slot in native tables, partitioned by local day, so that a
 * dashboard's question reads quarter hours instead of readings. The views above do not change.
 *
 * Of each stored view there are then four relations: `<view>_computed` makes its rows as before; `<view>_stored` is the table;
 * `<view>_recent` is the last days as computed; `<view>` takes these from there and all earlier ones from the table. The
 * boundary is a constant of the day's date and not the newest day stored: a boundary that a subquery finds would prune neither
 * the table nor the files. So a scheduled query must not fail for longer than `computedDays`; then it catches up by itself,
 * however long that was.
 */
import { type Catalog, inDependencyOrder, renderView, type View } from "./catalog";
import type { NativeTable } from "./tables";

export interface Materialization {
  /** The tables and views with the stored views reading their tables. */
  readonly catalog: Catalog;
  /** What is stored; some of the catalog's native tables. */
  readonly tables: readonly NativeTable[];
  /** The views of the last days: whoever carries them out may keep their rows while what they read does not change. */
  readonly recent: readonly string[];
}

/** Days back from today that are computed when they are asked for: more than a failed refresh may take to be mended. */
const computedDays = 7;
/** Days back that a refresh computes anew, for late data. */
const refreshedDays = 14;

interface StoredView {
  /** The view's. */
  readonly name: string;
  /** What tells one row from another. */
  readonly keys: readonly string[];
}

/**
 * Above these nothing reads readings by slot. The last one has rows of every day that has readings, so its newest day tells
 * how far the refresh has come.
 */
const storedViews: readonly StoredView[] = [
  { name: "netted_export", keys: ["site", "date", "slot_start"] },
  { name: "slot_estimates", keys: ["site", "date", "device", "channel", "slot_start"] },
];

const stored = (name: string) => `${name}_stored`;
const computed = (name: string) => `${name}_computed`;
const recent = (name: string) => `${name}_recent`;
const boundary = `DATE_SUB(CURRENT_DATE(), INTERVAL ${computedDays} DAY)`;

export function materializeSlots(catalog: Catalog): Materialization {
  const tables = storedViews.map((each) => tableOf(catalog, each));
  const isStored = ({ name }: View) => storedViews.some((each) => each.name === name);
  const views = catalog.views.flatMap((view) => (isStored(view) ? divided(view) : [view]));
  const nativeTables = [...catalog.nativeTables, ...tables];
  const sources = [...catalog.tables, ...nativeTables, ...catalog.functions];
  return {
    catalog: { ...catalog, nativeTables, views: inDependencyOrder(views, sources) },
    tables,
    recent: storedViews.map(({ name }) => recent(name)),
  };
}

function viewOf({ views }: Catalog, { name }: StoredView): View {
  const view = views.find((each) => each.name === name);
  if (view === undefined) throw new Error(`no view ${name} to store`);
  return view;
}

const tableOf = (catalog: Catalog, view: StoredView): NativeTable => ({
  name: stored(view.name),
  description: `${view.name} as a scheduled query stores it.`,
  partition: { column: "date" },
  clustering: view.keys.filter((key) => key === "site" || key === "device"),
  columns: viewOf(catalog, view).columns,
});

function divided(view: View): View[] {
  const { name } = view;
  const names = view.columns.map((column) => column.name).join(", ");
  const from = (relation: string) => `SELECT ${names} FROM \`wattlake.${relation}\``;
  return [
    { ...view, name: computed(name) },
    {
      ...view,
      name: recent(name),
      sql: `${from(computed(name))} WHERE date >= ${boundary}`,
      dependencies: [computed(name)],
    },
    {
      ...view,
      sql: `${from(stored(name))} WHERE date < ${boundary}\nUNION ALL\n${from(recent(name))}`,
      dependencies: [stored(name), recent(name)],
    },
  ];
}

const columnsOf = (catalog: Catalog, view: StoredView) => viewOf(catalog, view).columns.map(({ name }) => name);

/**
 * The scheduled query. It begins `refreshedDays` before the day of the run (`@run_date`) or before the newest day stored,
 * whichever is earlier, so it fills what failed runs have left; in empty tables it stores everything.
 *
 * One statement changes a table, so one that fails changes nothing, and none follows it. No transaction does it: whether one
 * may read external tables is documented nowhere. The first date is a variable and not a part of a statement: a boundary that
 * a subquery finds would read every file.
 */
export function refreshScript({ catalog }: Materialization, dataset: string): string {
  const newest = stored(storedViews.at(-1)?.name ?? "");
  const script = `DECLARE first_date DATE DEFAULT (
  SELECT DATE_SUB(LEAST(@run_date, IFNULL(MAX(date), DATE '2000-01-01')), INTERVAL ${refreshedDays} DAY)
  FROM \`wattlake.${newest}\`
);
${storedViews.map((each) => merge(each, columnsOf(catalog, each))).join("\n")}`;
  return renderView({ sql: script }, dataset);
}

function merge({ name, keys }: StoredView, columns: readonly string[]): string {
  const names = columns.join(", ");
  const values = columns.filter((column) => !keys.includes(column));
  return `MERGE \`wattlake.${stored(name)}\` AS stored
USING (
  SELECT ${names}
  FROM \`wattlake.${computed(name)}\` WHERE date >= first_date AND date < CURRENT_DATE()
) AS computed
ON ${keys.map((key) => `stored.${key} = computed.${key}`).join(" AND ")}
WHEN MATCHED THEN
  UPDATE SET ${values.map((value) => `${value} = computed.${value}`).join(", ")}
WHEN NOT MATCHED BY SOURCE AND stored.date >= first_date THEN
  DELETE
WHEN NOT MATCHED BY TARGET THEN
  INSERT (${columns.map((column) => `\`${column}\``).join(", ")}) VALUES (${names});`;
}
