/** BigQuery: the tables, views, routines and scheduled queries of the graph on DuckDB, behind its REST interface. */
import { join } from "node:path";
import type { Graph } from "../../program/graph";
import type { World } from "../../world";
import type { Warehouse } from "../duckdb";
import type { GoogleIdentity } from "../identity";
import { startExpiry } from "./expiry";
import { openGraphWarehouse, refuseRelations } from "./graph-warehouse";
import { keepRows } from "./kept-rows";
import { openLazily } from "./lazy-warehouse";
import { nativeTablesOf } from "./native-tables";
import { createScheduledQueries } from "./scheduled-queries";
import { type BigQueryServer, startBigQuery } from "./server";

export type { Warehouse } from "../duckdb";

export interface BigQuery extends Pick<BigQueryServer, "url" | "userToken"> {
  /** The views over the mirror; opened at the first call. */
  warehouse(): Promise<Warehouse>;
  /** Runs the scheduled queries again, because the data has changed. */
  refresh(): Promise<void>;
  /** Says that a file of the buckets has been written or replaced. */
  outdate(): void;
  /** From now on partitions expire. */
  startExpiry(): void;
}

/**
 * `bucketsDirectory` holds a folder for each Cloud Storage bucket; without a port it listens at a free one.
 * @throws where BigQuery would not create a table or view over what is in them now.
 */
export async function createBigQuery(
  graph: Graph,
  world: Pick<World, "clock" | "stateDirectory" | "onProblem" | "onClose" | "usage" | "monitoring">,
  identity: GoogleIdentity,
  bucketsDirectory: string,
  port?: number,
): Promise<BigQuery> {
  const { clock, stateDirectory, onClose } = world;
  refuseRelations(graph, bucketsDirectory);
  const scheduled = createScheduledQueries(graph, world);
  const streamed = nativeTablesOf(graph).map(({ table }) => table);
  const open = async () =>
    keepRows(
      await openGraphWarehouse(graph, bucketsDirectory),
      streamed,
      join(stateDirectory, "bigquery"),
      clock.now(),
    );
  const warehouse = openLazily(open, scheduled.run);
  onClose(warehouse.close);
  const { url, userToken, close } = await startBigQuery({
    graph,
    clock,
    usage: world.usage,
    monitoring: world.monitoring,
    identity,
    warehouse: warehouse.get,
    port,
  });
  onClose(close);
  return {
    url,
    userToken,
    warehouse: warehouse.get,
    refresh: warehouse.refresh,
    outdate: warehouse.outdate,
    startExpiry: () => onClose(startExpiry(clock, warehouse.get).cancel),
  };
}
