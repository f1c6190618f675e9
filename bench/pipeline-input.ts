/** Input for the pipeline bench: an hour of raw messages and a day of staged readings, seeded, of any size. */
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { type RegistryLine, registry } from "../components/reference/registry";
import { zoneDays } from "../components/reference/zone-days";
import { parseConfig } from "../config";
import { siteDayText } from "../functions/lake/keys";
import { messageKinds } from "../functions/readings/reading";
import { makeRows } from "../functions/readings/rows";

/** Uniform numbers in [0, 1) from a seed: mulberry32, public domain. */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const meters = 50;
const site = "bench";
export const hour = "2025-06-01T10";
export const siteDay = siteDayText({ site, date: "2025-06-01" });
/** A day that is compiled from staged files only. */
export const denseDay = { site, date: "2025-06-02" };

/** The registry of the bench's meters and its calendar, as the program would write them. */
export function referenceFiles(): { meters: string; zoneDays: string } {
  const channels = (id: string) => [0, 1].map((index) => ({ index, name: `${id}, ${index}`, role: "load" }));
  const config = parseConfig({
    sites: [
      {
        id: site,
        timezone: "Europe/Warsaw",
        currency: "PLN",
        meters: Array.from({ length: meters }, (_, i) => [
          { id: `shellyem-${i}`, model: "EM", connection: "bridge", channels: channels(`em ${i}`) },
          { id: `shellyemg3-${i}`, model: "EMG3", connection: "direct", channels: channels(`emg3 ${i}`) },
        ]).flat(),
      },
    ],
  });
  const jsonl = (lines: readonly unknown[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  const lines: RegistryLine[] = registry(config);
  return { meters: jsonl(lines), zoneDays: jsonl(zoneDays(config)) };
}

const two = (number: number) => Math.round(number * 100) / 100;

/** Raw objects of one arrival hour, about as large as Firehose makes them. */
export function* rawObjects(messages: number): Generator<Buffer> {
  let lines: string[] = [];
  for (const { line } of rawLines(hour, messages)) {
    lines.push(line);
    if (lines.length < 60_000) continue;
    yield gzipSync(`${lines.join("\n")}\n`);
    lines = [];
  }
  if (lines.length > 0) yield gzipSync(`${lines.join("\n")}\n`);
}

/** Raw lines of an arrival hour, spread over it; half Gen1 topics, half Gen3 messages. */
export function* rawLines(ofHour: string, messages: number): Generator<{ receivedMs: number; line: string }> {
  const random = makeRandom(1);
  const start = Date.parse(`${ofHour}:00:00Z`);
  const metrics = ["power", "reactive_power", "voltage", "pf", "total", "total_returned"];
  const traceId = (n: number) => createHash("md5").update(String(n)).digest("hex");
  for (let sent = 0; sent < messages; ) {
    const receivedMs = start + Math.floor((sent / messages) * 3_600_000);
    const meter = Math.floor(random() * meters);
    const channel = random() < 0.5 ? 0 : 1;
    // A Gen1 burst is six messages: one burst to six Gen3 messages makes halves.
    if (random() < 1 / 7) {
      for (const metric of metrics) {
        const value = two(random() * (metric === "pf" ? 1 : 1000));
        const payload = Buffer.from(String(value)).toString("base64");
        const line = { value, payload, device: `shellyem-${meter}`, channel, metric, received_ms: receivedMs };
        yield { receivedMs, line: JSON.stringify({ ...line, trace_id: traceId(sent++) }) };
      }
    } else {
      const device = `shellyemg3-${meter}`;
      const em1 = { id: channel, act_power: two(random() * 1000), aprt_power: 12.3, current: 0.12, freq: 50, pf: 0.9 };
      const params = { ts: receivedMs / 1000, [`em1:${channel}`]: { ...em1, voltage: two(230 + random() * 10) } };
      const line = { src: device, dst: `${device}/events`, method: "NotifyStatus", params, device };
      yield { receivedMs, line: JSON.stringify({ ...line, received_ms: receivedMs, trace_id: traceId(sent++) }) };
    }
  }
}

/** Staged files of one local day, by arrival hour: every channel reports evenly over the hour. */
export function* stagedFiles(readings: number): Generator<{ hour: string; bytes: Buffer }> {
  const random = makeRandom(2);
  const rows = makeRows();
  const row = new Float64Array(rows.width);
  const dayStart = Date.parse("2025-06-01T22:00:00Z");
  const devices = Array.from({ length: meters }, (_, i) => `shellyemg3-${i}`).sort();
  const perChannel = Math.ceil(readings / 24 / devices.length / 2);
  for (let at = 0; at < 24; at++) {
    const hourStart = dayStart + at * 3_600_000;
    const pieces: Buffer[] = [];
    for (const device of devices) {
      const lines: string[] = [];
      for (const channel of [0, 1]) {
        for (let n = 0; n < perChannel; n++) {
          const ts = hourStart + Math.floor((n / perChannel) * 3_600_000);
          const values = [two(random() * 1000), two(230 + random() * 10), two(random() * 5)];
          rows.write(row, 0, "", {
            device,
            channel,
            ts,
            received: ts + 200,
            kind: messageKinds.status,
            fields: [0, 2, 3],
            values,
          });
          lines.push(rows.toStagedLine(row, 0));
        }
      }
      pieces.push(gzipSync(`${lines.join("\n")}\n`, { level: 1 }));
    }
    yield { hour: new Date(hourStart).toISOString().slice(0, 13), bytes: Buffer.concat(pieces) };
  }
}
