/**
 * Tells by e-mail when a path stops: a run failed, a scheduled start was lost, messages lie undelivered, a site is silent,
 * the mirror or the live path fell behind.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createRecordMetric, type RecordLogs, recordWatches } from "./record-watches";

export interface RunAlarmsArgs {
  /** Who is told; the address gets a mail to confirm first. */
  readonly email: string;
  readonly stateMachineArn: pulumi.Input<string>;
  /** Name of the queue of starts that the scheduler could not deliver. */
  readonly missedRunsName: pulumi.Input<string>;
  readonly schedule: "hourly" | "daily";
  /** Names of the log groups of the functions whose records are watched. */
  readonly logs: RecordLogs;
  /** Name of the queue that an event-driven mirror listens to. */
  readonly mirrorEventsName?: pulumi.Input<string> | undefined;
  /** Names of the live path's queue, where there is one, of its dead letters, and of the function that empties it. */
  readonly live?:
    | {
        readonly queueName: pulumi.Input<string>;
        readonly deadLettersName: pulumi.Input<string>;
        readonly functionName: pulumi.Input<string>;
      }
    | undefined;
}

/** What is measured, and of what. */
const metrics = {
  failures: {
    namespace: "AWS/States",
    metricName: "ExecutionsFailed",
    statistic: "Sum",
    dimension: "StateMachineArn",
  },
  messages: {
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    statistic: "Maximum",
    dimension: "QueueName",
  },
  /** s; a message that was taken three times and not dealt with counts no more (SQS, Available CloudWatch metrics). */
  oldestMessage: {
    namespace: "AWS/SQS",
    metricName: "ApproximateAgeOfOldestMessage",
    statistic: "Maximum",
    dimension: "QueueName",
  },
  /** Invocations that failed as a whole. */
  errors: {
    namespace: "AWS/Lambda",
    metricName: "Errors",
    statistic: "Sum",
    dimension: "FunctionName",
  },
} as const;

/** When a value is looked at. */
const rhythms = {
  /** Once an hour at most: the batch path itself is hourly. */
  hour: { period: 3600, evaluationPeriods: 1 },
  /** Most minutes of a quarter of an hour, so that what passes by itself tells nobody. */
  quarter: { period: 60, evaluationPeriods: 15, datapointsToAlarm: 12 },
} as const;

interface Watch {
  readonly suffix: string;
  readonly metric: keyof typeof metrics;
  /** What is watched; undefined where the stack has no such thing, and then there is no alarm. */
  readonly of: (args: RunAlarmsArgs) => pulumi.Input<string> | undefined;
  /** The alarm is raised at this value. */
  readonly threshold: number;
  /** @default "hour" */
  readonly rhythm?: keyof typeof rhythms;
  readonly description: string;
}

/** Each way a path can stop. */
const watches: readonly Watch[] = [
  {
    suffix: "failed-runs",
    metric: "failures",
    of: ({ stateMachineArn }) => stateMachineArn,
    threshold: 1,
    description: "A run failed: some hours, days or archives are not done. The next run tries them again.",
  },
  {
    suffix: "missed-runs",
    metric: "messages",
    of: ({ missedRunsName }) => missedRunsName,
    threshold: 1,
    description: "A scheduled run could not be started.",
  },
  {
    suffix: "mirror-lag",
    metric: "oldestMessage",
    of: ({ mirrorEventsName }) => mirrorEventsName,
    threshold: 7200,
    description: "New objects of the lake wait for more than two hours to be copied to Google Cloud.",
  },
  {
    suffix: "live-lag",
    metric: "oldestMessage",
    of: ({ live }) => live?.queueName,
    threshold: 900,
    description:
      "Nobody has taken live messages out of their queue for a quarter of an hour; readings come by the batch path meanwhile.",
  },
  {
    suffix: "live-failing",
    metric: "errors",
    of: ({ live }) => live?.functionName,
    threshold: 1,
    rhythm: "quarter",
    description:
      "Live messages have not reached BigQuery for a quarter of an hour: Google Cloud does not answer or refuses the function, whose log says which. They are tried again about once a minute; readings come by the batch path meanwhile.",
  },
  {
    suffix: "live-refused",
    metric: "messages",
    of: ({ live }) => live?.deadLettersName,
    threshold: 1,
    description:
      "BigQuery took live messages at none of all tries, for nearly as long as their queue keeps them. They lie in the dead-letter queue; the batch path has them.",
  },
];

/** A topic with the address, and an alarm for each way a path can stop. */
export class RunAlarms extends pulumi.ComponentResource {
  constructor(name: string, args: RunAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:aws:RunAlarms", name, {}, opts);

    const topic = new aws.sns.Topic(`${name}-topic`, {}, { parent: this });
    const subscription = { topic: topic.arn, protocol: "email", endpoint: args.email };
    new aws.sns.TopicSubscription(`${name}-email`, subscription, { parent: this });
    const actions = { alarmActions: [topic.arn], okActions: [topic.arn] };
    for (const { suffix, metric, of, threshold, rhythm = "hour", description } of watches) {
      const watched = of(args);
      if (watched === undefined) continue;
      const { dimension, ...measured } = metrics[metric];
      const alarm = {
        alarmDescription: description,
        ...measured,
        dimensions: { [dimension]: watched },
        threshold,
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        ...rhythms[rhythm],
        treatMissingData: "notBreaching",
        ...actions,
      };
      new aws.cloudwatch.MetricAlarm(`${name}-${suffix}`, alarm, { parent: this });
    }
    for (const { suffix, step, description, treatMissingData, ...record } of recordWatches) {
      const alarm = {
        alarmDescription: description,
        ...createRecordMetric(`${name}-${suffix}`, { logGroupName: args.logs[step], ...record }, this),
        statistic: "Maximum",
        threshold: 1,
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        // A run writes its record once.
        period: args.schedule === "hourly" ? 3600 : 86_400,
        evaluationPeriods: 1,
        treatMissingData,
        ...actions,
      };
      new aws.cloudwatch.MetricAlarm(`${name}-${suffix}`, alarm, { parent: this });
    }
    this.registerOutputs({});
  }
}
