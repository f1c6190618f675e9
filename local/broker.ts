/**
 * The MQTT broker that stands for AWS IoT Core: aedes, with the topic rules evaluated before a publish is
 * acknowledged, so that an acknowledged message is a delivered one.
 */
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { Aedes, type Client } from "aedes";
import type { Clock } from "./clock";
import { createMessageIds } from "./ids";
import type { TopicRules } from "./rules";

export interface BrokerOptions {
  readonly rules: TopicRules;
  readonly clock: Clock;
  /** @default "127.0.0.1" */
  readonly host?: string | undefined;
  /** @default a free one */
  readonly port?: number | undefined;
  /** What is worth telling: a publish that was refused. */
  readonly onProblem: (problem: string) => void;
  /** How clients connect, and who they are. @default plain TCP */
  readonly listen?: Listen;
}

export interface Broker {
  /** `mqtt://host:port` */
  readonly url: string;
  /** Messages that were acknowledged or, at QoS 0, taken. */
  received(): number;
  close(): Promise<void>;
}

/** Makes the server whose connections the broker handles. */
export type Listen = (onConnection: (socket: import("node:net").Socket) => void) => {
  server: Server;
  scheme: "mqtt" | "mqtts";
};

const plainTcp: Listen = (onConnection) => ({ server: createServer(onConnection), scheme: "mqtt" });

/** Limits of AWS IoT Core. */
const limits = { topicBytes: 256, slashes: 7, payloadBytes: 128 * 1024 };

export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { rules, clock, host = "127.0.0.1", port = 0, onProblem, listen = plainTcp } = options;
  const idsOf = createMessageIds();
  let received = 0;

  const take = async (client: Client | null, topic: string, payload: Buffer) => {
    checkLimits(topic, payload);
    const clientId = client?.id ?? "n/a";
    const receivedAt = clock.now();
    await rules.handle({ topic, payload, clientId, receivedAt, ...idsOf(receivedAt, clientId, topic, payload) });
    received++;
  };

  const broker = await Aedes.createBroker({
    // Only this hook runs before PUBACK: what it does not let pass is not acknowledged and closes the connection.
    authorizePublish(client, { topic, payload }, done) {
      take(client, topic, Buffer.from(payload)).then(
        () => done(null),
        (error: unknown) => {
          const refusal = error instanceof Error ? error : new Error(String(error));
          onProblem(`A message to ${topic} was not accepted: ${refusal.message}`);
          done(refusal);
        },
      );
    },
  });
  const { server, scheme } = listen((socket) => void broker.handle(socket));
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The broker listens at no port.");
  return {
    url: `${scheme}://${host}:${address.port}`,
    received: () => received,
    async close() {
      await new Promise<void>((resolve) => broker.close(resolve));
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function checkLimits(topic: string, payload: Buffer): void {
  const counted = topic.replace(/^\$aws\/rules\/[^/]+\//, "");
  if (Buffer.byteLength(counted) > limits.topicBytes)
    throw new Error(`the topic is longer than ${limits.topicBytes} bytes.`);
  if (counted.split("/").length - 1 > limits.slashes)
    throw new Error(`the topic has more than ${limits.slashes} slashes.`);
  if (payload.length > limits.payloadBytes) throw new Error(`the payload is larger than ${limits.payloadBytes} bytes.`);
  if (topic.startsWith("$") && !topic.startsWith("$aws/rules/"))
    throw new Error("topics that begin with $ are reserved.");
}
