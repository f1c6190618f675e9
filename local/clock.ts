/**
 * The one clock of the local cloud. It starts stopped at an instant and is moved by hand, so a recorded day passes in
 * seconds and every timer (a Firehose flush, a schedule, a visibility timeout) fires in order at its own instant;
 * `followRealTime` then makes it the wall clock for live operation.
 */
export interface Clock {
  /** Milliseconds since the epoch, UTC. */
  now(): number;
  /** Runs the task once at the instant (ms), or at the next move of the clock when that is past. */
  at(instant: number, task: () => void | Promise<void>): Timer;
  /** Whether it is the wall clock. @default no */
  isReal?(): boolean;
}

export interface Timer {
  cancel(): void;
}

export interface VirtualClock extends Clock {
  /**
   * Moves to the instant; due timers run on the way, one after the other, in order of their instants. A clock that
   * follows real time moves by itself: then this does nothing.
   */
  advanceTo(instant: number): Promise<void>;
  /** The earliest instant that a timer waits for. */
  nextTimer(): number | undefined;
  /** From now on the clock is the wall clock. Not to be undone. */
  followRealTime(onFailure: (error: unknown) => void): void;
  /** Drops every timer, and takes no more. */
  stop(): void;
}

interface Entry {
  readonly instant: number;
  readonly order: number;
  readonly task: () => void | Promise<void>;
}

/** `setTimeout` fires at once beyond this many milliseconds. */
const longestTimeout = 2 ** 31 - 1;

export function createClock(start: number): VirtualClock {
  let current = start;
  let order = 0;
  let live: { readonly onFailure: (error: unknown) => void; handle: NodeJS.Timeout | undefined } | undefined;
  let stopped = false;
  const waiting = new Set<Entry>();

  const now = () => (live ? Date.now() : current);
  const earliest = () => {
    let first: Entry | undefined;
    for (const entry of waiting)
      if (!first || entry.instant < first.instant || (entry.instant === first.instant && entry.order < first.order))
        first = entry;
    return first;
  };

  const fireDue = () => {
    for (let due = earliest(); due && due.instant <= Date.now(); due = earliest()) {
      waiting.delete(due);
      const { task } = due;
      Promise.resolve()
        .then(task)
        .catch((error: unknown) => {
          if (!stopped) live?.onFailure(error);
        });
    }
    arm();
  };
  const arm = () => {
    if (!live) return;
    clearTimeout(live.handle);
    const next = earliest();
    live.handle = next && setTimeout(fireDue, Math.min(longestTimeout, Math.max(0, next.instant - Date.now())));
  };

  return {
    now,
    at(instant, task) {
      const entry = { instant, order: order++, task };
      if (!stopped) waiting.add(entry);
      arm();
      return {
        cancel: () => {
          waiting.delete(entry);
        },
      };
    },
    async advanceTo(instant) {
      if (live) return;
      for (let due = earliest(); due && due.instant <= instant; due = earliest()) {
        waiting.delete(due);
        current = Math.max(current, due.instant);
        await due.task();
      }
      current = Math.max(current, instant);
    },
    nextTimer: () => earliest()?.instant,
    isReal: () => live !== undefined,
    followRealTime(onFailure) {
      live = { onFailure, handle: undefined };
      arm();
    },
    stop() {
      stopped = true;
      waiting.clear();
      clearTimeout(live?.handle);
    },
  };
}
