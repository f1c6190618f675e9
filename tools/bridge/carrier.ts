/**
 * What lies between the two connections: messages that mosquitto has handed over and that the cloud has not taken yet. mosquitto
 * hears of a message only when it is delivered, and in the order in which it handed them over (MQTT 3.1.1, 4.6): whatever ends
 * before, the message comes again.
 */
import type { Arrivals, Packet } from "./arrivals";
import { fold, foldedBytes, frameBytes, type LocalMessage } from "./fold";
import { type Burst, createJoiner, type Limits } from "./joiner";
import { mostBytes } from "./limits";

/** Wall clock (ms since the epoch), and one that nobody sets (ms). */
export interface Clock {
  now(): number;
  steady(): number;
}

export interface CarrierOptions {
  readonly limits: Limits;
  readonly clock: Clock;
  readonly arrivals: Arrivals;
  /** The meter of a topic; undefined for a topic of none. */
  readonly meterOf: (topic: string) => string | undefined;
  readonly acknowledge: (id: number) => void;
  /** Hears of what can never be delivered. */
  readonly onDropped: (topic: string, reason: string) => void;
}

interface Held extends LocalMessage {
  readonly packet: Packet;
  readonly steady: number;
  isDone: boolean;
}

export interface Parcel {
  readonly meter: string;
  readonly payload: Buffer;
  readonly messages: number;
  delivered(): void;
}

export interface Carrier {
  take(packet: Packet, again: boolean): void;
  /** Ends the bursts whose time has come; returns when to be called again, ms on the steady clock. */
  tick(): number | undefined;
  /** The next to deliver, the same until it is. */
  next(): Parcel | undefined;
  /** The local connection is another one: what is not delivered comes again. */
  forgetConnection(): void;
  readonly waiting: () => { readonly messages: number; readonly oldestAt: number | undefined };
}

/** A step of the wall clock is more than its drift, ms. */
const step = 2000;

export function createCarrier(options: CarrierOptions): Carrier {
  const { limits, clock, arrivals, meterOf, acknowledge, onDropped } = options;
  let joiner = createJoiner<Held>(limits);
  let bursts: Burst<Held>[] = [];
  /** In the order in which mosquitto handed them over. */
  let held: Held[] = [];
  /** Whether all that comes again over this connection has come. */
  let isNew = false;
  const done = (messages: readonly Held[]) => {
    for (const message of messages) {
      message.isDone = true;
      arrivals.forget(message.packet);
    }
    while (held[0]?.isDone) {
      acknowledge(held[0].packet.id);
      held.shift();
    }
  };
  const close = (burst: Burst<Held>) => {
    arrivals.keep(burst.messages.map(({ packet }) => packet));
    bursts.push(burst);
  };
  /** A wall clock that was set since tells the arrival anew; otherwise it is what was noted, to the millisecond. */
  const arrivalOf = ({ at, steady }: Held): number => {
    const moved = clock.now() - at - (clock.steady() - steady);
    return Math.abs(moved) > step ? Math.round(at + moved) : at;
  };

  return {
    take(packet, again) {
      const steady = clock.steady();
      const known = again ? arrivals.of(packet) : undefined;
      const at = known ?? clock.now();
      // What else is remembered was delivered, and only its file not brought up to date.
      if (!again && !isNew) arrivals.keepOnly(held.map((each) => each.packet));
      isNew ||= !again;
      const message: Held = {
        ...{ topic: packet.topic, payload: packet.payload, packet, at, isDone: false },
        // So much earlier as it came.
        steady: steady - (clock.now() - at),
      };
      held.push(message);
      const meter = meterOf(packet.topic);
      if (meter === undefined || frameBytes + foldedBytes(message) > mostBytes) {
        onDropped(
          packet.topic,
          meter === undefined ? "it is of no meter of this bridge" : "IoT Core takes none so large",
        );
        return done([message]);
      }
      arrivals.note(packet, at);
      const full = joiner.take(meter, message, steady);
      if (full) close(full);
    },
    tick() {
      for (const burst of joiner.ended(clock.steady())) close(burst);
      return joiner.nextEnd();
    },
    next() {
      const [first] = bursts;
      if (!first) return undefined;
      const messages = first.messages.map((message) => ({ ...message, at: arrivalOf(message) }));
      return {
        ...{ meter: first.meter, payload: fold(messages, clock.now()), messages: messages.length },
        delivered() {
          // Of a connection that has ended it comes again, and must tell the same instant then.
          if (bursts[0] !== first) return;
          bursts.shift();
          done(first.messages);
        },
      };
    },
    forgetConnection() {
      joiner = createJoiner<Held>(limits);
      bursts = [];
      held = [];
      isNew = false;
    },
    waiting: () => ({ messages: held.length, oldestAt: held[0]?.at }),
  };
}
