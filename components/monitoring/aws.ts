/**
 * Tells by e-mail or a web address when a path stops: a run failed, messages lie undelivered, a site or a meter is silent, the
 * mirror or the live path fell behind. Which, says the table of `aws-alarms.ts` and that of `record-watches.ts`.
 */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { AlarmWebhook } from "./alarm-webhook";
import { isChosen, rhythms, serviceMetrics, serviceWatches, type Tier, type Watched } from "./aws-alarms";
import { createAlarmDashboard, type Graphed } from "./aws-dashboard";
import { flowGraphs } from "./flow-graphs";
import { createWatchedMetric, type RecordLogs, recordWatches } from "./record-watches";

export interface RunAlarmsArgs extends Watched {
  /** Who is told; the address gets a mail to confirm first. */
  readonly email: string | undefined;
  /** A web address that is told; a secret. */
  readonly webhook: pulumi.Output<string> | undefined;
  /** Which of the alarms: those that cost nothing, or all. */
  readonly alarms: Tier;
  readonly region: string;
  readonly schedule: "hourly" | "daily";
  /** Names of the log groups of the functions whose records are watched. */
  readonly logs: RecordLogs;
  /** Days that the log of the function is kept that tells the web address. */
  readonly logDays: number;
}

/** What the two tables have in common, as an alarm and as a graph. */
interface AlarmOf extends Required<Omit<Graphed, "title">> {
  readonly suffix: string;
  readonly description: string;
  readonly comparison?: string | undefined;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm?: number;
  readonly treatMissingData: "breaching" | "notBreaching";
}

/** A topic with the addresses, an alarm for each way a path can stop, and a dashboard of what they read. */
export class RunAlarms extends pulumi.ComponentResource {
  constructor(name: string, args: RunAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:aws:RunAlarms", name, {}, opts);
    const parent: pulumi.Resource = this;

    const topic = createTopic();
    const watched = [...ofServices(), ...ofRecords()];
    const alarmArns = watched.map(createAlarm);
    const graphs = watched.map(({ suffix, ...graph }): Graphed => ({ title: suffix, ...graph }));
    const flow = flowGraphs(name, args, parent);
    createAlarmDashboard(name, { region: args.region, alarmArns, graphs: [...flow, ...graphs] }, parent);
    this.registerOutputs({});

    function createTopic() {
      const created = new aws.sns.Topic(`${name}-topic`, {}, { parent });
      const { email, webhook, logDays } = args;
      if (email !== undefined) {
        const subscription = { topic: created.arn, protocol: "email", endpoint: email };
        new aws.sns.TopicSubscription(`${name}-email`, subscription, { parent });
      }
      if (webhook !== undefined)
        new AlarmWebhook(`${name}-webhook`, { url: webhook, topicArn: created.arn, logDays }, { parent });
      return created;
    }

    /** What the services measure of themselves. */
    function ofServices(): AlarmOf[] {
      return serviceWatches.flatMap(({ metric, of, rhythm = "hour", tier, ...watch }) => {
        const found = of(args);
        if (found === undefined || !isChosen(args.alarms, tier)) return [];
        const { dimensions, statistic, ...named } = serviceMetrics[metric];
        const missing = { treatMissingData: "notBreaching" as const };
        return [
          { ...watch, metric: { ...named, dimensions: dimensions(found) }, statistic, ...rhythms[rhythm], ...missing },
        ];
      });
    }

    /** What runs tell in their records, once a run. */
    function ofRecords(): AlarmOf[] {
      const once = { statistic: "Maximum", period: args.schedule === "hourly" ? 3600 : 86_400, evaluationPeriods: 1 };
      return recordWatches
        .filter(({ tier }) => isChosen(args.alarms, tier))
        .map(({ suffix, sources, threshold, description, treatMissingData }) => {
          const metric = createWatchedMetric(`${name}-${suffix}`, { suffix, sources }, args.logs, parent);
          return { suffix, metric, ...once, threshold, description, treatMissingData };
        });
    }

    function createAlarm({ suffix, metric, description, comparison, ...rest }: AlarmOf) {
      const alarm = {
        alarmDescription: describe(`${name}-${suffix}`, description),
        ...metric,
        ...rest,
        comparisonOperator: comparison ?? "GreaterThanOrEqualToThreshold",
        ...{ alarmActions: [topic.arn], okActions: [topic.arn] },
      };
      return new aws.cloudwatch.MetricAlarm(`${name}-${suffix}`, alarm, { parent }).arn;
    }
  }
}

/** What a mail says of an alarm, with its entry of the runbook. */
const describe = (alarm: string, description: string) => `${description} What to do: docs/operations.md#${alarm}`;
