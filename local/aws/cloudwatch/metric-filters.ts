/** Carries out the `aws.cloudwatch.LogMetricFilter`s of the graph on the lines of the functions' logs. */
import { z } from "zod";
import type { Graph } from "../../program/graph";
import type { Metrics } from "./metrics";

const filterInputs = z.looseObject({
  logGroupName: z.string(),
  pattern: z.string(),
  metricTransformation: z.strictObject({ namespace: z.string(), name: z.string(), value: z.string() }),
});

/** Gives a line of a log group to the filters that read it. */
export function createMetricFilters(graph: Graph, metrics: Metrics): (logGroup: string, line: string) => void {
  const filters = graph
    .all("aws:cloudwatch/logMetricFilter:LogMetricFilter", filterInputs)
    .map(({ inputs: { logGroupName, pattern, metricTransformation } }) => {
      const { namespace, name: metricName, value } = metricTransformation;
      return { logGroupName, takes: readPattern(pattern), value, count: metrics.counter({ namespace, metricName }) };
    });
  return (logGroup, line) => {
    const reading = filters.filter(({ logGroupName }) => logGroupName === logGroup);
    const record = reading.length > 0 ? parse(line) : undefined;
    if (record === undefined) return;
    for (const { takes, value, count } of reading) {
      const number = takes(record) ? Number(select(record, value)) : Number.NaN;
      // CloudWatch publishes nothing of what is no number.
      if (!Number.isNaN(number)) count(number);
    }
  };
}

/** Reads `{ $.a = "text" && $.b = * }`. @throws where the pattern has anything else. */
export function readPattern(pattern: string): (record: unknown) => boolean {
  const [, inner] = /^\{ (.+) \}$/.exec(pattern) ?? [];
  if (inner === undefined) throw new Error(`The filter pattern ${pattern} cannot be carried out locally.`);
  const terms = inner.split(" && ").map((term) => {
    const [, selector, wanted] = /^(\$\.[\w.]+) = ("[^"]*"|\*)$/.exec(term) ?? [];
    if (selector === undefined || wanted === undefined)
      throw new Error(`The filter pattern ${pattern} has "${term}", which cannot be carried out locally.`);
    const text = wanted === "*" ? undefined : wanted.slice(1, -1);
    return (record: unknown) => {
      const found = select(record, selector);
      return text === undefined ? found !== undefined : found === text;
    };
  });
  return (record) => terms.every((term) => term(record));
}

/** What a selector `$.a.b` finds in a record. */
const select = (record: unknown, selector: string): unknown =>
  selector
    .split(".")
    .slice(1)
    .reduce<unknown>((value, name) => z.looseObject({}).safeParse(value).data?.[name], record);

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
