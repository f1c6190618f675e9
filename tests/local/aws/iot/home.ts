/** The demo's own gateway for tests: every client of the program provisioned, its certificates issued, its policies in force. */
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type IClientOptions, type MqttClient, connect as openClient } from "mqtt";
import { z } from "zod";
import type { Stage } from "../../../../components/aws/meter-gateway-requests";
import { gatewayThings } from "../../../../components/aws/meter-gateway-things";
import { type Broker, startBroker } from "../../../../local/aws/iot/broker";
import { gatewayFiles, gatewayOutputs } from "../../../../local/aws/iot/gateway/files";
import { openGateway } from "../../../../local/aws/iot/gateway/gateway";
import type { TopicRules } from "../../../../local/aws/iot/rules/rules";
import { createClock } from "../../../../local/clock";
import { type Graph, loadGraph } from "../../../../local/program/graph";
import { readStackConfig } from "../../../../local/program/stack-config";
import { readConfig } from "../../../../local/session/sites";
import { type KeyStore, openKeyStore } from "../../../../tools/provision/key-store";

const projectDirectory = join(__dirname, "..", "..", "..", "..");

export interface Home {
  /** The project folder. */
  readonly directory: string;
  readonly stateDirectory: string;
  readonly keys: KeyStore;
  /** Of the gateway. */
  readonly secureUrl: string;
  /** Topics and payloads that were accepted, in order. */
  readonly accepted: { topic: string; payload: string; clientId: string }[];
  /** Topics under which clients with certificates were heard. */
  certified(): ReadonlySet<string>;
  /** What the broker told of refusals. */
  readonly problems: string[];
  /** Key, certificate and authority of a thing, as MQTT.js takes them. @param stage default `current` */
  credentials(thing: string, stage?: Stage): Required<Pick<IClientOptions, "key" | "cert" | "ca">>;
  /** Resolves when the condition holds; it is looked at whenever a message has been accepted. */
  until(isMet: () => boolean): Promise<void>;
  /** Whether clients with certificates are let in. */
  admits: boolean;
  /** Stops the broker; `restore` starts it again at the same port. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  close(): Promise<void>;
}

/** A project folder of its own with the demo's configuration and these lines: what is provisioned there touches nothing else. */
export function makeProject(...lines: readonly string[]): string {
  const directory = mkdtempSync(join(tmpdir(), "wattlake-project-"));
  for (const file of ["Pulumi.yaml", "Pulumi.dev.yaml"]) cpSync(join(projectDirectory, file), join(directory, file));
  appendFileSync(join(directory, "Pulumi.dev.yaml"), lines.map((line) => `  ${line}\n`).join(""));
  return directory;
}

export const keysOf = (directory: string) => openKeyStore(join(directory, "keys"), join(directory, "meters"));

/** The resource graph of the program with the requests that the project folder holds. */
export function loadProject(directory: string): Promise<Graph> {
  const stack = readStackConfig(directory, "dev");
  const gateway = z.looseObject({}).default({}).parse(stack.values["wattlake:gateway"]);
  const changes = {
    "wattlake:gateway": { ...gateway, requests: join(directory, "meters") },
    "wattlake:ingest": { live: false },
  };
  return loadGraph({ ...stack, values: { ...stack.values, ...changes } });
}

/** The demo with every client provisioned; `rules` take what is accepted, which is also recorded. `lines` are added to its configuration. */
export async function openHome(rules?: (graph: Graph) => TopicRules, ...lines: readonly string[]): Promise<Home> {
  const directory = makeProject(...lines);
  const { project, ...stack } = readStackConfig(directory, "dev");
  for (const { thing } of gatewayThings(readConfig({ project, ...stack }), project, stack.stack))
    await keysOf(directory).ensure(thing, "current");
  const graph = await loadProject(directory);
  return startHome(directory, graph, rules?.(graph));
}

export async function startHome(directory: string, graph: Graph, rules?: TopicRules): Promise<Home> {
  const accepted: Home["accepted"] = [];
  const problems: string[] = [];
  const onProblem = (problem: string) => void problems.push(problem);
  const stateDirectory = join(directory, "state");
  const keys = keysOf(directory);
  const start = async (port: number) => {
    const gateway = await openGateway({ graph, stateDirectory, host: "127.0.0.1", onProblem });
    return startBroker({
      rules: {
        async handle(message) {
          const outcome = (await rules?.handle(message)) ?? "taken";
          const { topic, payload, clientId } = message;
          accepted.push({ topic, payload: payload.toString(), clientId });
          for (const each of waiting) if (each.isMet()) each.resolve();
          return outcome;
        },
        topicFilters: [],
        close: () => undefined,
      },
      clock: createClock(Date.UTC(2025, 5, 1)),
      onProblem,
      gateway: { gateway, port },
      admits: () => home.admits,
    });
  };
  const waiting = new Set<{ readonly isMet: () => boolean; readonly resolve: () => void }>();
  let broker: Broker | undefined = await start(0);
  const { secureUrl = "" } = broker;
  const files = gatewayFiles(stateDirectory);
  const { meterCertificates } = gatewayOutputs.parse(JSON.parse(readFileSync(files.outputs, "utf8")));
  const ca = readFileSync(files.authority, "utf8");
  const home: Home = {
    directory,
    stateDirectory,
    keys,
    secureUrl,
    accepted,
    certified: () => broker?.certified() ?? new Set(),
    admits: true,
    problems,
    credentials: (thing, stage = "current") => ({
      ...{ key: keys.key(thing, stage), cert: meterCertificates[thing]?.[stage] ?? "", ca },
    }),
    until: (isMet) =>
      new Promise((done) => {
        const entry = { isMet, resolve: () => waiting.delete(entry) && done() };
        waiting.add(entry);
        if (isMet()) entry.resolve();
      }),
    async cut() {
      await broker?.close();
      broker = undefined;
    },
    async restore() {
      broker = await start(Number(new URL(secureUrl).port));
    },
    async close() {
      await broker?.close();
      rules?.close();
      rmSync(directory, { recursive: true });
    },
  };
  return home;
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
