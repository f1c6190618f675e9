/**
 * A connection to mosquitto that says itself when a message is done with: MQTT.js acknowledges each before it hands over the
 * next, so of a burst it would never have two. MQTT 3.1.1, a persistent session, QoS 1; packets by MQTT.js's own codec.
 */
import { connect } from "node:net";
import { generate, type IPublishPacket, type Packet as MqttPacket, parser } from "mqtt-packet";
import type { Packet } from "./arrivals";

export interface LocalBrokerOptions {
  readonly host: string;
  readonly port: number;
  /** Also the client id, so that the session is found again. */
  readonly user: string;
  readonly password: string;
  readonly filters: readonly string[];
  /** `again` where it was handed over before. */
  readonly onMessage: (packet: Packet, again: boolean) => void;
}

export interface LocalConnection {
  /** Resolves when the subscription stands. @throws why it does not. */
  readonly ready: Promise<void>;
  acknowledge(id: number): void;
  close(): void;
  /** Resolves with why it has ended. */
  readonly ended: Promise<string>;
}

const keepaliveS = 60;
/** A broker on the same machine answers sooner, ms. */
const patienceMs = 10_000;

const refusals: Readonly<Record<number, string>> = { 4: "wrong user or password", 5: "not authorised" };

export function connectLocally({
  host,
  port,
  user,
  password,
  filters,
  onMessage,
}: LocalBrokerOptions): LocalConnection {
  const socket = connect({ host, port });
  const mqtt = parser({ protocolVersion: 4 });
  const send = (packet: MqttPacket) => void socket.write(generate(packet));
  let heard = Date.now();
  let fail = (_reason: string) => {};
  const ended = new Promise<string>((resolve) => {
    fail = (reason) => {
      resolve(reason);
      socket.destroy();
    };
  });
  const subscribed = new Promise<void>((resolve) => {
    mqtt.on("packet", (packet: MqttPacket) => {
      heard = Date.now();
      if (packet.cmd === "connack") {
        if (packet.returnCode !== 0) return fail(refusals[packet.returnCode ?? 0] ?? `refused (${packet.returnCode})`);
        return send({ cmd: "subscribe", messageId: 1, subscriptions: filters.map((topic) => ({ topic, qos: 1 })) });
      }
      if (packet.cmd === "suback")
        return packet.granted.some((qos) => Number(qos) > 2) ? fail("a subscription was refused") : resolve();
      if (packet.cmd === "publish") take(packet);
    });
  });
  mqtt.on("error", (error: Error) => fail(error.message));

  function take({ messageId, topic, payload, dup, retain }: IPublishPacket): void {
    if (messageId === undefined) return;
    // What mosquitto has kept for newcomers is old, and was handed over when it was new.
    if (retain) send({ cmd: "puback", messageId });
    else onMessage({ id: messageId, topic, payload: Buffer.from(payload) }, dup);
  }

  socket.on("connect", () =>
    send({
      ...{ cmd: "connect", protocolId: "MQTT", protocolVersion: 4, clean: false, keepalive: keepaliveS },
      ...{ clientId: user, username: user, password: Buffer.from(password) },
    }),
  );
  socket.on("data", (bytes) => mqtt.parse(bytes));
  socket.on("error", (error) => fail(error.message));
  socket.on("close", () => fail("mosquitto has closed the connection"));
  const watch = setInterval(() => {
    if (Date.now() - heard > 2 * keepaliveS * 1000) fail("mosquitto is silent");
    else send({ cmd: "pingreq" });
  }, keepaliveS * 500);
  const giveUp = setTimeout(() => fail("mosquitto does not answer"), patienceMs);
  const over = ended.then((reason) => {
    clearInterval(watch);
    clearTimeout(giveUp);
    return Promise.reject(new Error(reason));
  });
  const ready = Promise.race([subscribed.then(() => clearTimeout(giveUp)), over]);
  // Who waits for the end alone needs no second word of it.
  ready.catch(() => undefined);
  over.catch(() => undefined);
  return {
    ready,
    acknowledge: (messageId) => send({ cmd: "puback", messageId }),
    close: () => fail("closed"),
    ended,
  };
}
