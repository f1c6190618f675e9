/**
 * Carries out the `gcp.bigquery.DataTransferConfig`s of the graph: their deployed scripts, each in its own connection. Not
 * at their time of day: what they store depends on the day only, so they are run whenever the data has changed.
 */
import { z } from "zod";
import { oneAfterAnother } from "../../in-turn";
import type { Graph } from "../../program/graph";
import type { World } from "../../world";
import { toDate, type Warehouse } from "../duckdb";

export interface ScheduledQueries {
  /** Runs all of them, after any run that was asked for before. A failure is a problem told, as in the cloud. */
  run(warehouse: Warehouse): Promise<void>;
}

const configInputs = z.object({
  dataSourceId: z.literal("scheduled_query"),
  params: z.object({ query: z.string() }),
});

export function createScheduledQueries(
  graph: Graph,
  { clock, onProblem }: Pick<World, "clock" | "onProblem">,
): ScheduledQueries {
  const configs = graph.all("gcp:bigquery/dataTransferConfig:DataTransferConfig", configInputs);
  const inTurn = oneAfterAnother();
  const runAll = async (warehouse: Warehouse) => {
    const run_date = toDate(new Date(clock.now()).toISOString().slice(0, 10));
    for (const { name, inputs } of configs) {
      try {
        await warehouse.runScript(inputs.params.query, { run_date });
      } catch (error) {
        onProblem(`The scheduled query ${name} failed: ${error instanceof Error ? error.message : error}`);
      }
    }
  };
  return {
    run: (warehouse) => inTurn(() => runAll(warehouse)),
  };
}
