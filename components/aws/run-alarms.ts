/** Tells by e-mail when a path stops: a run failed, a scheduled start was lost, the mirror or the live path fell behind. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface RunAlarmsArgs {
  /** Who is told; the address gets a mail to confirm first. */
  readonly email: string;
  readonly stateMachineArn: pulumi.Input<string>;
  /** Name of the queue of starts that the scheduler could not deliver. */
  readonly missedRunsName: pulumi.Input<string>;
  /** Name of the queue that an event-driven mirror listens to. */
  readonly mirrorEventsName?: pulumi.Input<string> | undefined;
  /** Name of the live path's queue, where there is one, and of its dead letters. */
  readonly live?:
    | { readonly queueName: pulumi.Input<string>; readonly deadLettersName: pulumi.Input<string> }
    | undefined;
}

interface Watch {
  readonly description: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Record<string, pulumi.Input<string>>;
  readonly statistic: "Sum" | "Maximum";
  /** The alarm is raised at this value. */
  readonly threshold: number;
}

/** A topic with the address, and an alarm for each way a path can stop. */
export class RunAlarms extends pulumi.ComponentResource {
  constructor(name: string, args: RunAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:aws:RunAlarms", name, {}, opts);
    const parent = this;

    const topic = new aws.sns.Topic(`${name}-topic`, {}, { parent });
    const subscription = { topic: topic.arn, protocol: "email", endpoint: args.email };
    new aws.sns.TopicSubscription(`${name}-email`, subscription, { parent });

    createAlarm("failed-runs", {
      description: "A run failed: some hours, days or archives are not done. The next run tries them again.",
      namespace: "AWS/States",
      metricName: "ExecutionsFailed",
      dimensions: { StateMachineArn: args.stateMachineArn },
      statistic: "Sum",
      threshold: 1,
    });
    createAlarm("missed-runs", {
      description: "A scheduled run could not be started.",
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: args.missedRunsName },
      statistic: "Maximum",
      threshold: 1,
    });
    if (args.mirrorEventsName !== undefined) {
      createAlarm("mirror-lag", {
        description: "New objects of the lake wait for more than two hours to be copied to Google Cloud.",
        namespace: "AWS/SQS",
        metricName: "ApproximateAgeOfOldestMessage",
        dimensions: { QueueName: args.mirrorEventsName },
        statistic: "Maximum",
        threshold: 7200,
      });
    }
    if (args.live !== undefined) {
      createAlarm("live-lag", {
        description:
          "Live messages wait for more than a quarter of an hour; readings come by the batch path meanwhile.",
        namespace: "AWS/SQS",
        metricName: "ApproximateAgeOfOldestMessage",
        dimensions: { QueueName: args.live.queueName },
        statistic: "Maximum",
        threshold: 900,
      });
      createAlarm("live-refused", {
        description:
          "BigQuery refused live messages each time. They lie in the dead-letter queue; the batch path has them.",
        namespace: "AWS/SQS",
        metricName: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: args.live.deadLettersName },
        statistic: "Maximum",
        threshold: 1,
      });
    }
    this.registerOutputs({});

    /** Once an hour at most: the batch path itself is hourly. */
    function createAlarm(suffix: string, { description, ...watch }: Watch) {
      const alarm = {
        alarmDescription: description,
        ...watch,
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        period: 3600,
        evaluationPeriods: 1,
        treatMissingData: "notBreaching",
        alarmActions: [topic.arn],
        okActions: [topic.arn],
      };
      new aws.cloudwatch.MetricAlarm(`${name}-${suffix}`, alarm, { parent });
    }
  }
}
