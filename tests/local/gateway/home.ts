/** The demo's own gateway for tests: every client of the program provisioned, its certificates issued, its policies in force. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type IClientOptions, type MqttClient, connect as openClient } from "mqtt";
import { gatewayThings } from "../../../components/aws/meter-gateway-things";
import { type Broker, startBroker } from "../../../local/broker";
import { createClock } from "../../../local/clock";
import { gatewayFiles, gatewayOutputs } from "../../../local/gateway/files";
import { openGateway } from "../../../local/gateway/gateway";
import { type Graph, loadGraph } from "../../../local/graph";
import type { TopicRules } from "../../../local/rules";
import { readSites } from "../../../local/sites";
import { readStackConfig } from "../../../local/stack-config";
import { type KeyStore, openKeyStore } from "../../../tools/provision/key-store";

const projectDirectory = join(__dirname, "..", "..", "..");

export interface Home {
  readonly directory: string;
  readonly graph: Graph;
  readonly keys: KeyStore;
  readonly broker: Broker;
  /** Topics and payloads that were accepted, in order. */
  readonly accepted: { topic: string; payload: string; clientId: string }[];
  /** What the broker told of refusals. */
  readonly problems: string[];
  /** Key, certificate and authority of a thing, as MQTT.js takes them. */
  credentials(thing: string): Pick<IClientOptions, "key" | "cert" | "ca">;
  close(): Promise<void>;
}

/** Makes keys and requests of all clients of the stack `dev` below `directory`, and runs the program with them. */
export async function provisionDemo(directory: string, changes: Record<string, unknown> = {}) {
  const requests = join(directory, "meters");
  const keys = openKeyStore(join(directory, "keys"), requests);
  const stack = readStackConfig(projectDirectory, "dev");
  const values = { ...stack.values, "wattlake:gateway": { requests }, ...changes };
  const sites = readSites({ ...stack, values });
  for (const { thing } of gatewayThings(sites, stack.project, stack.stack)) await keys.ensure(thing, "current");
  return { keys, load: () => loadGraph({ ...stack, values }) };
}

/** `rules` take what is accepted; by default it is only recorded. */
export async function openHome(rules?: (graph: Graph) => TopicRules): Promise<Home> {
  const directory = mkdtempSync(join(tmpdir(), "wattlake-gateway-"));
  const { keys, load } = await provisionDemo(directory);
  const graph = await load();
  return startHome(directory, graph, keys, rules?.(graph));
}

export async function startHome(directory: string, graph: Graph, keys: KeyStore, rules?: TopicRules): Promise<Home> {
  const accepted: Home["accepted"] = [];
  const problems: string[] = [];
  const onProblem = (problem: string) => void problems.push(problem);
  const host = "127.0.0.1";
  const gateway = await openGateway({ graph, stateDirectory: directory, host, onProblem });
  const broker = await startBroker({
    rules: {
      async handle(message) {
        await rules?.handle(message);
        accepted.push({ topic: message.topic, payload: message.payload.toString(), clientId: message.clientId });
      },
      close: () => rules?.close(),
    },
    clock: createClock(Date.UTC(2025, 5, 1)),
    onProblem,
    gateway: { gateway, port: 0 },
  });
  const files = gatewayFiles(directory);
  const { meterCertificates } = gatewayOutputs.parse(JSON.parse(readFileSync(files.outputs, "utf8")));
  const ca = readFileSync(files.authority, "utf8");
  return {
    directory,
    graph,
    keys,
    broker,
    accepted,
    problems,
    credentials: (thing) => ({
      key: keys.key(thing, "current"),
      cert: meterCertificates[thing]?.current ?? "",
      ca,
    }),
    async close() {
      await broker.close();
      rules?.close();
      rmSync(directory, { recursive: true });
    },
  };
}

/** Connects; rejects when the connection is closed or refused instead, with what the client was told. */
export function connectTo(url: string, options: IClientOptions): Promise<MqttClient> {
  // MQTT.js writes into its options.
  const client = openClient(url, { ...options, reconnectPeriod: 0 });
  return new Promise((resolve, reject) => {
    client.once("connect", () => resolve(client));
    client.once("error", (error) => {
      client.end(true);
      reject(error);
    });
    client.once("close", () => reject(new Error("The connection was closed.")));
  });
}

/** Resolves when the connection closes. */
export const closed = (client: MqttClient): Promise<void> =>
  new Promise((resolve) => client.once("close", () => resolve()));
