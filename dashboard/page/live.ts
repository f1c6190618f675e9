/** What the server tells of live power, while the screen is looked at. */
import * as z from "zod/mini";
import type { LiveChannel } from "./flow";

const powerEvent = z.object({
  asOf: z.string(),
  channels: z.array(
    z.object({
      channel_name: z.string(),
      role: z.string(),
      ts: z.nullable(z.string()),
      power_w: z.nullable(z.number()),
      max_gap_s: z.number(),
      netting: z.string(),
    }),
  ),
});
const troubleEvent = z.object({ message: z.string() });

export interface LivePower {
  /** The channels as they are now: their ages go on without an event. */
  channels(): readonly LiveChannel[];
}

export interface Listener {
  onPower(power: LivePower): void;
  /** The server, or the way to it, is in trouble; it goes on trying. */
  onTrouble(message: string): void;
}

/** @returns what ends it. */
export function listen(site: string, { onPower, onTrouble }: Listener): () => void {
  const source = new EventSource(`/api/live?${new URLSearchParams({ site })}`);
  source.addEventListener("power", ({ data }) => {
    const { asOf, channels } = powerEvent.parse(JSON.parse(data));
    const received = performance.now();
    // The server's clock, that the reader's may be away from.
    const now = () => Date.parse(asOf) + performance.now() - received;
    onPower({
      channels: () =>
        channels.map(({ channel_name, role, ts, power_w, max_gap_s, netting }) => ({
          ...{ name: channel_name, role, max_gap_s, netting },
          power_w: power_w ?? undefined,
          age_s: ts === null ? undefined : Math.max(0, (now() - Date.parse(ts)) / 1000),
        })),
    });
  });
  source.addEventListener("trouble", ({ data }) => onTrouble(troubleEvent.parse(JSON.parse(data)).message));
  source.addEventListener("error", () => onTrouble(""));
  return () => source.close();
}
