/**
 * The table of Google Cloud's alert policies, and of the metrics behind them: each way Google's side can stop or its data be
 * wrong, what tells of it and when somebody is told. The policies and the dashboard are made of it; docs/operations.md has an
 * entry for each policy.
 *
 * The metrics are Google's own, which cost nothing.
 */
import * as pulumi from "@pulumi/pulumi";

/** What there is to be watched; what a stack has not is undefined. */
export interface GoogleWatched {
  /** `transferJobs/<id>` of the jobs that fill the mirror. */
  readonly transferJobs: readonly pulumi.Input<string>[];
  /** `projects/<project>/locations/<location>/transferConfigs/<id>` of the query that stores slots and readings. */
  readonly refresh: pulumi.Input<string> | undefined;
  /** The same of the query that checks the data. */
  readonly checks: pulumi.Input<string>;
  /** Whether live readings are streamed in. */
  readonly live: boolean;
}

export interface GoogleMetric {
  readonly type: string;
  /** What it is measured of, and the label that tells one from another; the whole project where it is left out. */
  readonly resource?: { readonly type: string; readonly label: string };
  /** Label of the metric that a chart tells apart. */
  readonly by?: string;
  /** Value of that label which is no fault; undefined where each count is one. */
  readonly fine?: string;
}

const transferred = { type: "storage_transfer_job", label: "job_id" };

export const googleMetrics = {
  /** Ended runs of scheduled queries. */
  runs: {
    type: "bigquerydatatransfer.googleapis.com/transfer_config/completed_runs",
    resource: { type: "bigquery_dts_config", label: "config_id" },
    by: "completion_state",
    fine: "SUCCEEDED",
  },
  /** Objects that were not copied, or buckets that could not be listed, by the error's code. */
  transferErrors: {
    type: "storagetransfer.googleapis.com/transferjob/error_count",
    resource: transferred,
    by: "code",
  },
  copiedObjects: {
    type: "storagetransfer.googleapis.com/transferjob/copied_objects_count",
    resource: transferred,
    by: "status",
  },
  /**
   * Calls of one API method by whoever belongs to the project. Live readings are streamed by `tabledata.insertAll`, of which
   * BigQuery's own metrics count what was stored alone, and those of the Storage Write API nothing. A row that is refused in a
   * call that succeeds is not in it: the function tells its queue, and `alarms-live-refused` is about that.
   */
  calls: {
    type: "serviceruntime.googleapis.com/api/request_count",
    resource: { type: "consumed_api", label: "method" },
    by: "response_code_class",
    fine: "2xx",
  },
  /** What BigQuery bills of queries: for all of the project, and only once they have succeeded. */
  billedBytes: { type: "bigquery.googleapis.com/query/scanned_bytes_billed" },
} as const satisfies Readonly<Record<string, GoogleMetric>>;

/** BigQuery's streaming method, as the metric names it. */
export const insertAll = "google.cloud.bigquery.v2.TableDataService.InsertAll";

/** When a count is one too many. */
export const googleRhythms = {
  /** At once: what it counts is not tried again for an hour or a day. */
  once: { alignmentPeriod: "3600s", duration: "0s" },
  /** In each five minutes of a quarter of an hour: what passes by itself tells nobody. */
  quarter: { alignmentPeriod: "300s", duration: "900s" },
} as const;

interface Told {
  readonly suffix: string;
  /** Values of the resource's label; undefined where the stack has no such thing, and then there is no policy. */
  readonly of: (watched: GoogleWatched) => readonly pulumi.Input<string>[] | undefined;
  /** What is wrong, for the mail's subject. */
  readonly title: string;
  /** What its metric counts, for a chart. */
  readonly shows: string;
  /** What that means, for the mail. */
  readonly description: string;
}

/** Raised by a count. */
export interface MetricPolicy extends Told {
  readonly metric: keyof typeof googleMetrics;
  readonly rhythm: keyof typeof googleRhythms;
}

/** Raised by an error in the log of what the metric is measured of; the mail quotes it. */
export interface LogPolicy extends Told {
  readonly logOf: "runs";
}

export type GooglePolicy = MetricPolicy | LogPolicy;

/** The end of a resource's name. */
const idOf = (name: pulumi.Input<string>) => pulumi.output(name).apply((text) => text.split("/").at(-1) ?? text);

export const googlePolicies: readonly GooglePolicy[] = [
  {
    suffix: "transfer",
    metric: "transferErrors",
    // The label is the job's name by the documentation; in case that it is the name's end, that too.
    of: ({ transferJobs }) => transferJobs.flatMap((job) => [job, idOf(job)]),
    rhythm: "once",
    title: "objects are not copied from the lake",
    shows: "Objects that were not copied",
    description:
      "Storage Transfer could not list the lake or copy objects of it. The lake has them; the views lack them until a copy " +
      "succeeds. The job's log names the objects.",
  },
  {
    suffix: "refresh",
    metric: "runs",
    of: ({ refresh }) => (refresh === undefined ? undefined : [idOf(refresh)]),
    rhythm: "once",
    title: "energy slots are not stored",
    shows: "Runs that store energy slots",
    description:
      "The scheduled query that stores energy slots did not succeed. For a week nothing is missing: the last days are " +
      "computed when they are asked for. Then days are missing from the views, until a run succeeds and fills them all.",
  },
  {
    suffix: "checks",
    // The metric of its runs would tell as much, but no sentence.
    logOf: "runs",
    of: ({ checks }) => [idOf(checks)],
    title: "the data breaks a rule",
    shows: "Runs that check the data",
    description: "The scheduled query that checks the data of the last days has failed. What it says names the place:",
  },
  {
    suffix: "live-inserts",
    metric: "calls",
    of: ({ live }) => (live ? [insertAll] : undefined),
    rhythm: "quarter",
    title: "live readings are refused",
    shows: "Calls that stream live readings",
    description:
      "BigQuery has refused calls that stream live readings for a quarter of an hour. They are tried again about once a " +
      "minute; readings come by the batch path meanwhile.",
  },
];

/** A metric of some resources over time. */
export interface Chart {
  readonly title: string;
  readonly metric: keyof typeof googleMetrics;
  /** Values of the resource's label. */
  readonly of: readonly pulumi.Input<string>[];
}

/** A chart for each policy, and those of what is no fault by itself. */
export function chartsOf(watched: GoogleWatched): Chart[] {
  const ofPolicies = googlePolicies.flatMap((policy): Chart[] => {
    const of = policy.of(watched);
    return of ? [{ title: policy.shows, metric: "logOf" in policy ? policy.logOf : policy.metric, of }] : [];
  });
  const jobs = ofPolicies.find(({ metric }) => metric === "transferErrors")?.of ?? [];
  return [
    { title: "Objects copied to the mirror", metric: "copiedObjects", of: jobs },
    ...ofPolicies,
    { title: "Bytes of queries that are billed", metric: "billedBytes", of: [] },
  ];
}
