/**
 * Tells by e-mail or a web address when a path stops: a run failed, messages lie undelivered, a site or a meter is silent, the mirror or the live
 * path fell behind. Which, says the table of `aws-alarms.ts` and that of `record-watches.ts`.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { AlarmWebhook } from "./alarm-webhook";
import { isChosen, rhythms, serviceMetrics, serviceWatches, type Tier, type Watched } from "./aws-alarms";
import { createWatchedMetric, type RecordLogs, recordWatches } from "./record-watches";

export interface RunAlarmsArgs extends Watched {
  /** Who is told; the address gets a mail to confirm first. */
  readonly email: string | undefined;
  /** A web address that is told; a secret. */
  readonly webhook: pulumi.Output<string> | undefined;
  /** Which of the alarms: those that cost nothing, or all. */
  readonly alarms: Tier;
  readonly schedule: "hourly" | "daily";
  /** Names of the log groups of the functions whose records are watched. */
  readonly logs: RecordLogs;
  /** Days that the log of the function is kept that tells the web address. */
  readonly logDays: number;
}

/** A topic with the address, and an alarm for each way a path can stop. */
export class RunAlarms extends pulumi.ComponentResource {
  constructor(name: string, args: RunAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:aws:RunAlarms", name, {}, opts);

    const topic = new aws.sns.Topic(`${name}-topic`, {}, { parent: this });
    const { email, webhook, logDays } = args;
    if (email !== undefined) {
      const subscription = { topic: topic.arn, protocol: "email", endpoint: email };
      new aws.sns.TopicSubscription(`${name}-email`, subscription, { parent: this });
    }
    if (webhook !== undefined)
      new AlarmWebhook(`${name}-webhook`, { url: webhook, topicArn: topic.arn, logDays }, { parent: this });
    const actions = { alarmActions: [topic.arn], okActions: [topic.arn] };
    for (const watch of serviceWatches.filter(({ tier }) => isChosen(args.alarms, tier))) {
      const { suffix, metric, of, threshold, comparison, rhythm = "hour", description } = watch;
      const watched = of(args);
      if (watched === undefined) continue;
      const { dimensions, ...measured } = serviceMetrics[metric];
      const alarm = {
        alarmDescription: describe(`${name}-${suffix}`, description),
        ...measured,
        dimensions: dimensions(watched),
        threshold,
        comparisonOperator: comparison ?? "GreaterThanOrEqualToThreshold",
        ...rhythms[rhythm],
        treatMissingData: "notBreaching",
        ...actions,
      };
      new aws.cloudwatch.MetricAlarm(`${name}-${suffix}`, alarm, { parent: this });
    }
    for (const watch of recordWatches.filter(({ tier }) => isChosen(args.alarms, tier))) {
      const { suffix, threshold, description, treatMissingData } = watch;
      const alarm = {
        alarmDescription: describe(`${name}-${suffix}`, description),
        ...createWatchedMetric(`${name}-${suffix}`, watch, args.logs, this),
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

/** What a mail says of an alarm, with its entry of the runbook. */
const describe = (alarm: string, description: string) => `${description} What to do: docs/operations.md#${alarm}`;
