/** What only a run itself can tell: numbers in the records that its functions log (functions/log.ts), as metrics to watch. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Names of the log groups of the functions whose records are watched. */
export interface RecordLogs {
  readonly planRun: pulumi.Input<string>;
  readonly collectHour: pulumi.Input<string>;
  readonly commitRun: pulumi.Input<string>;
}

export interface RecordWatch {
  readonly suffix: string;
  /** The function whose log has the records, their unit and the number in them that is watched. */
  readonly step: keyof RecordLogs;
  readonly unit: string;
  readonly field: string;
  /** The alarm is raised at this value. */
  readonly threshold: number;
  readonly treatMissingData: "breaching" | "notBreaching";
  readonly description: string;
}

export const recordWatches: readonly RecordWatch[] = [
  {
    // Two numbers of the record in one: a home's alarms are to be free, and both say that something waits for a hand.
    suffix: "unfinished",
    step: "planRun",
    unit: "plan-run",
    field: "unfinished",
    threshold: 1,
    treatMissingData: "notBreaching",
    description:
      "Messages that a topic rule could not deliver lie under errors/ (npm run replay-errors brings them into the record), " +
      "or the raw messages of a day are not archived three days after its end. The log of plan-run says which.",
  },
  {
    suffix: "quarantined",
    step: "collectHour",
    unit: "collect-hour",
    field: "quarantinedPercent",
    threshold: 5,
    treatMissingData: "notBreaching",
    description:
      "One message in twenty of an hour, or more, could not be used and lies under quarantine/: the log of collect-hour " +
      "names device and reason.",
  },
  {
    suffix: "silent-sites",
    step: "commitRun",
    unit: "commit-run",
    field: "silentSites",
    threshold: 1,
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
