/** Amazon CloudWatch: what the local services tell of themselves, by AWS's names, and the alarms that the program makes of it. */
import type { Clock } from "../../clock";
import type { Graph } from "../../program/graph";
import { type Alarm, readAlarms } from "./alarms";
import { createMetricFilters } from "./metric-filters";
import { createMetrics, type Metrics } from "./metrics";

export type { Alarm } from "./alarms";
export { createHistory } from "./history";

export interface CloudWatch extends Pick<Metrics, "counter" | "level" | "emits"> {
  /** Takes a line of a log group. */
  log(logGroup: string, line: string): void;
  /** Every alarm of the program, as it stands now. */
  alarms(): readonly Alarm[];
}

export function createCloudWatch(graph: Graph, { clock }: { readonly clock: Pick<Clock, "now"> }): CloudWatch {
  const metrics = createMetrics(clock);
  const judge = readAlarms(graph);
  return {
    ...metrics,
    log: createMetricFilters(graph, metrics),
    alarms: () => judge(metrics, clock.now()),
  };
}
