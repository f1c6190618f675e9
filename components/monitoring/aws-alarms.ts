/**
 * The table of AWS's alarms: each way a path can stop, what tells of it and when it is raised. The alarms and the dashboard are
 * made of it; docs/operations.md has an entry for each, and a test over the local services raises each.
 *
 * AWS bills an alarm by the metrics that it reads, so none reads more than one.
 */
import type * as pulumi from "@pulumi/pulumi";
import { type RuleKind, ruleKinds } from "../aws/meter-gateway-things";

/** Without charge in each account; CloudWatch's price list, 2026. Log metrics are counted as metrics of the account. */
export const free = { alarms: 10, metrics: 10 };
/** USD a month for each beyond that. */
export const price = { alarm: 0.1, metric: 0.3 };

/**
 * `free` are those of every stack: a home with every path has as many as an account has free. `all` are told by one of these
 * too, later or less precisely, or pass by themselves: a stack has them where it asks for them.
 */
export type Tier = "free" | "all";

/** Whether a stack with the choice `alerts.alarms` has an alarm of the tier. */
export const isChosen = (chosen: Tier, tier: Tier): boolean => chosen === "all" || tier === "free";

/** What there is to be watched: names, and ARNs of state machines. What a stack has not is undefined. */
export interface Watched {
  readonly stateMachineArn: pulumi.Input<string>;
  readonly drillArn: pulumi.Input<string>;
  /** Queue of starts that the scheduler could not deliver. */
  readonly missedRunsName: pulumi.Input<string>;
  /** The topic rules. */
  readonly ruleNames: Readonly<Record<RuleKind, pulumi.Input<string>>>;
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

type Dimensions = Readonly<Record<string, pulumi.Input<string>>>;
const by =
  (name: string, others: Dimensions = {}) =>
  (watched: pulumi.Input<string>): Dimensions => ({ [name]: watched, ...others });

/** What is measured, and of what. */
export const serviceMetrics = {
  failures: {
    namespace: "AWS/States",
    metricName: "ExecutionsFailed",
    statistic: "Sum",
    dimensions: by("StateMachineArn"),
  },
  /** ms, of an execution that has ended. */
  executionTime: {
    namespace: "AWS/States",
    metricName: "ExecutionTime",
    statistic: "Maximum",
    dimensions: by("StateMachineArn"),
  },
  messages: {
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    statistic: "Maximum",
    dimensions: by("QueueName"),
  },
  /** s; a message that was taken three times and not dealt with counts no more (SQS, Available CloudWatch metrics). */
  oldestMessage: {
    namespace: "AWS/SQS",
    metricName: "ApproximateAgeOfOldestMessage",
    statistic: "Maximum",
    dimensions: by("QueueName"),
  },
  /** Invocations that failed as a whole. */
  errors: {
    namespace: "AWS/Lambda",
    metricName: "Errors",
    statistic: "Sum",
    dimensions: by("FunctionName"),
  },
  /** Invocations that were refused for want of concurrency; without a dimension of all functions of the account and region. */
  throttles: {
    namespace: "AWS/Lambda",
    metricName: "Throttles",
    statistic: "Sum",
    dimensions: (): Dimensions => ({}),
  },
  /** s; the age of the oldest record that is not in S3. */
  oldestRecord: {
    namespace: "AWS/Firehose",
    metricName: "DeliveryToS3.DataFreshness",
    statistic: "Maximum",
    dimensions: by("DeliveryStreamName"),
  },
  /** Of all puts to S3, the share that succeeded. */
  deliverySuccess: {
    namespace: "AWS/Firehose",
    metricName: "DeliveryToS3.Success",
    statistic: "Average",
    dimensions: by("DeliveryStreamName"),
  },
  /** Messages that an action of a rule did not take and its error action did; error actions are S3's, see meter-ingest.ts. */
  errorActions: {
    namespace: "AWS/IoT",
    metricName: "ErrorActionSuccess",
    statistic: "Sum",
    dimensions: by("RuleName", { ActionType: "S3" }),
  },
  /** Messages that not even the error action took. */
  failedErrorActions: {
    namespace: "AWS/IoT",
    metricName: "ErrorActionFailure",
    statistic: "Sum",
    dimensions: by("RuleName", { ActionType: "S3" }),
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
  readonly tier: Tier;
  readonly metric: keyof typeof serviceMetrics;
  /** What is watched; undefined where the stack has no such thing, and then there is no alarm. */
  readonly of: (watched: Watched) => pulumi.Input<string> | undefined;
  /** The alarm is raised at this value. */
  readonly threshold: number;
  /** @default "GreaterThanOrEqualToThreshold" */
  readonly comparison?: "LessThanThreshold";
  /** @default "hour" */
  readonly rhythm?: keyof typeof rhythms;
  readonly description: string;
}

const ofRule = (kind: RuleKind): readonly ServiceWatch[] => [
  {
    suffix: `rule-errors-${kind}`,
    tier: "all",
    metric: "errorActions",
    of: ({ ruleNames }) => ruleNames[kind],
    threshold: 1,
    description: `An action of the topic rule ${kind} failed: the messages lie under errors/.`,
  },
  {
    suffix: `rule-losses-${kind}`,
    tier: "all",
    metric: "failedErrorActions",
    of: ({ ruleNames }) => ruleNames[kind],
    threshold: 1,
    description: `Neither an action of the topic rule ${kind} nor its error action took a message: it is lost.`,
  },
];

export const serviceWatches: readonly ServiceWatch[] = [
  {
    suffix: "failed-runs",
    tier: "free",
    metric: "failures",
    of: ({ stateMachineArn }) => stateMachineArn,
    threshold: 1,
    description: "A run failed: some hours, days or archives are not done. The next run tries them again.",
  },
  {
    suffix: "failed-drill",
    tier: "free",
    metric: "failures",
    of: ({ drillArn }) => drillArn,
    threshold: 1,
    description:
      "The monthly recovery drill failed: a day could not be made again from its archive, byte for byte, or could not be tried.",
  },
  {
    suffix: "missed-runs",
    // Where no run ends well the alarm of silence is raised as well; a single missed start is caught up by the next.
    tier: "all",
    metric: "messages",
    of: ({ missedRunsName }) => missedRunsName,
    threshold: 1,
    description: "A scheduled run could not be started.",
  },
  {
    suffix: "slow-runs",
    tier: "all",
    metric: "executionTime",
    of: ({ stateMachineArn }) => stateMachineArn,
    // ms. Three quarters of the time to the next hourly run.
    threshold: 45 * 60_000,
    description: "A run took longer than three quarters of an hour: soon the next one begins before it has ended.",
  },
  {
    suffix: "throttled",
    tier: "all",
    metric: "throttles",
    // Of the whole account: a function's share of its concurrency is nobody's own.
    of: () => "",
    threshold: 1,
    description: "Lambda refused to start a function of the account: too many ran at once. It is tried again.",
  },
  ...ruleKinds.flatMap(ofRule),
  {
    suffix: "delivery-lag",
    tier: "free",
    metric: "oldestRecord",
    of: ({ streamName }) => streamName,
    // Twice the longest time that a stream may buffer.
    threshold: 1800,
    description: "Messages of the meters wait for more than half an hour to be put into the lake.",
  },
  {
    suffix: "delivery-failing",
    tier: "all",
    metric: "deliverySuccess",
    of: ({ streamName }) => streamName,
    threshold: 1,
    comparison: "LessThanThreshold",
    description: "S3 did not take an object of the delivery stream. It is tried again for 24 hours.",
  },
  {
    suffix: "mirror-lag",
    tier: "free",
    metric: "oldestMessage",
    of: ({ mirrorEventsName }) => mirrorEventsName,
    threshold: 7200,
    description: "New objects of the lake wait for more than two hours to be copied to Google Cloud.",
  },
  {
    suffix: "live-lag",
    tier: "free",
    metric: "oldestMessage",
    of: ({ live }) => live?.queueName,
    threshold: 900,
    description:
      "Nobody has taken live messages out of their queue for a quarter of an hour; readings come by the batch path meanwhile.",
  },
  {
    suffix: "live-failing",
    tier: "free",
    metric: "errors",
    of: ({ live }) => live?.functionName,
    threshold: 1,
    rhythm: "quarter",
    description:
      "Live messages have not reached BigQuery for a quarter of an hour: Google Cloud does not answer or refuses the function, whose log says which. They are tried again about once a minute; readings come by the batch path meanwhile.",
  },
  {
    suffix: "live-refused",
    tier: "free",
    metric: "messages",
    of: ({ live }) => live?.deadLettersName,
    threshold: 1,
    description:
      "BigQuery took live messages at none of all tries, for nearly as long as their queue keeps them. They lie in the dead-letter queue; the batch path has them.",
  },
];
