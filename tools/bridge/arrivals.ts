/**
 * When each message that is not delivered yet reached the bridge, through its restarts and those of mosquitto: what comes
 * again keeps its first instant, so that a second delivery to the cloud tells the same and changes nothing.
 *
 * A message that comes again has its packet id again (MQTT 3.1.1, 4.4). The file says when, not what: what it lacks is only as
 * exact as the second delivery.
 */
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { z } from "zod";

/** A message of the local broker. */
export interface Packet {
  readonly id: number;
  readonly topic: string;
  readonly payload: Buffer;
}

export interface Arrivals {
  /** The first arrival of a message that comes again, as far as it is known. */
  of(packet: Packet): number | undefined;
  /** In memory at once, in the file with `keep`. */
  note(packet: Packet, at: number): void;
  keep(packets: readonly Packet[]): void;
  /** The message is delivered. */
  forget(packet: Packet): void;
  /** All others are. */
  keepOnly(packets: readonly Packet[]): void;
}

const line = z.tuple([z.string(), z.number()]);

/** A file that cannot be written is told, and holds up nothing: only the times of what would come again are less exact. */
export function openArrivals(path: string, onProblem: (problem: string) => void): Arrivals {
  const attempt = (write: () => void) => {
    try {
      write();
    } catch (error) {
      onProblem(error instanceof Error ? error.message : String(error));
    }
  };
  const arrivals = new Map(existsSync(path) ? readFileSync(path, "utf8").split("\n").flatMap(entryOf) : []);
  const textOf = (packets: readonly Packet[]) =>
    packets.map((packet) => `${JSON.stringify([keyOf(packet), arrivals.get(keyOf(packet))])}\n`).join("");
  return {
    of: (packet) => arrivals.get(keyOf(packet)),
    note: (packet, at) => void arrivals.set(keyOf(packet), at),
    keep(packets) {
      attempt(() => appendFileSync(path, textOf(packets), { mode: 0o600 }));
    },
    forget(packet) {
      arrivals.delete(keyOf(packet));
      if (arrivals.size === 0 && existsSync(path)) attempt(() => truncateSync(path));
    },
    keepOnly(packets) {
      const kept = new Set(packets.map(keyOf));
      const gone = [...arrivals.keys()].filter((key) => !kept.has(key));
      if (gone.length === 0) return;
      for (const key of gone) arrivals.delete(key);
      attempt(() => writeFileSync(path, textOf(packets), { mode: 0o600 }));
    },
  };
}

const keyOf = ({ id, topic, payload }: Packet) =>
  `${id} ${createHash("sha256").update(topic).update("\0").update(payload).digest("base64url")}`;

/** A line that a power cut has cut tells nothing. */
function entryOf(text: string): [string, number][] {
  try {
    return [line.parse(JSON.parse(text))];
  } catch {
    return [];
  }
}
