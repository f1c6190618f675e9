/**
 * Ids of messages: where AWS draws them at random, they are made from the message and its arrival, so that the same
 * messages at the same instants give the same lake, byte for byte.
 */
import { createHash } from "node:crypto";

export interface MessageIds {
  readonly traceId: string;
  /** Another id at each call. */
  readonly newUuid: () => string;
}

/** A UUID (version 8) of the text. */
export function uuidOf(text: string | Buffer): string {
  const bytes = createHash("sha256").update(text).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Ids for one message after the other; equal messages of one instant are told apart by their order. */
export function createMessageIds() {
  let instant = Number.NaN;
  const seen = new Map<string, number>();
  return (receivedAt: number, clientId: string, topic: string, payload: Buffer): MessageIds => {
    if (receivedAt !== instant) {
      instant = receivedAt;
      seen.clear();
    }
    const message = `${receivedAt}\n${clientId}\n${topic}\n${payload.toString("base64")}`;
    const occurrence = seen.get(message) ?? 0;
    seen.set(message, occurrence + 1);
    let drawn = 0;
    return {
      traceId: uuidOf(`${message}\n${occurrence}`),
      newUuid: () => uuidOf(`${message}\n${occurrence}\n${++drawn}`),
    };
  };
}
