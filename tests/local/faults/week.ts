/**
 * A simulated week in which everything happens that happens to messages: meters offline, clocks that jump, bursts that come
 * twice, messages out of order, garbage. The week itself knows how many messages of each kind it has.
 */
import type { Site } from "../../../config";
import { chance } from "../../../local/home/random";
import { createSimulation } from "../../../local/home/simulation";
import type { TimedMessage } from "../../../local/messages/capture";
import type { Days } from "./pipeline";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export interface Week extends Days {
  /** Messages that say nothing of a meter: they must all be quarantined or ignored, and nothing else may be. */
  readonly unusable: number;
  /** Exact copies that were sent beside their originals. */
  readonly repeated: number;
}

const rpc = /^([^/]+)\/events\/rpc$/;
/** The message of a device whose clock is off by so much. */
const withClock = (message: TimedMessage, offMs: number): TimedMessage => ({
  ...message,
  payload: message.payload.replace(/"ts":([\d.]+)/, (_, seconds: string) => `"ts":${Number(seconds) + offMs / 1000}`),
});

const garbage = (sites: readonly Site[], at: number, seed: string): TimedMessage => {
  const device = sites[0]?.meters[0]?.id ?? "";
  const kinds: readonly Omit<TimedMessage, "at">[] = [
    { topic: `shellies/${device}/emeter/0/power`, payload: "soon" },
    { topic: `shellies/${device}/emeter/0/voltage`, payload: "" },
    { topic: `shellies/${device}/emeter/7/power`, payload: "1" },
    { topic: `shellies/${device}/emeter/0/novelty`, payload: "1" },
    {
      topic: "shellyem-FFFFFF/events/rpc",
      payload: '{"method":"NotifyStatus","params":{"ts":1,"em1:0":{"act_power":1}}}',
    },
    { topic: `${device}/events/rpc`, payload: '{"method":"NotifyStatus","params":{"ts":"noon"}}' },
    { topic: `${device}/events/rpc`, payload: '{"method":"Reboot"}' },
  ];
  return { at, ...(kinds[Math.floor(chance(seed, at) * kinds.length)] as Omit<TimedMessage, "at">) };
};

/** `seed` decides what happens to which message; the meters' energy is the same for all. */
export function simulateWeek(sites: readonly Site[], start: number, days: number, seed: string): Week {
  const until = start + days * dayMs;
  const reporting = { step_s: 60, period_s: 600, change_w: 200, change_share: 0.2, outage: 0.4 };
  const messages: TimedMessage[] = [];
  let unusable = 0;
  let repeated = 0;
  for (const [number, message] of createSimulation(sites, start).advance(until, reporting).entries()) {
    const dice = chance(seed, number);
    const isGen2 = rpc.test(message.topic);
    if (dice < 0.01 && isGen2) {
      // Near 1970, or its own future: no instant. A minute or days behind: late.
      const off = [-message.at + 5_000_000, 2 * hourMs, -45_000, -2 * dayMs][Math.floor(dice * 400)] ?? 0;
      if (off > 0 || off < -30 * dayMs) unusable++;
      messages.push(withClock(message, off));
    } else if (dice < 0.02 && isGen2) messages.push({ ...message, at: message.at + Math.floor(dice * 1e6) });
    else messages.push(message);
    if (dice > 0.99) {
      messages.push(message);
      repeated++;
    }
    if (dice > 0.985 && dice < 0.99) {
      messages.push(garbage(sites, message.at, seed));
      unusable++;
    }
  }
  messages.sort((a, b) => a.at - b.at);
  const runs = Array.from({ length: days * 4 }, (_, run) => start + (run + 1) * 6 * hourMs + 600_000);
  const last = until + dayMs + 4 * hourMs;
  return { start, messages, runs: [...runs, last], end: last + 2 * dayMs, unusable, repeated };
}
