/** What only a run itself can tell: numbers in the records that its functions log (functions/log.ts), as metrics to watch. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Tier } from "./aws-alarms";

/** Names of the log groups of the functions whose records are watched. */
export interface RecordLogs {
  readonly planRun: pulumi.Input<string>;
  readonly collectHour: pulumi.Input<string>;
  readonly commitRun: pulumi.Input<string>;
}

export interface RecordSource {
  /** The function whose log has the records, their unit and the number in them that is watched. */
  readonly step: keyof RecordLogs;
  readonly unit: string;
  readonly field: string;
}

export interface RecordWatch {
  readonly suffix: string;
  readonly tier: Tier;
  /** Numbers of one metric: the largest counts. */
  readonly sources: readonly [RecordSource, ...RecordSource[]];
  /** The alarm is raised at this value. */
  readonly threshold: number;
  readonly treatMissingData: "breaching" | "notBreaching";
  readonly description: string;
}

export const recordWatches: readonly RecordWatch[] = [
  {
    // Several numbers in one: a home's alarms are to be free, and all say that something waits for a hand.
    suffix: "unfinished",
    tier: "free",
    sources: [
      { step: "planRun", unit: "plan-run", field: "unfinished" },
      { step: "commitRun", unit: "commit-run", field: "unfinished" },
    ],
    threshold: 1,
    treatMissingData: "notBreaching",
    description:
      "Messages that a topic rule could not deliver lie under errors/ (npm run replay-errors brings them into the record), " +
      "or the raw messages of a day are not archived three days after its end: the log of plan-run says which. Or a day on " +
      "which a site sent has no record, or a certificate ends within 60 days: the log of commit-run says which.",
  },
  {
    suffix: "quarantined",
    tier: "free",
    sources: [{ step: "collectHour", unit: "collect-hour", field: "quarantinedPercent" }],
    threshold: 5,
    treatMissingData: "notBreaching",
    description:
      "One message in twenty of an hour, or more, could not be used and lies under quarantine/: the log of collect-hour " +
      "names device and reason.",
  },
  {
    suffix: "silent",
    tier: "free",
    sources: [{ step: "commitRun", unit: "commit-run", field: "silent" }],
    threshold: 1,
    // Where no run ends well nobody would hear of a silence.
    treatMissingData: "breaching",
    description:
      "A site that has sent within the last seven days sent nothing for an hour, a meter has told nothing for longer than it " +
      "may, or no run has ended well since: the log of commit-run names sites and hours, and meters.",
  },
];

export interface RecordMetricArgs {
  readonly logGroupName: pulumi.Input<string>;
  /** Which records: `{unit, ...}`. */
  readonly unit: string;
  /** The number in them. */
  readonly field: string;
  /** @default the unit and the field */
  readonly metricName?: string;
}

/** Creates the filters of a row's sources; what an alarm needs to name their metric. */
export function createWatchedMetric(
  name: string,
  { suffix, sources }: Pick<RecordWatch, "suffix" | "sources">,
  logs: RecordLogs,
  parent: pulumi.Resource,
) {
  const [{ step, unit, field }, ...others] = sources;
  const metric = others.length > 0 ? { metricName: suffix } : {};
  for (const each of others) {
    const { step: other, ...records } = each;
    createRecordMetric(`${name}-${each.unit}`, { logGroupName: logs[other], ...records, ...metric }, parent);
  }
  return createRecordMetric(name, { logGroupName: logs[step], unit, field, ...metric }, parent);
}

/** Creates the filter `<name>-records`; what an alarm needs to name its metric, which is the stack's own. */
export function createRecordMetric(name: string, args: RecordMetricArgs, parent: pulumi.Resource) {
  const { logGroupName, unit, field, metricName = `${unit} ${field}` } = args;
  const namespace = `${pulumi.getProject()}/${pulumi.getStack()}`;
  new aws.cloudwatch.LogMetricFilter(
    `${name}-records`,
    {
      logGroupName,
      // Lambda's JSON format has the logged object under `message`.
      pattern: `{ $.message.unit = "${unit}" && $.message.${field} = * }`,
      metricTransformation: { namespace, name: metricName, value: `$.message.${field}` },
    },
    { parent },
  );
  return { namespace, metricName };
}
