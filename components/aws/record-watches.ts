/** What only a run itself can tell: numbers in the records that its functions log (functions/log.ts), as metrics to watch. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Names of the log groups of the functions whose records are watched. */
export interface RecordLogs {
  readonly planRun: pulumi.Input<string>;
  readonly commitRun: pulumi.Input<string>;
}

export interface RecordWatch {
  readonly suffix: string;
  /** The function whose log has the records, their unit and the number in them that is watched. */
  readonly step: keyof RecordLogs;
  readonly unit: string;
  readonly field: string;
  readonly treatMissingData: "breaching" | "notBreaching";
  readonly description: string;
}

/** The alarm of each is raised at 1. */
export const recordWatches: readonly RecordWatch[] = [
  {
    suffix: "undelivered",
    step: "planRun",
    unit: "plan-run",
    field: "undelivered",
    treatMissingData: "notBreaching",
    description:
      "Messages that a topic rule could not deliver lie under errors/: npm run replay-errors brings them into the record.",
  },
  {
    suffix: "unarchived",
    step: "planRun",
    unit: "plan-run",
    field: "unarchivedDays",
    treatMissingData: "notBreaching",
    description:
      "Raw messages of a day are not archived three days after its end. They stay until they are: the log of plan-run names the days, that of archive-day says why.",
  },
  {
    suffix: "silent-sites",
    step: "commitRun",
    unit: "commit-run",
    field: "silentSites",
    // Where no run ends well nobody would hear of a silence.
    treatMissingData: "breaching",
    description:
      "A site that has sent within the last seven days sent nothing for an hour, or no run has ended well since: " +
      "the log of commit-run names sites and hours.",
  },
];

export interface RecordMetricArgs {
  readonly logGroupName: pulumi.Input<string>;
  /** Which records: `{unit, ...}`. */
  readonly unit: string;
  /** The number in them. */
  readonly field: string;
}

/** Creates the filter `<name>-records`; what an alarm needs to name its metric, which is the stack's own. */
export function createRecordMetric(name: string, args: RecordMetricArgs, parent: pulumi.Resource) {
  const { logGroupName, unit, field } = args;
  const namespace = `${pulumi.getProject()}/${pulumi.getStack()}`;
  const metricName = `${unit} ${field}`;
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
