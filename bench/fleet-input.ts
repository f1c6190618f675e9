/** A fleet for its bench: sites of five meters each, and the raw objects that a delivery stream would make of what they send. */
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { jsonLines } from "../components/reference/json-lines";
import { registry } from "../components/reference/registry";
import { zoneDays } from "../components/reference/zone-days";
import { parseConfig, type StackConfig } from "../config";
import type { Reporting } from "../local/home/meter";
import { createSimulation } from "../local/home/simulation";
import type { TimedMessage } from "../local/messages/capture";

export const metersPerSite = 5;
/** Every meter tells everything twice a minute, as a Shelly does by itself; none of its changes come in between. */
const reporting: Reporting = { step_s: 30, period_s: 30, change_w: 1e9, change_share: 1e9, outage: 0 };
/** What a delivery stream holds back at most: the program's own defaults. */
const flush = { ms: 300_000, bytes: 5 * 1024 * 1024 };
const pack = promisify(gzip);

/** Two Gen1 and three Gen3 meters a site, two channels each. */
export function fleetOf(meters: number): StackConfig {
  const channels = (id: string) =>
    [0, 1].map((index) => ({ index, name: `${id}, ${index}`, role: index === 0 ? "grid" : "load" }));
  return parseConfig({
    sites: Array.from({ length: meters / metersPerSite }, (_, n) => ({
      id: `site${n}`,
      timezone: "Europe/Warsaw",
      currency: "PLN",
      meters: Array.from({ length: metersPerSite }, (_, m) => ({
        id: m < 2 ? `shellyem-${n}-${m}` : `shellyemg3-${n}-${m}`,
        ...(m < 2 ? { model: "EM", connection: "bridge" } : { model: "EMG3", connection: "direct" }),
        channels: channels(`${n}, ${m}`),
      })),
    })),
  });
}

export const referenceOf = (config: StackConfig) => ({
  meters: jsonLines(registry(config)),
  zoneDays: jsonLines(zoneDays(config)),
});

export interface Sent {
  messages: number;
  objects: number;
  bytes: number;
}

/** Goes on from an instant, hour by hour; holds no more than what a stream does. */
export function openFleet(config: StackConfig, start: number) {
  const homes = config.sites.map((site) => createSimulation([site], start));
  let at = start;

  /** Puts the objects of the next hour, in the order of their delivery. */
  return async function nextHour(put: (name: string, body: Buffer) => Promise<unknown>): Promise<Sent> {
    const sent: Sent = { messages: 0, objects: 0, bytes: 0 };
    let lines: string[] = [];
    let size = 0;
    async function deliver(): Promise<void> {
      const body = await pack(lines.join(""), { level: 6 });
      const name = `${new Date(at).toISOString()}-${String(sent.objects).padStart(5, "0")}.gz`;
      [lines, size] = [[], 0];
      sent.objects++;
      sent.bytes += body.length;
      await put(name, body);
    }
    for (const end = at + 3_600_000; at < end; ) {
      at += flush.ms;
      for (const home of homes) {
        for (const message of home.advance(at, reporting)) {
          const line = rawLine(message);
          lines.push(line);
          size += line.length;
          sent.messages++;
        }
        if (size >= flush.bytes) await deliver();
      }
      if (size > 0) await deliver();
    }
    return sent;
  };
}

/** What the topic rules make of a message, see docs/architecture.md. */
function rawLine({ at, topic, payload }: TimedMessage): string {
  const levels = topic.split("/");
  const ending = `"received_ms":${at},"trace_id":"${randomBytes(8).toString("hex")}"}\n`;
  if (levels[0] !== "shellies") return `${payload.slice(0, -1)},"device":"${levels[0]}",${ending}`;
  const [, device, , channel, metric] = levels;
  const encoded = Buffer.from(payload).toString("base64");
  return `{"value":${Number(payload)},"payload":"${encoded}","device":"${device}","channel":${channel},"metric":"${metric}",${ending}`;
}
