/** The runs of a job with a schedule, one at a time: when it is due, also after one that failed, and when asked for. */
import type { World } from "../../world";
import { firstRun, type Schedule } from "./schedule";

export interface Runs {
  /** Runs once the run under way has ended. Resolves with the number of objects copied. */
  now(): Promise<number>;
  /** Begins a run, unless one is under way. */
  start(): "started" | "running";
  /** Resolves when no run is under way. */
  settle(): Promise<void>;
  /** The schedule begins no further run. */
  cancel(): void;
}

export function startRuns(
  job: string,
  schedule: Schedule,
  { clock, onProblem }: Pick<World, "clock" | "onProblem">,
  compare: () => Promise<number>,
): Runs {
  let active: Promise<unknown> | undefined;
  const now = async () => {
    while (active) await active.catch(() => undefined);
    const run = compare().finally(() => {
      active = undefined;
    });
    active = run;
    return run;
  };
  const told = () =>
    now().catch((error: unknown) => onProblem(`${job}: ${error instanceof Error ? error.message : error}`));
  const arm = (due: number) =>
    clock.at(due, () => {
      timer = arm(due + schedule.repeatInterval);
      return told().then(() => undefined);
    });
  let timer = arm(firstRun(schedule, clock.now()));
  return {
    now,
    start() {
      if (active) return "running";
      void told();
      return "started";
    },
    async settle() {
      while (active) await active.catch(() => undefined);
    },
    cancel: () => timer.cancel(),
  };
}
