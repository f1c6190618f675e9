/** The live path once the clock is live: queues are read into functions, and expired partitions are dropped each day. */

import { type EventSourceOptions, startEventSources } from "../../aws/lambda/event-sources";
import type { Clock, Timer } from "../../clock";
import type { Warehouse } from "../duckdb/warehouse";

export interface LivePath {
  /** Resolves when every message that was accepted has been dealt with, or waits to be tried again. */
  settle(): Promise<void>;
  /** Ends it; what is in a function is finished first. */
  close(): Promise<void>;
}

export interface LivePathOptions extends EventSourceOptions {
  readonly warehouse: () => Promise<Warehouse>;
}

const dayMs = 86_400_000;

export function startLivePath(options: LivePathOptions): LivePath {
  const sources = startEventSources(options);
  const expiry = eachUtcDay(options.clock, async (now) => (await options.warehouse()).dropExpired(now));
  return {
    settle: sources.settle,
    async close() {
      expiry.cancel();
      await sources.stop();
    },
  };
}

/** Runs the task at every midnight, UTC. */
function eachUtcDay(clock: Clock, task: (now: number) => Promise<void>): Timer {
  let timer: Timer;
  const arm = () => {
    const midnight = (Math.floor(clock.now() / dayMs) + 1) * dayMs;
    timer = clock.at(midnight, () => {
      arm();
      return task(midnight);
    });
  };
  arm();
  return { cancel: () => timer.cancel() };
}
