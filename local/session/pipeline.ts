/** The steps that the demo, the replay and a backfill have in common. */
import type { VirtualClock } from "../clock";
import type { Cloud } from "../cloud";
import type { Step } from "./steps";

export const dayMs = 86_400_000;
export const hourMs = 3_600_000;

/** `2025-06-01T13` of an instant, UTC. */
const hourOf = (instant: number) => new Date(instant).toISOString().slice(0, 13);
/** `2025-06-01` of an instant, UTC. */
export const dateOf = (instant: number) => new Date(instant).toISOString().slice(0, 10);

/** A message waits at most this long in a delivery buffer, and an hour is collected two minutes later. */
const settlingMs = 900_000 + 120_000;

/** Moves the clock until the hour of the instant is due for collection, and sees everything delivered. */
export async function settleHour(cloud: Cloud, clock: VirtualClock, instant: number): Promise<void> {
  await clock.advanceTo(Math.ceil((instant + 1) / hourMs) * hourMs + settlingMs);
  await cloud.flush();
}

/** How far a long silence of a capture is passed at once, so that it tells where it is. */
const strideMs = 30 * dayMs;

/** Moves the clock to the instant; years between two messages are minutes of daily work, told as they pass. */
export async function reach(clock: VirtualClock, instant: number, progress: (text: string) => void): Promise<void> {
  for (let to = clock.now() + strideMs; to < instant; to += strideMs) {
    await clock.advanceTo(to);
    progress(`${dateOf(to)}, no message until ${dateOf(instant)}`);
  }
  await clock.advanceTo(instant);
}

/** UTC arrival hours, half-open. */
export interface HourRange {
  readonly from: string;
  readonly to: string;
}

/** The input for a run over the arrival hours of two instants, both included. */
export const hoursFrom = (first: number, last: number): HourRange => ({
  from: hourOf(first),
  to: hourOf(last + hourMs),
});

/** Runs the state machine and shows where it is. */
export async function runMachine(cloud: Cloud, input: unknown, shown: Step): Promise<void> {
  await cloud.run(input, ({ state, done, begun }) => {
    if (begun !== undefined) shown.progress(`${state}: ${done} done`);
    else shown.progress(state);
  });
}
