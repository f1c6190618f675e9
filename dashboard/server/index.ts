/** Serves the dashboard at an address of this computer. */
import { once } from "node:events";
import { isIP } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { type AppOptions, createApp } from "./app";
import { bundlePage } from "./bundle";

export interface DashboardOptions extends Omit<AppOptions, "page"> {
  /** @default 127.0.0.1 */
  readonly host?: string | undefined;
  /** @default a free one */
  readonly port?: number | undefined;
}

export interface Dashboard {
  readonly url: string;
  close(): Promise<void>;
}

const loopback = ["127.0.0.1", "::1", "localhost"];

/** Whether other computers reach a server there. */
export const isOpenToOthers = (host: string): boolean => !loopback.includes(host);

/** @throws where the page would be open to others without a password. */
export async function serveDashboard(options: DashboardOptions): Promise<Dashboard> {
  const { host = "127.0.0.1", port = 0, ...rest } = options;
  if (isOpenToOthers(host) && !rest.password) throw new Error("A page that others reach needs a password.");
  const { app, close } = createApp({ ...rest, page: await bundlePage() });
  const server = createAdaptorServer({ fetch: app.fetch });
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The dashboard listens at no port.");
  const name = isIP(host) === 6 ? `[${host}]` : host;
  return {
    url: `http://${name}:${address.port}`,
    async close() {
      close();
      const closed = once(server, "close");
      server.close();
      if ("closeAllConnections" in server) server.closeAllConnections();
      await closed;
    },
  };
}
