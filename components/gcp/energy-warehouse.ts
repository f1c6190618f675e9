/** The warehouse: external tables over the mirrored lake, BigQuery's own tables, and the functions and views of `sql/` on top. */
import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { type Catalog, type Parameter, renderView, type SqlFunction, type View } from "../../sql/catalog";
import { firstFileOf } from "../../sql/first-files";
import type { Column, ColumnType, ExternalTable, NativeTable } from "../../sql/tables";
import type { Protection } from "../protection";
import { enableApi } from "./api";

export interface EnergyWarehouseArgs {
  /** Project of the dataset, written into the views. */
  readonly project: string;
  readonly dataset: string;
  /** Location of the dataset, the mirror bucket's. */
  readonly location: string;
  readonly mirrorBucket: pulumi.Input<string>;
  /** Objects of the mirror that the tables of one file stand on, by key. */
  readonly objects: ReadonlyMap<string, pulumi.Resource>;
  /** Tables, functions, and views in an order in which each can be created. */
  readonly catalog: Catalog;
  readonly protection: Protection;
}

/** The dataset with its tables, views and functions, each described for whoever reads it in BigQuery. */
export class EnergyWarehouse extends pulumi.ComponentResource {
  readonly datasetId: pulumi.Output<string>;
  private readonly nativeTables: ReadonlyMap<string, gcp.bigquery.Table>;

  constructor(name: string, args: EnergyWarehouseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:gcp:EnergyWarehouse", name, {}, opts);
    const parent = this;

    const api = enableApi(`${name}-api`, "bigquery", parent);
    const dataset = createDataset();
    const relations = new Map<string, pulumi.Resource>();
    this.nativeTables = new Map(args.catalog.nativeTables.map((table) => [table.name, createNativeTable(table)]));
    for (const [table, resource] of this.nativeTables) relations.set(table, resource);
    for (const table of args.catalog.tables) relations.set(table.name, createExternalTable(table));
    for (const sqlFunction of args.catalog.functions) relations.set(sqlFunction.name, createFunction(sqlFunction));
    for (const view of args.catalog.views) relations.set(view.name, createView(view));

    this.datasetId = dataset.datasetId;
    this.registerOutputs({ datasetId: this.datasetId });

    function createDataset() {
      return new gcp.bigquery.Dataset(
        `${name}-dataset`,
        {
          datasetId: args.dataset,
          description: "Household energy from Shelly meters: readings, quarter-hour slots, hours, days, cost",
          location: args.location,
          deleteContentsOnDestroy: !args.protection.protect,
        },
        { parent, dependsOn: api, ...args.protection },
      );
    }

    /** What must be in the mirror before the table is created, and before what reads it is. */
    function filesOf(table: ExternalTable): pulumi.Resource[] {
      const first = firstFileOf(table);
      if (first === undefined) {
        return table.uris.map((key) => {
          const object = args.objects.get(key);
          if (!object) throw new Error(`table ${table.name}: the program does not write ${key} into the mirror`);
          return object;
        });
      }
      const source = new pulumi.asset.FileAsset(first.path);
      const inputs = { bucket: args.mirrorBucket, name: first.key, source, contentType: "application/octet-stream" };
      return [new gcp.storage.BucketObject(`${name}-${table.name}-first`, inputs, { parent })];
    }

    /** Holds no data of its own, so it may be replaced. */
    function createExternalTable(table: ExternalTable) {
      const { name: tableId, description, uris, hive, columns } = table;
      const uri = (path: string) => pulumi.interpolate`gs://${args.mirrorBucket}/${path}`;
      return new gcp.bigquery.Table(
        `${name}-${tableId}`,
        {
          datasetId: dataset.datasetId,
          tableId,
          description,
          deletionProtection: false,
          externalDataConfiguration: {
            autodetect: false,
            sourceFormat: "NEWLINE_DELIMITED_JSON",
            sourceUris: uris.map(uri),
            compression: uris.every((path) => path.endsWith(".gz")) ? "GZIP" : "NONE",
            // Here and not at the top: with a schema there the hive keys are silently lost.
            schema: schemaText(columns),
            ignoreUnknownValues: true,
            ...(hive && { hivePartitioningOptions: { mode: "CUSTOM", sourceUriPrefix: uri(hivePrefix(hive)) } }),
          },
        },
        { parent, dependsOn: filesOf(table) },
      );
    }

    /** Holds only what the record brings again, so it may be replaced. */
    function createNativeTable({ name: tableId, description, partition, clustering, columns }: NativeTable) {
      const { column: field, expirationDays } = partition;
      return new gcp.bigquery.Table(
        `${name}-${tableId}`,
        {
          datasetId: dataset.datasetId,
          tableId,
          description,
          deletionProtection: false,
          schema: schemaText(columns),
          timePartitioning: {
            type: "DAY",
            field,
            ...(expirationDays !== undefined && { expirationMs: expirationDays * 86_400_000 }),
          },
          ...(clustering && { clusterings: [...clustering] }),
        },
        { parent },
      );
    }

    /** BigQuery describes no parameters, so the function's description does. */
    function createFunction({ name: routineId, type, description, parameters, sql }: SqlFunction) {
      return new gcp.bigquery.Routine(
        `${name}-${routineId}`,
        {
          datasetId: dataset.datasetId,
          routineId,
          routineType: "SCALAR_FUNCTION",
          language: "SQL",
          description: [description, ...parameters.map((each) => `${each.name}: ${each.description}`)].join("\n"),
          arguments: parameters.map(argumentOf),
          returnType: typeText(type),
          definitionBody: sql,
        },
        { parent },
      );
    }

    function createView(view: View) {
      const { description, columns, parameters } = view;
      const dependsOn = view.dependencies.flatMap((relation) => relations.get(relation) ?? []);
      const query = renderView(view, `${args.project}.${args.dataset}`);
      if (parameters.length > 0) {
        return new gcp.bigquery.Routine(
          `${name}-${view.name}`,
          {
            datasetId: dataset.datasetId,
            routineId: view.name,
            routineType: "TABLE_VALUED_FUNCTION",
            language: "SQL",
            description,
            arguments: parameters.map(argumentOf),
            definitionBody: query,
          },
          { parent, dependsOn },
        );
      }
      return new gcp.bigquery.Table(
        `${name}-${view.name}`,
        {
          datasetId: dataset.datasetId,
          tableId: view.name,
          description,
          deletionProtection: false,
          schema: schemaText(columns),
          view: { query, useLegacySql: false },
        },
        // In place, a change of the query takes the descriptions from the columns, and one of the columns is refused; nor does
        // a table become a view (the whole of `view` is new then). The old one goes first, for the new one has its name;
        // views that read it stay, and find the new one.
        { parent, dependsOn, replaceOnChanges: ["view", "schema"], deleteBeforeReplace: true },
      );
    }
  }

  /** A table that BigQuery keeps itself. @throws where the catalog has none of the name. */
  table(name: string): gcp.bigquery.Table {
    const table = this.nativeTables.get(name);
    if (!table) throw new Error(`the warehouse has no table ${name} of its own`);
    return table;
  }
}

/** BigQuery's JSON schema. */
const schemaText = (columns: readonly Column[]) => JSON.stringify(columns);

/** BigQuery's JSON of a scalar type. */
const typeText = (type: ColumnType) => JSON.stringify({ typeKind: type });
const argumentOf = ({ name, type }: Parameter) => ({ name, dataType: typeText(type) });

/** `daily/{site:STRING}/{date:DATE}`. */
const hivePrefix = ({ prefix, keys }: NonNullable<ExternalTable["hive"]>) =>
  prefix + keys.map(({ name, type }) => `{${name}:${type}}`).join("/");
