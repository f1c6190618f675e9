/** What is known of a day once it is over: numbers alone, so that it can be kept, and priced again without the day. */
import { z } from "zod";
import { functionInputs } from "../../local/aws/lambda/environment";
import type { Graph } from "../../local/program/graph";
import { type Billed, billed } from "../../local/usage";
import { meterOf } from "./device-day";
import type { LocalDay } from "./local-day";

const items = z.enum(Object.keys(billed) as [Billed, ...Billed[]]);
const requests = z.record(items, z.number());
const numbers = z.record(z.string(), z.number());
export const countedSchema = z.strictObject({
  /** Units of a day. */
  requests,
  /** Messages of each meter, as IoT Core gets them, and the units that they alone make. */
  meters: z.record(z.string(), z.strictObject({ messages: z.number(), units: numbers })),
  /** Bytes that a day adds below each prefix of the lake, and the days after which they expire; for good where there are none. */
  addedBytes: numbers,
  expiryDays: numbers,
  runs: z.number(),
  /** Of the program: queues that Lambda polls, and Storage Transfer Service. */
  lambdaPolled: z.number(),
  transferPolled: z.number(),
  /** Invocations of functions whose platform lines are kept. */
  platformLogged: z.number(),
  alarms: z.number(),
  metrics: z.number(),
});
export type Counted = z.infer<typeof countedSchema>;

/** What is billed by message on the way to the lake. */
export const byMessage = ["iot_message", "iot_rule", "iot_action", "firehose_byte"] as const satisfies Billed[];

export function countedOf({ graph, usage, meters, addedBytes, runs }: LocalDay): Counted {
  const countOf = (type: string) => graph.all(type, z.unknown()).length;
  const unitsOf = (meter: string) =>
    Object.fromEntries(byMessage.map((item) => [item, usage.total(item, (of) => meterOf(of) === meter)]));
  const logging = graph
    .all("aws:lambda/function:Function", functionInputs)
    .filter(({ inputs }) => inputs.loggingConfig.systemLogLevel !== "WARN")
    .map(({ physicalName }) => usage.total("lambda_request", (of) => of === physicalName));
  const filters = graph.all("aws:cloudwatch/logMetricFilter:LogMetricFilter", transformed);
  const jobs = graph.all("gcp:storage/transferJob:TransferJob", listening);
  return {
    requests: requests.parse(Object.fromEntries(items.options.map((item) => [item, usage.total(item)]))),
    meters: Object.fromEntries([...meters].map(([id, { messages }]) => [id, { messages, units: unitsOf(id) }])),
    addedBytes: Object.fromEntries(addedBytes),
    expiryDays: expiries(graph),
    runs,
    lambdaPolled: countOf("aws:lambda/eventSourceMapping:EventSourceMapping"),
    transferPolled: jobs.filter(({ inputs }) => inputs.eventStream).length,
    platformLogged: logging.reduce((sum, invocations) => sum + invocations, 0),
    alarms: countOf("aws:cloudwatch/metricAlarm:MetricAlarm"),
    metrics: new Set(filters.map(({ inputs }) => inputs.metricTransformation.name)).size,
  };
}

/** Several filters may make one metric. */
const transformed = z.looseObject({ metricTransformation: z.looseObject({ name: z.string() }) });

const listening = z.object({ eventStream: z.object({ name: z.string() }).optional() });

const lifecycle = z.object({
  rules: z.array(
    z.object({
      filter: z.object({ prefix: z.string().optional() }).optional(),
      expiration: z.object({ days: z.number().optional() }).optional(),
    }),
  ),
});

function expiries(graph: Graph): Record<string, number> {
  const rules = graph.all("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", lifecycle);
  return Object.fromEntries(
    rules
      .flatMap(({ inputs }) => inputs.rules)
      .flatMap(({ filter, expiration }) =>
        filter?.prefix !== undefined && expiration?.days !== undefined ? [[filter.prefix, expiration.days]] : [],
      ),
  );
}
