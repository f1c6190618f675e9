/** What flows, for the dashboard: messages that came in, and readings that were made of them. No alarm reads it. */
import type * as pulumi from "@pulumi/pulumi";
import type { Watched } from "./aws-alarms";
import type { Graphed } from "./aws-dashboard";
import { createRecordMetric, type RecordLogs } from "./record-watches";

export interface FlowArgs extends Pick<Watched, "streamName" | "ruleNames"> {
  readonly logs: RecordLogs;
}

const hour = { statistic: "Sum", period: 3600 };

/** Creates the filter `<name>-readings-records`. */
export function flowGraphs(name: string, args: FlowArgs, parent: pulumi.Resource): Graphed[] {
  const { streamName, ruleNames, logs } = args;
  // Without a stream each rule puts its messages itself.
  const messages: Graphed[] = streamName
    ? [{ title: "messages", metric: incoming(streamName), ...hour }]
    : Object.entries(ruleNames).map(([generation, rule]) => ({
        title: `messages, ${generation}`,
        metric: taken(rule),
        ...hour,
      }));
  const collected = { logGroupName: logs.collectHour, unit: "collect-hour", field: "staged" };
  const readings = createRecordMetric(`${name}-readings`, collected, parent);
  return [...messages, { title: "readings, in the hour that they were collected", metric: readings, ...hour }];
}

const incoming = (DeliveryStreamName: pulumi.Input<string>) => ({
  namespace: "AWS/Firehose",
  metricName: "IncomingRecords",
  dimensions: { DeliveryStreamName },
});

const taken = (RuleName: pulumi.Input<string>) => ({
  namespace: "AWS/IoT",
  metricName: "Success",
  dimensions: { RuleName, ActionType: "S3" },
});
