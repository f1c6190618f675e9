/** The connections of the broker: who holds a client id at this moment, and an end for all that are open. */
import { type Server, Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { Aedes, Client } from "aedes";

/** The client that is connected under a client id. */
export interface Holder {
  /** `host:port` of its end. */
  readonly address: string;
  /** Whether it came through the gateway, with a certificate of the program. */
  readonly hasCertificate: boolean;
}

export function followConnections(broker: Aedes, servers: readonly Server[]) {
  const sockets = new Set<Socket>();
  for (const server of servers)
    server.on("connection", (socket: Socket) => {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
    });
  const clients = new Map<string, Client>();
  broker.on("client", (client) => void clients.set(client.id, client));
  broker.on("clientDisconnect", (client) => {
    if (clients.get(client.id) === client) clients.delete(client.id);
  });
  return {
    holder(clientId: string): Holder | undefined {
      const conn = clients.get(clientId)?.conn;
      if (!(conn instanceof Socket)) return undefined;
      return { address: `${conn.remoteAddress}:${conn.remotePort}`, hasCertificate: conn instanceof TLSSocket };
    },
    /** Also those that have never said who they are, which the broker itself would wait for. */
    closeAll() {
      for (const socket of sockets) socket.destroy();
    },
  };
}
