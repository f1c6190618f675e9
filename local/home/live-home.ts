/** The simulated home in live operation: what its meters have measured since the last call, sent as Shelly meters do. */
import type { HomeClients } from "./clients";
import type { Reporting } from "./meter";
import type { RealMeters } from "./real-meters";
import type { Simulation } from "./simulation";

export interface LiveHome {
  readonly simulation: Pick<Simulation, "advance" | "state">;
  readonly real: RealMeters;
  /** Keeps what is simulated so far for the next start. */
  save(): void;
}

/** As Shelly meters report. */
export const liveReporting: Reporting = { step_s: 10, period_s: 30, change_w: 10, change_share: 0.05, outage: 0 };

export interface Surroundings {
  readonly clients: Pick<HomeClients, "send" | "leave">;
  /** Topics of what clients with certificates have published. */
  readonly certified: () => Iterable<string>;
  /** A sentence for the terminal. */
  readonly tell: (sentence: string) => void;
}

/** A longer pause between two calls than this (ms) is told. */
const noticeableMs = 60_000;

/**
 * Resolves when the broker has taken it, and only then it is kept as sent. `before` is the instant of the call before (ms);
 * the first has none, and catches up with what the start itself took.
 */
export async function reportLive(
  home: LiveHome,
  { clients, certified, tell }: Surroundings,
  now: number,
  before: number | undefined,
) {
  for (const id of home.real.discover(certified())) {
    clients.leave(id);
    tell(
      `${id} sends its own readings: it is simulated no more, nor at the next start. A record without simulated readings begins with npm start -- --no-home --fresh and the options of now.`,
    );
  }
  const pausedMs = before === undefined ? 0 : now - before;
  const messages = home.simulation.advance(now, liveReporting).filter(home.real.isSimulated);
  await clients.send(messages);
  home.save();
  if (pausedMs > noticeableMs)
    tell(`This computer slept for ${Math.round(pausedMs / 1000)} s: the simulated home has caught up.`);
}
