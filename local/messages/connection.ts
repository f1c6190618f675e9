/** One MQTT connection that tells which messages the broker has taken. Once closed it stays so. */
import { connect } from "mqtt";
import type { TimedMessage } from "./capture";

export interface Connection {
  isOpen(): boolean;
  /** Resolves with those that the broker has not acknowledged, in their order: none, unless the connection has closed. */
  send(messages: readonly TimedMessage[]): Promise<readonly TimedMessage[]>;
  close(): void;
}

/** Messages under way at once; MQTT has numbers for 65,535. */
const window = 1000;

/** @throws where the broker cannot be reached or turns the client away. */
export async function openConnection(brokerUrl: string, clientId: string): Promise<Connection> {
  const client = connect(brokerUrl, { clientId, reconnectPeriod: 0 });
  let isOpen = true;
  const unacknowledged = new Set<(isTaken: boolean) => void>();
  await new Promise<void>((resolve, reject) => {
    client.once("connect", () => resolve());
    // Every error closes the connection.
    client.on("error", reject);
    client.once("close", () => {
      isOpen = false;
      client.end(true);
      for (const settle of unacknowledged) settle(false);
      reject(new Error("The broker has closed the connection."));
    });
  });

  const isTaken = ({ topic, payload }: TimedMessage) =>
    new Promise<boolean>((resolve) => {
      const settle = (taken: boolean) => {
        unacknowledged.delete(settle);
        resolve(taken);
      };
      unacknowledged.add(settle);
      client.publish(topic, payload, { qos: 1 }, (error) => settle(!error));
    });

  return {
    isOpen: () => isOpen,
    async send(messages) {
      for (let first = 0; first < messages.length; first += window) {
        const rest = messages.slice(first);
        if (!isOpen) return rest;
        const taken = await Promise.all(rest.slice(0, window).map(isTaken));
        const refused = rest.filter((_, index) => taken[index] === false);
        if (refused.length > 0) return [...refused, ...rest.slice(window)];
      }
      return [];
    },
    close() {
      isOpen = false;
      client.end(true);
    },
  };
}
