/**
 * The clients of the simulated home on the broker, as its meters and their bridge would be. One whose connection has
 * closed, as after a sleep of this computer, comes back and sends what the broker had not taken. One whose client id
 * another client holds is silent until that one leaves: of two that throw each other out neither would be heard.
 */
import type { Broker, Holder } from "../aws/iot";
import { groupBy } from "../group";
import type { TimedMessage } from "../messages/capture";
import { type Connection, openConnection } from "../messages/connection";
import { clientIdOf } from "../messages/publisher";

export interface HomeClients {
  /** Resolves when the broker has taken all of them but those of silent clients. @throws when they are closed meanwhile. */
  send(messages: readonly TimedMessage[]): Promise<void>;
  /** Leaves the client id, if it is one of them, to another client for good. */
  leave(id: string): void;
  close(): void;
}

export interface HomeClientsOptions {
  readonly broker: Pick<Broker, "url" | "holder">;
  /** Waits so many ms. */
  readonly pause: (ms: number) => Promise<void>;
  /** A sentence for the terminal. */
  readonly tell: (sentence: string) => void;
}

/** Between two attempts to be heard, ms: doubled each time. */
const shortestPause = 1000;
const longestPause = 60_000;

export function createHomeClients(options: HomeClientsOptions): HomeClients {
  const clients = new Map<string, Client>();
  const clientFor = (id: string) => {
    const client = clients.get(id) ?? createClient(id, options);
    clients.set(id, client);
    return client;
  };
  return {
    async send(messages) {
      const batches = groupBy(messages, ({ topic }) => clientIdOf(topic));
      // Those that have nothing to say still look whether they are heard.
      const ids = new Set([...clients.keys(), ...batches.keys()]);
      await Promise.all([...ids].map((id) => clientFor(id).send(batches.get(id) ?? [])));
    },
    leave(id) {
      clients.get(id)?.close();
      clients.delete(id);
    },
    close() {
      for (const client of clients.values()) client.close();
    },
  };
}

type Client = Omit<HomeClients, "leave">;

function createClient(id: string, { broker, pause, tell }: HomeClientsOptions): Client {
  let connection: Connection | undefined;
  let isSilent = false;
  let closed = false;

  const isHeld = () => {
    const holder = broker.holder(id);
    if ((holder !== undefined) !== isSilent)
      tell(holder ? takenPlace(id, holder) : `The client id ${id} is free again: the simulated one goes on.`);
    isSilent = holder !== undefined;
    return isSilent;
  };
  const orClosed = () => {
    if (closed) throw new Error(`The client ${id} is closed.`);
  };
  return {
    async send(messages) {
      let waiting = asOfNow(messages);
      let ms = shortestPause;
      // The broker also needs a moment to see that a connection has ended.
      const rest = async () => {
        connection?.close();
        connection = undefined;
        await pause(ms);
        ms = Math.min(2 * ms, longestPause);
      };
      if (connection && !connection.isOpen()) await rest();
      if (!connection && isHeld()) return;
      while (waiting.length > 0) {
        orClosed();
        if (!connection) {
          if (isHeld()) return;
          connection = await openConnection(broker.url, id).catch(() => undefined);
          if (closed) connection?.close();
          orClosed();
        }
        if (connection) waiting = await connection.send(waiting);
        if (waiting.length > 0) await rest();
      }
    },
    close() {
      closed = true;
      connection?.close();
    },
  };
}

/**
 * A message that tells no time counts as of its arrival. A meter that sends such has no memory: of what it could not send
 * only the latest is true now.
 */
function asOfNow(messages: readonly TimedMessage[]): readonly TimedMessage[] {
  const latest = new Map(messages.map(({ topic, at }) => [topic, at]));
  return messages.filter(({ topic, at }) => !topic.startsWith("shellies/") || latest.get(topic) === at);
}

const takenPlace = (id: string, { address, hasCertificate }: Holder) =>
  hasCertificate
    ? `${id} has connected with its own certificate (${address}): the simulated one is silent while it is there.`
    : `A client at ${address} has taken the client id ${id}: the simulated one is silent while it is there. Give that client another id, or leave the simulated home out with npm start -- --no-home.`;
