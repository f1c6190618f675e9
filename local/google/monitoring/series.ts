/** The metrics of the local Google Cloud: what its services counted, minute by minute, by the labels that Google gives them. */
import type { Clock } from "../../clock";

/** One line of a metric, or of a log: the fields that a filter may ask for, as `resource.type`. */
export type Fields = Readonly<Record<string, string>>;

export interface Series {
  /** Counts so many more at the clock's instant. */
  count(fields: Fields, value: number): void;
  /** The sum of all that `matches` in (from, to], ms; undefined where nothing was counted. */
  total(matches: (fields: Fields) => boolean, from: number, to: number): number | undefined;
}

const minuteMs = 60_000;
/** Longer than any policy looks back. */
const keptMinutes = 3 * 24 * 60;

export function createSeries(clock: Pick<Clock, "now">): Series {
  const all = new Map<string, { readonly fields: Fields; readonly minutes: Map<number, number> }>();
  return {
    count(fields, value) {
      const key = JSON.stringify(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
      const { minutes } = all.get(key) ?? { minutes: new Map<number, number>() };
      all.set(key, { fields, minutes });
      const minute = Math.floor(clock.now() / minuteMs);
      minutes.set(minute, (minutes.get(minute) ?? 0) + value);
      const [oldest] = minutes.keys();
      if (oldest !== undefined && minutes.size > keptMinutes) minutes.delete(oldest);
    },
    total(matches, from, to) {
      let sum: number | undefined;
      for (const { fields, minutes } of all.values())
        if (matches(fields))
          // A minute's counts are known at its end.
          for (const [minute, value] of minutes)
            if ((minute + 1) * minuteMs > from && (minute + 1) * minuteMs <= to) sum = (sum ?? 0) + value;
      return sum;
    },
  };
}
