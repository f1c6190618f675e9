/**
 * The meters of `npm run bench -- cost`, as talkative as the bridge reckons with at most: a Gen1 meter publishes 17 topics each
 * 30 s, and all of them are carried; a Gen3 meter a dozen notifications a minute.
 */
import type { Site } from "../config";
import { createSimulation } from "../local/home/simulation";
import type { TimedMessage } from "../local/messages/capture";
import { type Devices, everySeconds } from "../tools/cost/device-day";

const step_s = 10;

export function talkativeMeters(sites: readonly Site[], start: number): Devices {
  const simulation = createSimulation(sites, start);
  return {
    advance: (to) => simulation.advance(to, everySeconds(step_s)).flatMap(said),
  };
}

function said(message: TimedMessage): TimedMessage[] {
  const { at, topic } = message;
  /** 0 to 5 in each minute. */
  const step = Math.floor(at / (step_s * 1000)) % 6;
  if (!topic.startsWith("shellies/")) {
    // Energies once a minute, power the other five times.
    const isEnergies = message.payload.includes("data:");
    return isEnergies === (step === 0) ? [message] : [];
  }
  if (step % 3 !== 0) return [];
  const [, device, , channel, metric] = topic.split("/");
  const more = (name: string, payload: string) => ({
    ...{ at, topic: `shellies/${device}/emeter/${channel}/${name}`, payload },
  });
  if (metric !== "voltage") return [message];
  const others = [message, more("pf", "0.98"), more("energy", "17.0"), more("returned_energy", "0.0")];
  return channel === "0" ? [...others, { at, topic: `shellies/${device}/relay/0`, payload: "off" }] : others;
}
