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
  run(warehouse: Pick<Warehouse, "runScript">): Promise<void>;
}

const configInputs = z.object({
  dataSourceId: z.literal("scheduled_query"),
  params: z.object({ query: z.string() }),
});

const completedRuns = "bigquerydatatransfer.googleapis.com/transfer_config/completed_runs";

export function createScheduledQueries(
  graph: Graph,
  { clock, onProblem, monitoring }: Pick<World, "clock" | "onProblem"> & Partial<Pick<World, "monitoring">>,
): ScheduledQueries {
  const configs = graph.all("gcp:bigquery/dataTransferConfig:DataTransferConfig", configInputs);
  const inTurn = oneAfterAnother();
  const runAll = async (warehouse: Pick<Warehouse, "runScript">) => {
    const run_date = toDate(new Date(clock.now()).toISOString().slice(0, 10));
    for (const { name, physicalName, inputs } of configs) {
      const config = { type: "bigquery_dts_config", labels: { config_id: physicalName.split("/").at(-1) ?? "" } };
      const ended = (completion_state: string) =>
        monitoring?.count({ type: completedRuns, labels: { completion_state } }, config);
      try {
        await warehouse.runScript(inputs.params.query, { run_date });
        ended("SUCCEEDED");
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        ended("FAILED");
        monitoring?.logError(config, message);
        onProblem(`The scheduled query ${name} failed: ${message}`);
      }
    }
  };
  return {
    run: (warehouse) => inTurn(() => runAll(warehouse)),
  };
}
