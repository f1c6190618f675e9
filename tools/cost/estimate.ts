/** Dollars a month, of a counted day: what was asked for, what lies there and what stands there, by service. */
import { gatewayThings } from "../../components/aws/meter-gateway-things";
import type { StackConfig } from "../../local/program/stack-config";
import { readConfig } from "../../local/session/sites";
import { type Billed, billed } from "../../local/usage";
import { byMessage, type Counted } from "./counted";
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

export function estimate(stack: StackConfig, counted: Counted, prices: Prices): Estimate {
  const config = readConfig(stack);
  const clients = gatewayThings(config, stack.project, stack.stack);
  const requests = (Object.keys(billed) as Billed[]).map((item) => [item, counted.requests[item] * monthDays] as const);
  const polls = counted.lambdaPolled * idlePolls.lambda + counted.transferPolled * idlePolls.transfer;
  const standing: readonly (readonly [Item, number])[] = [
    ["iot_connection_minute", clients.length * monthMinutes],
    ["s3_stored_byte", storedBytes(counted)],
    ["gcs_stored_byte", mirroredBytes(counted)],
    ["schedule_start", counted.runs * monthDays],
    ["alarm", counted.alarms],
    ["custom_metric", counted.metrics],
    ["sqs_request", polls],
    ["log_byte", counted.platformLogged * platformLines * monthDays],
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
    meters: Object.entries(counted.meters).map(([meter, { messages, units }]) => {
      const carrying = clients.find(({ thing, carries }) => thing === meter || carries.some(({ id }) => id === meter));
      const minutes = monthMinutes / Math.max(1, carrying?.carries.length ?? 1);
      const ofMessages = byMessage.map((item) => dollars(prices, item, (units[item] ?? 0) * monthDays));
      const usd = ofMessages.reduce((sum, each) => sum + each, dollars(prices, "iot_connection_minute", minutes));
      return { meter, messagesADay: messages, usd };
    }),
  };
}

const dollars = (prices: Prices, item: Item, amount: number) => (amount / prices.of(item).per) * prices.of(item).usd;

/** What lies in the lake after a year: what does not expire is there for all of its days. */
const storedBytes = ({ addedBytes, expiryDays }: Counted): number =>
  Object.entries(addedBytes).reduce(
    (sum, [prefix, bytes]) => sum + bytes * Math.min(365, expiryDays[prefix] ?? 365),
    0,
  );

/** The record and the manifests, of which nothing expires in the mirror. */
const mirroredBytes = ({ addedBytes }: Counted) =>
  ["daily/", "manifests/"].reduce((sum, prefix) => sum + (addedBytes[prefix] ?? 0), 0) * 365;
