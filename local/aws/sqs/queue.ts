/**
 * One queue in this process: a message that was received and not deleted becomes visible again after the visibility
 * timeout, unless it is given up.
 */
import type { Clock, Timer } from "../../clock";
import { uuidOf } from "../../program/ids";

/** A message in a consumer's hands. */
export interface Received {
  readonly messageId: string;
  readonly body: string;
  /** When it was sent, ms. */
  readonly sentAt: number;
  readonly receiveCount: number;
}

export interface Queue {
  readonly arn: string;
  send(body: string): void;
  /** Handles messages one at a time from now on; one that throws is received again. */
  consume(handler: (body: string) => Promise<void>): void;
  /** Takes up to `max` visible messages; each that is not deleted is visible again after the visibility timeout. */
  receive(max: number): readonly Received[];
  delete(messages: readonly Received[]): void;
  /** Tells each time when messages have become visible. */
  onVisible(listener: () => void): void;
  /** Number of messages that could be received. */
  visible(): number;
  /** When the oldest message was sent that has not been received three times in vain, ms: SQS leaves those out. */
  oldest(): number | undefined;
  /** Messages that no one has handled. */
  waiting(): readonly string[];
  /** Resolves when no message is visible to the handler of `consume` or in it. */
  settle(): Promise<void>;
}

interface Message extends Received {
  receiveCount: number;
}

interface QueueOptions {
  readonly arn: string;
  readonly visibilityMs: number;
  readonly retentionMs: number;
  readonly clock: Clock;
  /** Hears of each request to the service. */
  readonly onRequest: () => void;
  /** Takes a message that comes back for the last time. */
  readonly giveUp: (message: Message) => boolean;
  readonly onFailure: (error: unknown) => void;
  /** Called before messages come, go or are hidden. */
  readonly beforeChange?: () => void;
}

export function createQueue(options: QueueOptions): Queue {
  const { arn, visibilityMs, retentionMs, clock, giveUp, onFailure, beforeChange = () => undefined } = options;
  const { onRequest } = options;
  const visible: Message[] = [];
  /** Received messages, each with what it was received together with: one timer for all of them. */
  const hidden = new Map<Received, { readonly messages: Set<Received>; readonly timer: Timer }>();
  const listeners: (() => void)[] = [];
  let sent = 0;
  let working: Promise<void> | undefined;

  const tell = () => {
    if (visible.length > 0) for (const listener of listeners) listener();
  };
  const dropExpired = () => {
    const oldest = clock.now() - retentionMs;
    const kept = visible.findIndex(({ sentAt }) => sentAt > oldest);
    visible.splice(0, kept < 0 ? visible.length : kept);
  };
  const hide = (messages: Set<Message>) => {
    const timer = clock.at(clock.now() + visibilityMs, () => {
      beforeChange();
      for (const message of messages) hidden.delete(message);
      visible.push(...[...messages].filter((message) => !giveUp(message)));
      tell();
    });
    for (const message of messages) hidden.set(message, { messages, timer });
  };

  const queue: Queue = {
    arn,
    send(body) {
      onRequest();
      beforeChange();
      dropExpired();
      visible.push({ messageId: uuidOf(`${arn} ${sent++}`), body, sentAt: clock.now(), receiveCount: 0 });
      tell();
    },
    receive(max) {
      beforeChange();
      dropExpired();
      const messages = visible.splice(0, max);
      for (const message of messages) message.receiveCount++;
      if (messages.length > 0) onRequest();
      if (messages.length > 0) hide(new Set(messages));
      return messages;
    },
    delete(messages) {
      beforeChange();
      if (messages.length > 0) onRequest();
      for (const message of messages) {
        const together = hidden.get(message);
        hidden.delete(message);
        together?.messages.delete(message);
        if (together?.messages.size === 0) together.timer.cancel();
      }
    },
    onVisible(listener) {
      listeners.push(listener);
      tell();
    },
    visible: () => visible.length,
    oldest() {
      let oldest: number | undefined;
      for (const { sentAt, receiveCount } of [...hidden.keys(), ...visible])
        if (receiveCount <= 3 && (oldest === undefined || sentAt < oldest)) oldest = sentAt;
      return oldest;
    },
    consume(handler) {
      const work = async () => {
        for (let received = queue.receive(1); received[0]; received = queue.receive(1)) {
          try {
            await handler(received[0].body);
            queue.delete(received);
          } catch (error) {
            onFailure(error);
          }
        }
      };
      queue.onVisible(() => {
        working ??= work().finally(() => {
          working = undefined;
          tell();
        });
      });
    },
    waiting: () => [...hidden.keys(), ...visible].map(({ body }) => body),
    async settle() {
      while (working) await working;
    },
  };
  return queue;
}
