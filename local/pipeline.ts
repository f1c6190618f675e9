/** The steps that the demo, the replay and a backfill have in common. */
import type { Cloud } from "./cloud";
import type { Step } from "./steps";

export const dayMs = 86_400_000;
export const hourMs = 3_600_000;

/** `2025-06-01T13` of an instant, UTC. */
export const hourOf = (instant: number) => new Date(instant).toISOString().slice(0, 13);
/** `2025-06-01` of an instant, UTC. */
export const dateOf = (instant: number) => new Date(instant).toISOString().slice(0, 10);

/** Runs the state machine and shows where it is. */
export async function runMachine(cloud: Cloud, input: unknown, shown: Step): Promise<void> {
  await cloud.run(input, ({ state, done, begun }) => {
    if (begun !== undefined) shown.progress(`${state}: ${done} done`);
    else shown.progress(state);
  });
}
