/** One payload of a meter's messages, which `functions/readings/joined.ts` unfolds again: their topics and bytes as they came. */
import { isUtf8 } from "node:buffer";
import { joinedVersion } from "../../functions/readings/joined";

/** A message as the local broker handed it over. */
export interface LocalMessage {
  readonly topic: string;
  readonly payload: Buffer;
  /** Arrival at the bridge, ms since the epoch. */
  readonly at: number;
}

const contentOf = (payload: Buffer) =>
  isUtf8(payload) ? { payload: payload.toString("utf8") } : { base64: payload.toString("base64") };

const entryText = ({ at, topic, payload }: LocalMessage) => JSON.stringify({ at_ms: at, topic, ...contentOf(payload) });

/** `sent` is the instant of sending, ms. */
export const fold = (messages: readonly LocalMessage[], sent: number): Buffer =>
  Buffer.from(`{"joined":${joinedVersion},"sent_ms":${sent},"messages":[${messages.map(entryText).join(",")}]}`);

/** Bytes that a message adds to a payload, and that the payload has beside them. */
export const foldedBytes = (message: LocalMessage): number => Buffer.byteLength(entryText(message)) + 1;
export const frameBytes = fold([], Number.MAX_SAFE_INTEGER).length;
