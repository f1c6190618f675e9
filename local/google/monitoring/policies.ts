/**
 * Judges the `gcp.monitoring.AlertPolicy`s of the graph as Cloud Monitoring does: a count by its last periods, each longer than
 * none by more than the threshold; a log by whether an entry matched until its incident closes.
 */
import { z } from "zod";
import type { Graph } from "../../program/graph";
import { readFilter } from "./filter";
import type { Fields, Series } from "./series";

export interface Policy {
  /** Logical name. */
  readonly name: string;
  /** What it tells, quotations and all. */
  readonly description: string;
  readonly state: "OK" | "ALARM";
}

/** An entry of Cloud Logging. */
export interface Entry {
  readonly at: number;
  readonly fields: Fields;
  readonly message: string;
}

const seconds = z
  .string()
  .regex(/^\d+s$/)
  .transform((text) => Number.parseInt(text, 10));

/** What is not named here is refused rather than judged by half. */
const threshold = z.strictObject({
  filter: z.string(),
  aggregations: z.tuple([
    z.strictObject({
      alignmentPeriod: seconds,
      perSeriesAligner: z.literal("ALIGN_SUM"),
      crossSeriesReducer: z.literal("REDUCE_SUM"),
    }),
  ]),
  comparison: z.literal("COMPARISON_GT"),
  thresholdValue: z.number().min(0),
  duration: seconds,
  evaluationMissingData: z.literal("EVALUATION_MISSING_DATA_INACTIVE").optional(),
});
const matchedLog = z.strictObject({
  filter: z.string(),
  labelExtractors: z.record(z.string(), z.literal("EXTRACT(jsonPayload.message)")).default({}),
});
const policyInputs = z
  .looseObject({
    conditions: z.tuple([
      z.strictObject({
        displayName: z.string(),
        conditionThreshold: threshold.optional(),
        conditionMatchedLog: matchedLog.optional(),
      }),
    ]),
    alertStrategy: z.strictObject({
      autoClose: seconds,
      notificationRateLimit: z.strictObject({ period: seconds }).optional(),
    }),
    documentation: z.looseObject({ content: z.string() }),
  })
  .refine(
    ({ conditions: [{ conditionThreshold, conditionMatchedLog }], alertStrategy }) =>
      (conditionThreshold === undefined) !== (conditionMatchedLog === undefined) &&
      (conditionMatchedLog === undefined) === (alertStrategy.notificationRateLimit === undefined),
    "a policy counts, or reads a log; and only who reads a log needs a rate limit, and must have one",
  );

type Judge = (series: Series, entries: readonly Entry[], now: number) => Policy;

export function readPolicies(graph: Graph): readonly Judge[] {
  return graph.all("gcp:monitoring/alertPolicy:AlertPolicy", policyInputs).map(({ name, inputs }): Judge => {
    const { conditions, alertStrategy, documentation } = inputs;
    const [{ conditionThreshold, conditionMatchedLog }] = conditions;
    if (conditionThreshold) {
      const raised = judgeCount(conditionThreshold);
      const description = inOneLine(documentation.content);
      return (series, _, now) => ({ name, description, state: raised(series, now) ? "ALARM" : "OK" });
    }
    const matches = readFilter(conditionMatchedLog?.filter ?? "");
    return (_, entries, now) => {
      const entry = entries.findLast(({ at, fields }) => at > now - alertStrategy.autoClose * 1000 && matches(fields));
      // The only extractor that is taken is the message.
      const quoted = documentation.content.replace(/\$\{log\.extracted_label\.\w+\}/g, () => entry?.message ?? "");
      return { name, description: inOneLine(quoted), state: entry ? "ALARM" : "OK" };
    };
  });
}

const inOneLine = (text: string) => text.replace(/\s*\n\s*/g, " ");

function judgeCount({ filter, aggregations, thresholdValue, duration }: z.infer<typeof threshold>) {
  const matches = readFilter(filter);
  const [{ alignmentPeriod }] = aggregations;
  const periods = Math.max(1, Math.ceil(duration / alignmentPeriod));
  return (series: Series, now: number) => {
    const end = Math.floor(now / 60_000) * 60_000;
    return Array.from({ length: periods }, (_, index) => {
      const to = end - index * alignmentPeriod * 1000;
      return series.total(matches, to - alignmentPeriod * 1000, to) ?? 0;
    }).every((sum) => sum > thresholdValue);
  };
}
