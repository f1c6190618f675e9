/** A real mosquitto for tests, started with a given configuration and stopped by its own process id. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";

/** Where packages put it, which need not be on the PATH of who runs tests. */
const packaged = ["/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin"];
export const mosquittoPath = [...(process.env.PATH ?? "").split(delimiter), ...packaged]
  .map((folder) => join(folder, "mosquitto"))
  .find((path) => existsSync(path));

export interface Mosquitto {
  /** What it has logged. */
  readonly log: () => string;
  /** Resolves when a line of the log, now or later, matches. */
  readonly logged: (pattern: RegExp) => Promise<void>;
  /** Ends it as a service manager does, and waits for it. */
  readonly stop: () => Promise<void>;
}

/** Resolves when it listens; rejects with its log where it ends instead. */
export async function startMosquitto(configuration: string): Promise<Mosquitto> {
  const child: ChildProcess = spawn(mosquittoPath ?? "mosquitto", ["-c", configuration], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let text = "";
  const watchers = new Set<() => void>();
  child.stderr?.on("data", (chunk) => {
    text += String(chunk);
    for (const watcher of watchers) watcher();
  });
  const ended = once(child, "exit");
  const logged = (pattern: RegExp) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!pattern.test(text)) return;
        watchers.delete(look);
        resolve();
      };
      watchers.add(look);
      look();
      ended.then(() => reject(new Error(`mosquitto has ended:\n${text}`)), reject);
    });
  await logged(/mosquitto version \S+ running/);
  return {
    log: () => text,
    logged,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** mosquitto gives up root for its own user, who must be able to read its files. */
export function handOver(folder: string): void {
  if (process.getuid?.() === 0) execFileSync("chown", ["-R", "mosquitto:", folder]);
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
