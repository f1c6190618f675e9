/**
 * The MQTT broker that stands for AWS IoT Core: aedes, with the topic rules evaluated before a publish is
 * acknowledged, so that an acknowledged message is a delivered one.
 */
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { Aedes, type Client } from "aedes";
import { joinedPayload } from "../../../functions/readings/joined";
import type { Clock } from "../../clock";
import { createMessageIds } from "../../program/ids";
import { type Usage, unitsOf } from "../../usage";
import { followConnections, type Holder } from "./connections";
import type { Gateway } from "./gateway/gateway";
import { refusalOf } from "./limits";
import type { TopicRules } from "./rules/rules";

export interface BrokerOptions {
  readonly rules: TopicRules;
  readonly clock: Clock;
  /** @default "127.0.0.1" */
  readonly host?: string | undefined;
  /** @default a free one */
  readonly port?: number | undefined;
  readonly usage?: Usage | undefined;
  /** What is worth telling: a client or a publish that was refused. */
  readonly onProblem: (problem: string) => void;
  /** A second listener, where clients sign in with certificates and are held to their policies. @default none */
  readonly gateway?: { readonly gateway: Gateway; readonly port: number } | undefined;
  /** Whether clients with certificates are let in now; the others try again by themselves. @default always */
  readonly admits?: (() => boolean) | undefined;
}

/** A topic that no rule takes. AWS IoT Core acknowledges its messages too, and nothing keeps them. */
export interface UntakenTopic {
  readonly topic: string;
  readonly messages: number;
  /** The first payload, and when it came, ms. */
  readonly first: { readonly at: number; readonly payload: string };
}

export interface Broker {
  /** `mqtt://host:port`, in the clear and for this machine's own clients: they may publish whatever a rule takes. */
  readonly url: string;
  /** `mqtts://host:port` of the gateway, where there is one. */
  readonly secureUrl: string | undefined;
  /** Messages that were acknowledged or, at QoS 0, taken; of what a bridge has joined, each. */
  received(): number;
  /** What of it no rule took, a row a topic, in the order of their first messages. */
  untaken(): readonly UntakenTopic[];
  /** The topics that rules take. */
  readonly topicFilters: readonly string[];
  /** Who is connected under the client id now. A second client of an id takes the first one's place, as in AWS IoT Core. */
  holder(clientId: string): Holder | undefined;
  /** Topics of what clients with certificates have published. */
  certified(): ReadonlySet<string>;
  close(): Promise<void>;
}

export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { rules, clock, usage, host = "127.0.0.1", port = 0, onProblem, admits = () => true } = options;
  const gateway = options.gateway?.gateway;
  const idsOf = createMessageIds();
  let received = 0;
  const untaken = new Map<string, UntakenTopic>();

  const take = async (client: Client | null, topic: string, payload: Buffer, retain: boolean) => {
    const refusal = refusalOf(topic, payload);
    if (refusal !== undefined) throw new Error(refusal);
    if (client) gateway?.publish(client, { topic, retain });
    const clientId = client?.id ?? "n/a";
    const receivedAt = clock.now();
    const ids = idsOf(receivedAt, clientId, topic, payload);
    const outcome = await rules.handle({ topic, payload, clientId, receivedAt, ...ids });
    received += messagesIn(payload);
    if (!topic.startsWith("$aws/")) usage?.count("iot_message", unitsOf(topic.length + payload.length), topic);
    if (outcome === "untaken") {
      const known = untaken.get(topic) ?? {
        topic,
        messages: 0,
        first: { at: receivedAt, payload: payload.toString() },
      };
      untaken.set(topic, { ...known, messages: known.messages + 1 });
    }
    if (client) gateway?.accepted(client, topic);
  };

  const broker = await Aedes.createBroker({
    authenticate(client, _user, _password, done) {
      if (client.conn instanceof TLSSocket && !admits())
        return done(Object.assign(new Error("not yet"), { returnCode: unavailable }), false);
      const refusal = attempt(() => gateway?.connect(client));
      if (refusal) onProblem(`A client was turned away: ${refusal.message}`);
      done(refusal && Object.assign(refusal, { returnCode: notAuthorized }), !refusal);
    },
    // Only this hook runs before PUBACK: what it does not let pass is not acknowledged and closes the connection.
    authorizePublish(client, { topic, payload, retain }, done) {
      take(client, topic, Buffer.from(payload), retain).then(
        () => done(null),
        (error: unknown) => {
          const refusal = toError(error);
          onProblem(`A message to ${topic} was not accepted: ${refusal.message}`);
          done(refusal);
        },
      );
    },
    authorizeSubscribe(client, subscription, done) {
      const refusal = attempt(() => client && gateway?.subscribe(client, subscription.topic));
      if (refusal) onProblem(`A subscription was refused: ${refusal.message}`);
      done(refusal, subscription);
    },
  });
  const handle = (socket: Socket) => void broker.handle(socket);
  const plain = createServer(handle);
  const secure = gateway?.createServer(handle);
  const servers: readonly Server[] = secure ? [plain, secure] : [plain];
  const connections = followConnections(broker, servers);
  const url = `mqtt://${host}:${await listen(plain, host, port)}`;
  const secureUrl = secure && (await openGateway(secure));
  return {
    url,
    secureUrl,
    received: () => received,
    untaken: () => [...untaken.values()],
    topicFilters: rules.topicFilters,
    holder: connections.holder,
    certified: () => gateway?.heard ?? new Set(),
    async close() {
      // Nobody comes back meanwhile: it would be waited for.
      const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
      await new Promise<void>((resolve) => broker.close(resolve));
      connections.closeAll();
      await Promise.all(closed);
    },
  };

  async function openGateway(server: Server): Promise<string> {
    const opened = await listen(server, host, options.gateway?.port ?? 0);
    gateway?.announce(opened);
    return `mqtts://${host}:${opened}`;
  }
}

const joined = joinedPayload();

function messagesIn(payload: Buffer): number {
  if (!payload.includes('"joined":')) return 1;
  try {
    return joined.parse(JSON.parse(payload.toString())).messages.length;
  } catch {
    return 1;
  }
}

/** Resolves with the port. */
async function listen(server: Server, host: string, port: number): Promise<number> {
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The broker listens at no port.");
  return address.port;
}

/** MQTT's return codes of a refused connection. */
const unavailable = 3;
const notAuthorized = 5;

function attempt(step: () => void): Error | null {
  try {
    step();
    return null;
  } catch (error) {
    return toError(error);
  }
}

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
