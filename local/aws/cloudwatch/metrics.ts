/** The metrics of the local cloud, as AWS's services name them: what was counted, minute by minute, and levels read back. */
import type { Clock } from "../../clock";

export interface Metric {
  readonly namespace: string;
  readonly metricName: string;
  /** @default none */
  readonly dimensions?: Readonly<Record<string, string>> | undefined;
}

/** What CloudWatch keeps of the values of some time. */
export interface Statistics {
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly count: number;
}

export interface Metrics {
  /** A metric that is counted: each call adds a value at the clock's instant. */
  counter(metric: Metric): (value: number) => void;
  /** A metric that its service reads each minute; undefined where there is nothing to tell of. */
  level(metric: Metric, read: (instant: number) => number | undefined): void;
  /** Whether a service of this cloud tells this metric, by name and dimensions. */
  emits(metric: Metric): boolean;
  /** Since when this cloud measures, ms: what was before, nobody knows. */
  readonly opened: number;
  /** The values in (from, to], ms; undefined where there are none. */
  statistics(metric: Metric, from: number, to: number): Statistics | undefined;
}

export const minuteMs = 60_000;
/** Longer than any alarm looks back. */
const keptMinutes = 3 * 24 * 60;

export function createMetrics(clock: Pick<Clock, "now">): Metrics {
  const opened = clock.now();
  const counted = new Map<string, Map<number, Statistics>>();
  const levels = new Map<string, (instant: number) => number | undefined>();

  const add = (minutes: Map<number, Statistics>, value: number) => {
    const minute = Math.floor(clock.now() / minuteMs);
    minutes.set(minute, merge(minutes.get(minute), single(value)));
    const [oldest] = minutes.keys();
    if (oldest !== undefined && minutes.size > keptMinutes) minutes.delete(oldest);
  };
  const ofCounter = (minutes: Map<number, Statistics>, from: number, to: number) => {
    let all: Statistics | undefined;
    // A minute's values count at its end.
    for (const [minute, each] of minutes)
      if ((minute + 1) * minuteMs > from && (minute + 1) * minuteMs <= to) all = merge(all, each);
    return all;
  };
  const ofLevel = (read: (instant: number) => number | undefined, from: number, to: number) => {
    let all: Statistics | undefined;
    const since = Math.max(from, opened);
    for (let at = (Math.floor(since / minuteMs) + 1) * minuteMs; at <= to; at += minuteMs) {
      const value = read(at);
      if (value !== undefined) all = merge(all, single(value));
    }
    return all;
  };

  return {
    opened,
    counter(metric) {
      const key = keyOf(metric);
      const minutes = counted.get(key) ?? new Map<number, Statistics>();
      counted.set(key, minutes);
      return (value) => add(minutes, value);
    },
    level: (metric, read) => void levels.set(keyOf(metric), read),
    emits: (metric) => counted.has(keyOf(metric)) || levels.has(keyOf(metric)),
    statistics(metric, from, to) {
      const minutes = counted.get(keyOf(metric));
      if (minutes) return ofCounter(minutes, from, to);
      const read = levels.get(keyOf(metric));
      return read && ofLevel(read, from, to);
    },
  };
}

const keyOf = ({ namespace, metricName, dimensions = {} }: Metric) =>
  JSON.stringify([namespace, metricName, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);

const single = (value: number): Statistics => ({ sum: value, minimum: value, maximum: value, count: 1 });

const merge = (a: Statistics | undefined, b: Statistics): Statistics =>
  a
    ? {
        sum: a.sum + b.sum,
        minimum: Math.min(a.minimum, b.minimum),
        maximum: Math.max(a.maximum, b.maximum),
        count: a.count + b.count,
      }
    : b;
