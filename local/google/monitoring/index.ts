/** Cloud Monitoring and Cloud Logging: what the local services tell of themselves, by Google's names, and the program's policies. */
import type { Clock } from "../../clock";
import type { Graph } from "../../program/graph";
import { type Entry, type Policy, readPolicies } from "./policies";
import { createSeries, type Fields } from "./series";

export type { Policy } from "./policies";

export interface Monitored {
  readonly type: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Monitoring {
  /** Counts what a service measures of a resource. */
  count(metric: Monitored, resource: Monitored): void;
  /** An error in a service's log. */
  logError(resource: Monitored, message: string): void;
  /** Every policy of the program, as it stands now. */
  policies(): readonly Policy[];
}

/** Errors that are remembered. */
const keptEntries = 1000;

/** @throws where a policy has something that is not judged here. */
export function createMonitoring(graph: Graph, { clock }: { readonly clock: Pick<Clock, "now"> }): Monitoring {
  const series = createSeries(clock);
  const entries: Entry[] = [];
  const judges = readPolicies(graph);
  return {
    count: (metric, resource) => series.count({ ...fieldsOf("metric", metric), ...fieldsOf("resource", resource) }, 1),
    logError(resource, message) {
      entries.push({ at: clock.now(), fields: { ...fieldsOf("resource", resource), severity: "ERROR" }, message });
      if (entries.length > keptEntries) entries.shift();
    },
    policies: () => judges.map((judge) => judge(series, entries, clock.now())),
  };
}

const fieldsOf = (kind: "metric" | "resource", { type, labels }: Monitored): Fields => ({
  [`${kind}.type`]: type,
  ...Object.fromEntries(Object.entries(labels).map(([label, value]) => [`${kind}.labels.${label}`, value])),
});
