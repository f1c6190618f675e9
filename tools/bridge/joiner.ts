/** Which messages of a meter belong together: what came until it was quiet for a moment, not too long and not too much. No timers. */
import { foldedBytes, frameBytes, type LocalMessage } from "./fold";

export interface Limits {
  /** A burst ends when the meter has been quiet for so long, ms. */
  readonly quietMs: number;
  /** A burst lasts at most so long, ms. */
  readonly longestMs: number;
  /** A payload has at most so many bytes; a single message that has more goes alone. */
  readonly maxBytes: number;
}

export interface Burst<Message extends LocalMessage = LocalMessage> {
  readonly meter: string;
  readonly messages: readonly Message[];
}

export interface Joiner<Message extends LocalMessage> {
  /** Takes a message; returns the burst that it does not fit into any more, if there is one. */
  take(meter: string, message: Message, now: number): Burst<Message> | undefined;
  /** The bursts that have ended by now, in the order of their first messages. */
  ended(now: number): Burst<Message>[];
  /** When the next burst ends if nothing more comes. */
  nextEnd(): number | undefined;
  /** All that has not ended yet; none is left. */
  rest(): Burst<Message>[];
}

interface Open<Message> {
  readonly messages: Message[];
  readonly begun: number;
  last: number;
  bytes: number;
}

export function createJoiner<Message extends LocalMessage>({ quietMs, longestMs, maxBytes }: Limits): Joiner<Message> {
  const open = new Map<string, Open<Message>>();
  const endOf = ({ begun, last }: Open<Message>) => Math.min(last + quietMs, begun + longestMs);

  function close(meter: string, { messages }: Open<Message>): Burst<Message> {
    open.delete(meter);
    return { meter, messages };
  }

  return {
    take(meter, message, now) {
      const bytes = foldedBytes(message);
      const current = open.get(meter);
      const closed =
        current && (endOf(current) <= now || current.bytes + bytes > maxBytes) ? close(meter, current) : undefined;
      const into = open.get(meter) ?? { messages: [], begun: now, last: now, bytes: frameBytes };
      into.messages.push(message);
      into.last = now;
      into.bytes += bytes;
      open.set(meter, into);
      return closed;
    },
    ended: (now) => [...open].filter(([, each]) => endOf(each) <= now).map(([meter, each]) => close(meter, each)),
    nextEnd: () => (open.size === 0 ? undefined : Math.min(...[...open.values()].map(endOf))),
    rest: () => [...open].map(([meter, each]) => close(meter, each)),
  };
}
