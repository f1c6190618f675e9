/**
 * Tells by e-mail when a path stops: a run failed, a scheduled start was lost, messages lie undelivered, a site is silent,
 * the mirror or the live path fell behind. Which, says the table of `aws-alarms.ts` and that of `record-watches.ts`.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { rhythms, serviceMetrics, serviceWatches, type Watched } from "./aws-alarms";
import { createRecordMetric, type RecordLogs, recordWatches } from "./record-watches";

export interface RunAlarmsArgs extends Watched {
  /** Who is told; the address gets a mail to confirm first. */
  readonly email: string;
  readonly schedule: "hourly" | "daily";
  /** Names of the log groups of the functions whose records are watched. */
  readonly logs: RecordLogs;
}

/** A topic with the address, and an alarm for each way a path can stop. */
export class RunAlarms extends pulumi.ComponentResource {
  constructor(name: string, args: RunAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:aws:RunAlarms", name, {}, opts);

    const topic = new aws.sns.Topic(`${name}-topic`, {}, { parent: this });
    const subscription = { topic: topic.arn, protocol: "email", endpoint: args.email };
    new aws.sns.TopicSubscription(`${name}-email`, subscription, { parent: this });
    const actions = { alarmActions: [topic.arn], okActions: [topic.arn] };
    for (const { suffix, metric, of, threshold, rhythm = "hour", description } of serviceWatches) {
      const watched = of(args);
      if (watched === undefined) continue;
      const { dimension, ...measured } = serviceMetrics[metric];
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
    for (const { suffix, step, threshold, description, treatMissingData, ...record } of recordWatches) {
      const alarm = {
        alarmDescription: description,
        ...createRecordMetric(`${name}-${suffix}`, { logGroupName: args.logs[step], ...record }, this),
        statistic: "Maximum",
        threshold,
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
