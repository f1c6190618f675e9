/**
 * The table of Google Cloud's alert policies, and of the metrics behind them: each way Google's side can stop or its data be
 * wrong, what tells of it and when somebody is told. The policies and the dashboard are made of it; docs/operations.md has an entry for each.
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
  /** What it is measured of, and the label that tells one from another. */
  readonly resource: { readonly type: string; readonly label: string };
  /** Label of the metric that a chart tells apart. */
  readonly by: string;
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
  readonly logOf: keyof typeof googleMetrics;
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
    description: "The scheduled query that checks the data of the last days has failed. What it says names the place:",
  },
  {
    suffix: "live-inserts",
    metric: "calls",
    of: ({ live }) => (live ? [insertAll] : undefined),
    rhythm: "quarter",
    title: "live readings are refused",
    description:
      "BigQuery has refused calls that stream live readings for a quarter of an hour. They are tried again about once a " +
      "minute; readings come by the batch path meanwhile.",
  },
];
