/** What a level was at the minutes before now, of something that changes far more often than it is looked at. */
import type { Clock } from "../../clock";
import { minuteMs } from "./metrics";

export interface History<State> {
  /** To be called before each change. */
  beforeChange(): void;
  /** At a full minute of the past, or now. */
  at(instant: number): State;
}

const keptMinutes = 3 * 24 * 60;

/** `read` tells the state as it is. It is called once a minute with changes, so it may be slow. */
export function createHistory<State>(clock: Pick<Clock, "now">, read: () => State): History<State> {
  /** The state until an instant: that of the first change in its minute. All later changes are after the minute's start. */
  const kept: { readonly until: number; readonly state: State }[] = [];
  let noted = Number.NEGATIVE_INFINITY;
  return {
    beforeChange() {
      const now = clock.now();
      const minute = Math.floor(now / minuteMs);
      if (minute <= noted) return;
      noted = minute;
      kept.push({ until: now, state: read() });
      if (kept.length > keptMinutes) kept.shift();
    },
    at: (instant) => {
      const found = kept.find(({ until }) => instant <= until);
      return found ? found.state : read();
    },
  };
}
