/** Dollars a month, of a counted day: what was asked for, what lies there and what stands there, by service. */
import { z } from "zod";
import { gatewayThings } from "../../components/aws/meter-gateway-things";
import { functionInputs } from "../../local/aws/lambda/environment";
import type { Graph } from "../../local/program/graph";
import type { StackConfig } from "../../local/program/stack-config";
import { readConfig } from "../../local/session/sites";
import { type Billed, billed } from "../../local/usage";
import { meterOf } from "./device-day";
import type { LocalDay } from "./local-day";
import type { Item, Prices } from "./prices";

/** The mean month, days. */
const monthDays = 365.25 / 12;
const monthMinutes = monthDays * 24 * 60;

export interface Line {
  readonly service: string;
  readonly item: Item;
  /** Units in a month. */
  readonly amount: number;
  /** US dollars a month without the free allowance, and with it. */
  readonly listed: number;
  readonly usd: number;
}

export interface MeterLine {
  readonly meter: string;
  readonly messagesADay: number;
  /** Of all that is billed by message on the way to the lake: connection, messaging, rules, actions, Firehose; US dollars a month. */
  readonly usd: number;
}

export interface Estimate {
  readonly lines: readonly Line[];
  readonly meters: readonly MeterLine[];
}

/** Which service's bill an item is on. */
const services: Readonly<Record<Item, string>> = {
  iot_connection_minute: "IoT Core",
  iot_message: "IoT Core",
  iot_rule: "IoT Core",
  iot_action: "IoT Core",
  firehose_byte: "Firehose",
  s3_write: "S3",
  s3_read: "S3",
  s3_stored_byte: "S3",
  sqs_request: "SQS",
  lambda_request: "Lambda",
  lambda_gib_second: "Lambda",
  states_transition: "Step Functions",
  schedule_start: "Scheduler",
  log_byte: "CloudWatch",
  alarm: "CloudWatch",
  custom_metric: "CloudWatch",
  transfer_byte: "transfer to Google",
  gcs_write: "Cloud Storage",
  gcs_stored_byte: "Cloud Storage",
  bigquery_streamed_byte: "BigQuery",
  bigquery_query_byte: "BigQuery",
};

/**
 * What pollers ask while nothing comes, a long poll of 20 s after the other: of Lambda five (AWS, Lambda, Using Lambda with
 * Amazon SQS); Storage Transfer Service documents none, one is assumed.
 */
const idlePolls = { lambda: 5 * 3 * monthMinutes, transfer: 3 * monthMinutes };
/** START, END and REPORT as JSON, about, bytes: what Lambda itself logs of an invocation, unless told not to. */
const platformLines = 3 * 250;

/** Several filters may make one metric. */
const filterType = "aws:cloudwatch/logMetricFilter:LogMetricFilter";
const transformed = z.looseObject({ metricTransformation: z.looseObject({ name: z.string() }) });

export function estimate(
  stack: StackConfig,
  { graph, usage, meters, addedBytes, runs }: LocalDay,
  prices: Prices,
): Estimate {
  const config = readConfig(stack);
  const countOf = (type: string) => graph.all(type, z.unknown()).length;
  const clients = gatewayThings(config, stack.project, stack.stack);
  const requests = (Object.keys(billed) as Billed[]).map((item) => [item, usage.total(item) * monthDays] as const);
  const polls =
    countOf("aws:lambda/eventSourceMapping:EventSourceMapping") * idlePolls.lambda +
    graph.all("gcp:storage/transferJob:TransferJob", listening).filter(({ inputs }) => inputs.eventStream).length *
      idlePolls.transfer;
  const logged = graph
    .all("aws:lambda/function:Function", functionInputs)
    .filter(({ inputs }) => inputs.loggingConfig.systemLogLevel !== "WARN")
    .map(({ physicalName }) => usage.total("lambda_request", (of) => of === physicalName) * platformLines);
  const standing: readonly (readonly [Item, number])[] = [
    ["iot_connection_minute", clients.length * monthMinutes],
    ["s3_stored_byte", storedBytes(graph, addedBytes)],
    ["gcs_stored_byte", mirroredBytes(addedBytes)],
    ["schedule_start", runs * monthDays],
    ["alarm", countOf("aws:cloudwatch/metricAlarm:MetricAlarm")],
    [
      "custom_metric",
      new Set(graph.all(filterType, transformed).map(({ inputs }) => inputs.metricTransformation.name)).size,
    ],
    ["sqs_request", polls],
    ["log_byte", logged.reduce((sum, bytes) => sum + bytes, 0) * monthDays],
  ];
  const amounts = new Map<Item, number>();
  for (const [item, amount] of [...requests, ...standing]) amounts.set(item, (amounts.get(item) ?? 0) + amount);
  const lines = [...amounts].map(([item, amount]): Line => {
    const { usd, per, free } = prices.of(item);
    const cost = (units: number) => (units / per) * usd;
    return { service: services[item], item, amount, listed: cost(amount), usd: cost(Math.max(0, amount - free)) };
  });
  return {
    lines: lines.filter(({ amount }) => amount > 0),
    meters: [...meters].map(([meter, { messages }]) => {
      const carrying = clients.find(({ thing, carries }) => thing === meter || carries.some(({ id }) => id === meter));
      const connection = dollars(
        prices,
        "iot_connection_minute",
        monthMinutes / Math.max(1, carrying?.carries.length ?? 1),
      );
      const byMessage = (["iot_message", "iot_rule", "iot_action", "firehose_byte"] as const)
        .map((item) => dollars(prices, item, usage.total(item, (of) => meterOf(of) === meter) * monthDays))
        .reduce((sum, each) => sum + each, 0);
      return {
        meter,
        messagesADay: messages,
        usd: connection + byMessage,
      };
    }),
  };
}

const listening = z.object({ eventStream: z.object({ name: z.string() }).optional() });

const dollars = (prices: Prices, item: Item, amount: number) => (amount / prices.of(item).per) * prices.of(item).usd;

const lifecycle = z.object({
  rules: z.array(
    z.object({
      filter: z.object({ prefix: z.string().optional() }).optional(),
      expiration: z.object({ days: z.number().optional() }).optional(),
    }),
  ),
});

/** What lies in the lake after a year: what does not expire is there for all of its days. */
function storedBytes(graph: Graph, addedBytes: ReadonlyMap<string, number>): number {
  const rules = graph.all("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", lifecycle);
  const lifeOf = (prefix: string) =>
    rules.flatMap(({ inputs }) => inputs.rules).find((rule) => rule.filter?.prefix === prefix)?.expiration?.days ?? 365;
  return [...addedBytes].reduce((sum, [prefix, bytes]) => sum + bytes * Math.min(365, lifeOf(prefix)), 0);
}

/** The record and the manifests, of which nothing expires in the mirror. */
const mirroredBytes = (addedBytes: ReadonlyMap<string, number>) =>
  ["daily/", "manifests/"].reduce((sum, prefix) => sum + (addedBytes.get(prefix) ?? 0), 0) * 365;
