/** The `gcp.bigquery.Table`s of the graph that BigQuery keeps itself, with their deployed schema and partitioning. */
import { z } from "zod";
import { columnTypes, type NativeTable } from "../../../sql/tables";
import type { Graph } from "../../program/graph";

export interface DeployedTable {
  readonly datasetId: string;
  readonly table: NativeTable;
}

const column = z.object({ name: z.string(), type: z.enum(columnTypes), description: z.string() });
const tableInputs = z.object({
  datasetId: z.string(),
  tableId: z.string(),
  description: z.string().default(""),
  view: z.unknown().optional(),
  externalDataConfiguration: z.unknown().optional(),
  schema: z.string().optional(),
  timePartitioning: z
    .object({ type: z.literal("DAY"), field: z.string(), expirationMs: z.number().optional() })
    .optional(),
});

export function nativeTablesOf(graph: Graph): readonly DeployedTable[] {
  return graph
    .all("gcp:bigquery/table:Table", tableInputs)
    .filter(({ inputs }) => inputs.view === undefined && inputs.externalDataConfiguration === undefined)
    .map(({ name, inputs }) => {
      const { datasetId, tableId, description, schema, timePartitioning } = inputs;
      if (schema === undefined || timePartitioning === undefined)
        throw new Error(`The table ${name} cannot be carried out locally: it has no schema or no partitions by day.`);
      const { field, expirationMs } = timePartitioning;
      const expiration = expirationMs === undefined ? {} : { expirationDays: expirationMs / 86_400_000 };
      const partition = { column: field, ...expiration };
      const columns = z.array(column).parse(JSON.parse(schema));
      return { datasetId, table: { name: tableId, description, partition, columns } };
    });
}
