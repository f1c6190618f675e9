/**
 * What the graph defines in BigQuery, for DuckDB: `gcp.bigquery.Table` and `Routine`, their deployed SQL. The catalog
 * gives the order and the columns' types; a relation of the graph that it does not know is an error.
 */
import { join } from "node:path";
import { z } from "zod";
import { readCatalog, type View } from "../../../sql/catalog";
import { materializeSlots, readingViews, slotViews } from "../../../sql/materialization";
import { levelsOf, mostLevels } from "../../../sql/nesting";
import type { Graph } from "../../program/graph";
import { missingFile, openWarehouse, relationsOf, type Warehouse, type WarehouseArgs } from "../duckdb";
import { nativeTablesOf } from "./native-tables";

const tableInputs = z.object({
  tableId: z.string(),
  view: z.object({ query: z.string() }).optional(),
  externalDataConfiguration: z.object({ sourceUris: z.array(z.string()) }).optional(),
});
const routineInputs = z.object({ routineId: z.string(), definitionBody: z.string() });

/** What BigQuery holds of the graph; the views know what they read. */
interface Definition extends WarehouseArgs {
  readonly views: readonly View[];
}

/** `gcsDirectory` holds a folder for each Cloud Storage bucket. */
export const openGraphWarehouse = (graph: Graph, gcsDirectory: string): Promise<Warehouse> =>
  openWarehouse(readDefinition(graph, gcsDirectory));

/** @throws where BigQuery would refuse to create a table or view: a file is not there yet, or views nest too deep. */
export function refuseRelations(graph: Graph, gcsDirectory: string): void {
  const { tables, views, mirrorDirectory } = readDefinition(graph, gcsDirectory);
  for (const table of tables) {
    const refused = missingFile(table, mirrorDirectory);
    const reader = table.hive ? table : views.find(({ dependencies }) => dependencies.includes(table.name));
    if (refused !== undefined && reader !== undefined) throw new Error(`BigQuery refuses ${reader.name}: ${refused}`);
  }
  const deployed = views.map((view) => ({ name: view.name, dependencies: relationsOf(view) }));
  for (const [name, levels] of levelsOf(deployed)) {
    if (levels > mostLevels)
      throw new Error(
        `BigQuery refuses ${name}: it stands on ${levels} levels of views, and ${mostLevels} are allowed.`,
      );
  }
}

function readDefinition(graph: Graph, gcsDirectory: string): Definition {
  const tables = graph.all("gcp:bigquery/table:Table", tableInputs).map(({ inputs }) => inputs);
  const { catalog, kept } = knownOf(tables);
  const routines = graph.all("gcp:bigquery/routine:Routine", routineInputs).map(({ inputs }) => inputs);
  const queries = new Map([
    ...tables.flatMap(({ tableId, view }) => (view ? [[tableId, view.query] as const] : [])),
    ...routines.map(({ routineId, definitionBody }) => [routineId, definitionBody] as const),
  ]);
  const external = tables.filter(({ externalDataConfiguration }) => externalDataConfiguration !== undefined);
  const { functions, views } = catalog;
  refuseUnknown(
    [...queries.keys(), ...external.map(({ tableId }) => tableId)],
    [...catalog.tables, ...functions, ...views],
  );
  const deployed = <T extends { readonly name: string }>(definitions: readonly T[]) =>
    definitions.flatMap((definition) => {
      const sql = queries.get(definition.name);
      return sql === undefined ? [] : [{ ...definition, sql }];
    });
  return {
    tables: catalog.tables.filter(({ name }) => external.some(({ tableId }) => tableId === name)),
    nativeTables: nativeTablesOf(graph).map(({ table }) => table),
    functions: deployed(functions),
    views: deployed(views),
    kept,
    mirrorDirectory: join(
      gcsDirectory,
      mirrorBucket(external.flatMap((table) => table.externalDataConfiguration?.sourceUris ?? [])),
    ),
  };
}

/** What `sql/` knows of: with stored readings and slots where the program has their tables. */
function knownOf(tables: readonly z.infer<typeof tableInputs>[]) {
  const catalog = readCatalog();
  const hasTables = (views: typeof slotViews) =>
    materializeSlots(catalog, views).tables.every(({ name }) => tables.some(({ tableId }) => tableId === name));
  const stored = materializeSlots(catalog, [readingViews, slotViews].filter(hasTables).flat());
  return { catalog: stored.catalog, kept: stored.recent };
}

function refuseUnknown(names: readonly string[], known: readonly { readonly name: string }[]): void {
  const unknown = names.filter((name) => !known.some((relation) => relation.name === name));
  if (unknown.length > 0) throw new Error(`sql/ does not know these relations of the program: ${unknown.join(", ")}.`);
}

/** The one bucket that the external tables read. */
function mirrorBucket(uris: readonly string[]): string {
  const buckets = [...new Set(uris.map((uri) => /^gs:\/\/([^/]+)\//.exec(uri)?.[1]))];
  const [bucket] = buckets;
  if (buckets.length !== 1 || bucket === undefined)
    throw new Error(`The external tables must read one bucket, not ${buckets.join(", ") || "none"}.`);
  return bucket;
}
