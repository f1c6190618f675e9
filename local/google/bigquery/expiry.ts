/** Partitions that have expired are dropped, as BigQuery does it: here at each midnight, UTC. */
import type { Clock, Timer } from "../../clock";
import type { Warehouse } from "../duckdb";

const dayMs = 86_400_000;

export const startExpiry = (clock: Clock, warehouse: () => Promise<Warehouse>): Timer =>
  eachUtcDay(clock, async (now) => (await warehouse()).dropExpired(now));

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
