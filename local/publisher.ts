/**
 * Publishes messages at their instants on the virtual clock, through real MQTT clients: Gen1 topics through the one
 * client that stands for the bridge, everything else as its own device.
 */
import { connectAsync, type MqttClient } from "mqtt";
import type { TimedMessage } from "./capture";
import type { VirtualClock } from "./clock";

export interface Publisher {
  /** Moves the clock to the instant of the messages, publishes them and resolves when each is acknowledged. */
  publish(messages: readonly TimedMessage[]): Promise<void>;
  close(): Promise<void>;
}

const bridge = "bridge";

export function createPublisher(brokerUrl: string, clock: VirtualClock): Publisher {
  const clients = new Map<string, MqttClient>();
  const clientFor = async (clientId: string) => {
    const client = clients.get(clientId) ?? (await connectAsync(brokerUrl, { clientId, reconnectPeriod: 0 }));
    clients.set(clientId, client);
    return client;
  };
  return {
    async publish(messages) {
      for (const [at, group] of groupBy(messages, (message) => message.at)) {
        await clock.advanceTo(at);
        // One client after the other, so that the order of arrival is always the same.
        for (const [clientId, batch] of groupBy(group, ({ topic }) => clientIdOf(topic))) {
          const client = await clientFor(clientId);
          await Promise.all(batch.map(({ topic, payload }) => publishOnce(client, topic, payload)));
        }
      }
    },
    async close() {
      for (const client of clients.values()) await client.endAsync();
    },
  };
}

const clientIdOf = (topic: string) => (topic.startsWith("shellies/") ? bridge : (topic.split("/")[0] ?? topic));

/** Rejects where the broker closes the connection instead of acknowledging. */
function publishOnce(client: MqttClient, topic: string, payload: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const onClose = () => reject(new Error(`The broker refused a message to ${topic}.`));
    client.once("close", onClose);
    client.publish(topic, payload, { qos: 1 }, (error) => {
      client.off("close", onClose);
      if (error) reject(error);
      else resolve();
    });
  });
}

function groupBy<T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}
