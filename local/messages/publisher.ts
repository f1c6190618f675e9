/**
 * Publishes messages at their instants through real MQTT clients: Gen1 topics through the one client that stands for
 * the bridge, everything else as its own device.
 */
import { connectAsync, type MqttClient } from "mqtt";
import { groupBy } from "../group";
import { originText, type TimedMessage } from "./capture";

export interface Publisher {
  /** Resolves when each message is acknowledged; the messages of an instant are sent together. */
  publish(messages: readonly TimedMessage[]): Promise<void>;
  close(): Promise<void>;
}

const bridge = "bridge";

/** `reach` is awaited before the messages of an instant are published: it moves the clock there. */
export function createPublisher(brokerUrl: string, reach: (instant: number) => Promise<void>): Publisher {
  const devices = new Map<string, Promise<Device>>();
  let closed = false;
  const deviceFor = (clientId: string) => {
    if (closed) return Promise.reject(new Error("The publisher is closed."));
    const device =
      // No keep-alive: this computer may sleep, and the broker with it.
      devices.get(clientId) ??
      connectAsync(brokerUrl, { clientId, reconnectPeriod: 0, keepalive: 0 }).then(createDevice);
    devices.set(clientId, device);
    return device;
  };
  return {
    async publish(messages) {
      for (const [at, group] of groupBy(messages, (message) => message.at)) {
        await reach(at);
        // One client after the other, so that the order of arrival is always the same.
        for (const [clientId, batch] of groupBy(group, ({ topic }) => clientIdOf(topic))) {
          const device = await deviceFor(clientId);
          await Promise.all(batch.map(device.publish));
        }
      }
    },
    async close() {
      closed = true;
      const connections = await Promise.allSettled(devices.values());
      for (const each of connections) if (each.status === "fulfilled") await each.value.close();
    },
  };
}

/** The client that a message of the topic comes from. */
export const clientIdOf = (topic: string) => (topic.startsWith("shellies/") ? bridge : (topic.split("/")[0] ?? topic));

interface Device {
  /** Resolves with the acknowledgement; rejects where the broker closes the connection instead. */
  publish(message: TimedMessage): Promise<void>;
  close(): Promise<void>;
}

function createDevice(client: MqttClient): Device {
  const unacknowledged = new Map<(reason: Error) => void, TimedMessage>();
  client.on("close", () => {
    const refusal = refusalOf([...unacknowledged.values()]);
    for (const reject of unacknowledged.keys()) reject(refusal);
  });
  return {
    publish: (message) =>
      new Promise((resolve, reject) => {
        unacknowledged.set(reject, message);
        client.publish(message.topic, message.payload, { qos: 1 }, (error) => {
          unacknowledged.delete(reject);
          if (error) reject(error);
          else resolve();
        });
      }),
    // Without a connection it would wait for acknowledgements that nobody sends any more.
    close: () => client.endAsync(!client.connected),
  };
}

/** A broker that closes a connection does not say at which of the messages under way. */
function refusalOf([first, ...others]: readonly TimedMessage[]): Error {
  if (!first) return new Error("The broker closed a connection.");
  const place = first.origin ? `${originText(first.origin)}: the` : "The";
  const after = others.length > 1 ? `one of the ${others.length}` : "the one";
  const or = others.length > 0 ? `, or ${after} after it` : "";
  return new Error(`${place} broker refused a message to ${first.topic}${or}.`);
}
