/**
 * Judges the `aws.cloudwatch.MetricAlarm`s of the graph as CloudWatch does: each minute, over the periods that end with it,
 * so many of so many values at least beyond the threshold, and a period without values as the alarm says.
 */
import { z } from "zod";
import type { Graph } from "../../program/graph";
import { type Metric, type Metrics, minuteMs, type Statistics } from "./metrics";

export interface Alarm {
  /** Logical name. */
  readonly name: string;
  readonly description: string;
  readonly state: "OK" | "ALARM" | "INSUFFICIENT_DATA";
  readonly metric: Metric;
}

const statisticFields = { Sum: "sum", Minimum: "minimum", Maximum: "maximum", SampleCount: "count" } as const;
const comparisons = {
  GreaterThanOrEqualToThreshold: (value: number, threshold: number) => value >= threshold,
  GreaterThanThreshold: (value: number, threshold: number) => value > threshold,
  LessThanThreshold: (value: number, threshold: number) => value < threshold,
  LessThanOrEqualToThreshold: (value: number, threshold: number) => value <= threshold,
} as const;

/** What is not named here (metric math, percentiles) is refused rather than judged by half. */
const alarmInputs = z.strictObject({
  name: z.string().optional(),
  alarmDescription: z.string().default(""),
  namespace: z.string(),
  metricName: z.string(),
  dimensions: z.record(z.string(), z.string()).default({}),
  statistic: z.literal(["Sum", "Minimum", "Maximum", "SampleCount", "Average"]),
  period: z.int().multipleOf(60),
  evaluationPeriods: z.int().positive(),
  datapointsToAlarm: z.int().positive().optional(),
  threshold: z.number(),
  comparisonOperator: z.literal([
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
  ]),
  treatMissingData: z.literal(["breaching", "notBreaching", "missing"]).default("missing"),
  alarmActions: z.array(z.string()).max(5).default([]),
  okActions: z.array(z.string()).max(5).default([]),
  tags: z.record(z.string(), z.string()).optional(),
  tagsAll: z.record(z.string(), z.string()).optional(),
});
type Inputs = z.infer<typeof alarmInputs>;

/** CloudWatch refuses an alarm that looks back for longer, s: a day, or a week with periods of an hour at least. */
const longest = ({ period }: Inputs) => (period >= 3600 ? 7 * 86_400 : 86_400);

export function readAlarms(graph: Graph) {
  const alarms = graph.all("aws:cloudwatch/metricAlarm:MetricAlarm", alarmInputs);
  for (const { name, inputs } of alarms)
    if (inputs.period * inputs.evaluationPeriods > longest(inputs))
      throw new Error(`The alarm ${name} looks back for longer than CloudWatch takes (${longest(inputs)} s).`);
  return (metrics: Metrics, now: number): readonly Alarm[] =>
    alarms.map(({ name, inputs }) => ({
      name,
      description: inputs.alarmDescription,
      state: judge(inputs, metrics, now),
      metric: inputs,
    }));
}

/** Periods before those that are judged, in which CloudWatch looks for values before it takes what is missing for breaching. */
const furtherPeriods = 2;

function judge(alarm: Inputs, metrics: Metrics, now: number): Alarm["state"] {
  const end = Math.floor(now / minuteMs) * minuteMs;
  const breaching = alarm.treatMissingData === "breaching";
  const looked = alarm.evaluationPeriods + (breaching ? furtherPeriods : 0);
  const values = Array.from({ length: looked }, (_, index) => {
    const to = end - index * alarm.period * 1000;
    const found = metrics.statistics(alarm, to - alarm.period * 1000, to);
    return found && statisticOf(found, alarm.statistic);
  });
  const present = values.filter((value) => value !== undefined).slice(0, alarm.evaluationPeriods);
  const isKnown = end - looked * alarm.period * 1000 >= metrics.opened;
  if (present.length === 0 && (alarm.treatMissingData === "missing" || (breaching && !isKnown)))
    return "INSUFFICIENT_DATA";
  const beyond = present.filter((value) => comparisons[alarm.comparisonOperator](value, alarm.threshold)).length;
  const missing = breaching ? alarm.evaluationPeriods - present.length : 0;
  return beyond + missing >= (alarm.datapointsToAlarm ?? alarm.evaluationPeriods) ? "ALARM" : "OK";
}

const statisticOf = (found: Statistics, statistic: Inputs["statistic"]) =>
  statistic === "Average" ? found.sum / found.count : found[statisticFields[statistic]];
