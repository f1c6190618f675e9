/** Meters of the simulated home that are real by now: they send their own readings, and simulated ones would falsify them. */
import type { TimedMessage } from "../messages/capture";

export interface RealMeters {
  /** Those that the topics name, and that were simulated until now. */
  discover(topics: Iterable<string>): readonly string[];
  isSimulated(message: Pick<TimedMessage, "topic">): boolean;
  ids(): readonly string[];
}

/** `meters` are the simulated ones, `earlier` those that have been found before. */
export function createRealMeters(meters: readonly string[], earlier: readonly string[]): RealMeters {
  const real = new Set(earlier);
  const names = (topic: string) => topic.split("/");
  return {
    discover(topics) {
      const named = new Set([...topics].flatMap(names));
      const found = meters.filter((id) => named.has(id) && !real.has(id));
      for (const id of found) real.add(id);
      return found;
    },
    isSimulated: ({ topic }) => !names(topic).some((part) => real.has(part)),
    ids: () => [...real],
  };
}
