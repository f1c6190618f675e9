/** The latest power of all channels, asked again and again while somebody listens: one question for all of them. */
import type { z } from "zod";
import type { Source } from "../../tools/query/answer";
import { livePower } from "../questions/live";

type Channel = z.infer<typeof livePower.rows>[number];

export type LiveEvent =
  | { readonly event: "power"; readonly asOf: string; readonly channels: readonly Omit<Channel, "site" | "age_s">[] }
  | { readonly event: "trouble"; readonly message: string };

export interface LiveOptions {
  readonly source: Source;
  readonly now: () => number;
  /** Between an answer and the next question, ms. */
  readonly pauseMs: number;
}

/** After so long without a change what is known is told again, so that a listener knows that we are there. */
const heartbeatMs = 15_000;

export function createLive({ source, now, pauseMs }: LiveOptions) {
  interface Listener {
    readonly site: string;
    readonly tell: (event: LiveEvent) => void;
    /** What it has been told last. */
    told: string;
    toldAt: number;
  }
  const listeners = new Set<Listener>();
  let latest: readonly Channel[] | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isAsking = false;

  const tell = (listener: Listener) => {
    if (latest === undefined) return;
    // Its age changes with every question; the instant of the value says the same.
    const channels = latest.flatMap(({ site, age_s, ...channel }) => (site === listener.site ? [channel] : []));
    const text = JSON.stringify(channels);
    if (text === listener.told && now() - listener.toldAt < heartbeatMs) return;
    Object.assign(listener, { told: text, toldAt: now() });
    listener.tell({ event: "power", asOf: new Date(now()).toISOString(), channels });
  };

  const ask = async () => {
    isAsking = true;
    try {
      latest = livePower.rows.parse((await source.ask(livePower.sql)).rows);
      for (const each of listeners) tell(each);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      for (const each of listeners) each.tell({ event: "trouble", message });
    }
    isAsking = false;
    // Nobody listens: what is known grows old, so the next listener waits for a new answer.
    if (listeners.size === 0) latest = undefined;
    else timer = setTimeout(ask, pauseMs);
  };

  return {
    /** @returns what ends the listening. */
    listen(site: string, onEvent: (event: LiveEvent) => void): () => void {
      const listener: Listener = { site, tell: onEvent, told: "", toldAt: 0 };
      listeners.add(listener);
      tell(listener);
      if (listeners.size === 1 && !isAsking) void ask();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearTimeout(timer);
        if (!isAsking) latest = undefined;
      };
    },
    close() {
      listeners.clear();
      clearTimeout(timer);
    },
  };
}
