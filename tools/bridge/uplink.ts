/** The connection to IoT Core: mutual TLS, QoS 1, one message after the other, as mosquitto's own bridge sends. */
import { type IClientOptions, type MqttClient, connect as openClient } from "mqtt";

export interface UplinkOptions {
  readonly host: string;
  readonly port: number;
  /** PEM. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly clientId: string;
}

export interface Uplink {
  /** Resolves when it stands. @throws what the client was told. */
  readonly ready: Promise<void>;
  /** Resolves when IoT Core has acknowledged it. @throws where the connection ends before. */
  publish(topic: string, payload: Buffer): Promise<void>;
  close(): void;
  /** Resolves with why it has ended. */
  readonly ended: Promise<string>;
}

/** IoT Core answers within seconds, or not at all, ms. */
const patienceMs = 60_000;

export function connectUplink({ host, port, ...credentials }: UplinkOptions): Uplink {
  const options: IClientOptions = {
    ...credentials,
    ...{ protocolVersion: 4, clean: true, keepalive: 60, reconnectPeriod: 0, connectTimeout: patienceMs / 2 },
  };
  const client = openClient(`mqtts://${host}:${port}`, options);
  const broken = new Promise<never>((_, reject) => {
    client.on("error", (error) => reject(error));
    client.on("close", () => reject(new Error("IoT Core has closed the connection")));
  });
  const ended = broken.catch((error: unknown) => {
    client.end(true);
    return error instanceof Error ? error.message : String(error);
  });
  const ready = Promise.race([new Promise<void>((resolve) => client.once("connect", () => resolve())), broken]);
  ready.catch(() => undefined);
  return {
    ready,
    publish: (topic, payload) => Promise.race([published(client, topic, payload), broken]),
    close: () => void client.end(true),
    ended,
  };
}

async function published(client: MqttClient, topic: string, payload: Buffer): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("IoT Core does not answer")), patienceMs);
  });
  try {
    await Promise.race([client.publishAsync(topic, payload, { qos: 1 }), tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
