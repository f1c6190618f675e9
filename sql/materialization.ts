/**
 * `warehouse.materialize` and `warehouse.storage: native`: keeps what is made of readings by slot in native tables, partitioned by local day, so that a
 * dashboard's question reads quarter hours instead of readings; and the readings themselves, so that a question opens the
 * files of a week and not those of years. The views above do not change.
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
  readonly stored: readonly StoredView[];
}

/** Days back from today that are computed when they are asked for: more than a failed refresh may take to be mended. */
const computedDays = 7;
/** Days back that a refresh computes anew, for late data. */
const refreshedDays = 14;

export interface StoredView {
  /** The view's. */
  readonly name: string;
  /** What tells one row from another; where nothing does, a refresh replaces the days that it computes. */
  readonly keys: readonly string[];
  readonly clustering: readonly string[];
  /** Whether it has rows of every day that has readings: its newest day tells how far the refresh has come. */
  readonly tells: boolean;
}

/** Above these nothing reads readings by slot. */
export const slotViews: readonly StoredView[] = [
  { name: "netted_export", keys: ["site", "date", "slot_start"], clustering: ["site"], tells: false },
  {
    name: "slot_estimates",
    keys: ["site", "date", "device", "channel", "slot_start"],
    ...{ clustering: ["site", "device"], tells: true },
  },
];

/** Below these nothing reads daily files. */
export const readingViews: readonly StoredView[] = [
  { name: "day_readings", keys: [], clustering: ["site", "device"], tells: true },
];

/** What a configuration stores, in the order in which a refresh stores it: slots are computed from readings. */
export const storedViewsOf = (warehouse: {
  readonly materialize: boolean;
  readonly storage: "external" | "native";
}): readonly StoredView[] => [
  ...(warehouse.storage === "native" ? readingViews : []),
  ...(warehouse.materialize ? slotViews : []),
];

const stored = (name: string) => `${name}_stored`;
const computed = (name: string) => `${name}_computed`;
const recent = (name: string) => `${name}_recent`;
const boundary = `DATE_SUB(CURRENT_DATE(), INTERVAL ${computedDays} DAY)`;

export function materializeSlots(catalog: Catalog, storedViews: readonly StoredView[] = slotViews): Materialization {
  const tables = storedViews.map((each) => tableOf(catalog, each));
  const isStored = ({ name }: View) => storedViews.some((each) => each.name === name);
  const views = catalog.views.flatMap((view) => (isStored(view) ? divided(view) : [view]));
  const nativeTables = [...catalog.nativeTables, ...tables];
  const sources = [...catalog.tables, ...nativeTables, ...catalog.functions];
  return {
    catalog: { ...catalog, nativeTables, views: inDependencyOrder(views, sources) },
    tables,
    recent: storedViews.map(({ name }) => recent(name)),
    stored: storedViews,
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
  clustering: view.clustering,
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
export function refreshScript({ catalog, stored: storedViews }: Materialization, dataset: string): string {
  const newest = storedViews
    .filter(({ tells }) => tells)
    .map(({ name }) => `SELECT IFNULL(MAX(date), DATE '2000-01-01') AS newest FROM \`wattlake.${stored(name)}\``);
  const script = `DECLARE first_date DATE DEFAULT (
  SELECT DATE_SUB(LEAST(@run_date, MIN(newest)), INTERVAL ${refreshedDays} DAY)
  FROM (${newest.join(" UNION ALL ")})
);
${storedViews.map((each) => merge(each, columnsOf(catalog, each))).join("\n")}`;
  return renderView({ sql: script }, dataset);
}

function merge({ name, keys }: StoredView, columns: readonly string[]): string {
  const names = columns.join(", ");
  const values = columns.filter((column) => !keys.includes(column));
  const matched = `WHEN MATCHED THEN
  UPDATE SET ${values.map((value) => `${value} = computed.${value}`).join(", ")}
`;
  return `MERGE \`wattlake.${stored(name)}\` AS stored
USING (
  SELECT ${names}
  FROM \`wattlake.${computed(name)}\` WHERE date >= first_date AND date < CURRENT_DATE()
) AS computed
ON ${keys.length === 0 ? "FALSE" : keys.map((key) => `stored.${key} = computed.${key}`).join(" AND ")}
${keys.length === 0 ? "" : matched}WHEN NOT MATCHED BY SOURCE AND stored.date >= first_date THEN
  DELETE
WHEN NOT MATCHED BY TARGET THEN
  INSERT (${columns.map((column) => `\`${column}\``).join(", ")}) VALUES (${names});`;
}
