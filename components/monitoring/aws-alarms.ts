/**
 * The table of AWS's alarms: each way a path can stop, what tells of it and when it is raised. The alarms are made of it;
 * docs/operations.md has an entry for each, and a test over the local services raises each.
 *
 * AWS bills an alarm by the metrics that it reads, so none reads more than one: the table is at most as long as what is free.
 */
import type * as pulumi from "@pulumi/pulumi";

/** Without charge in each account; CloudWatch's price list, 2026. Log metrics are counted as metrics of the account. */
export const free = { alarms: 10, metrics: 10 };
/** USD a month for each beyond that. */
export const price = { alarm: 0.1, metric: 0.3 };

/** What there is to be watched: names, and the ARN of a state machine. What a stack has not is undefined. */
export interface Watched {
  readonly stateMachineArn: pulumi.Input<string>;
  /** Queue of starts that the scheduler could not deliver. */
  readonly missedRunsName: pulumi.Input<string>;
  /** Stream that buffers what the meters send. */
  readonly streamName: pulumi.Input<string> | undefined;
  /** Queue that an event-driven mirror listens to. */
  readonly mirrorEventsName: pulumi.Input<string> | undefined;
  /** The live path's queue, its dead letters, and the function that empties it. */
  readonly live:
    | {
        readonly queueName: pulumi.Input<string>;
        readonly deadLettersName: pulumi.Input<string>;
        readonly functionName: pulumi.Input<string>;
      }
    | undefined;
}

/** What is measured, and of what. */
export const serviceMetrics = {
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
  /** s; the age of the oldest record that is not in S3. */
  oldestRecord: {
    namespace: "AWS/Firehose",
    metricName: "DeliveryToS3.DataFreshness",
    statistic: "Maximum",
    dimension: "DeliveryStreamName",
  },
} as const;

/** When a value is looked at. */
export const rhythms = {
  /** Once an hour at most: the batch path itself is hourly. */
  hour: { period: 3600, evaluationPeriods: 1 },
  /** Most minutes of a quarter of an hour, so that what passes by itself tells nobody. */
  quarter: { period: 60, evaluationPeriods: 15, datapointsToAlarm: 12 },
} as const;

export interface ServiceWatch {
  readonly suffix: string;
  readonly metric: keyof typeof serviceMetrics;
  /** What is watched; undefined where the stack has no such thing, and then there is no alarm. */
  readonly of: (watched: Watched) => pulumi.Input<string> | undefined;
  /** The alarm is raised at this value. */
  readonly threshold: number;
  /** @default "hour" */
  readonly rhythm?: keyof typeof rhythms;
  readonly description: string;
}

export const serviceWatches: readonly ServiceWatch[] = [
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
    suffix: "delivery-lag",
    metric: "oldestRecord",
    of: ({ streamName }) => streamName,
    // Twice the longest time that a stream may buffer.
    threshold: 1800,
    description: "Messages of the meters wait for more than half an hour to be put into the lake.",
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
