/**
 * The door of the local cloud: mutual TLS with the local authority, and each client judged by the policies of its
 * certificate, as IoT Core does. Whoever does what it may not is disconnected; nobody else notices.
 */
import { createHash, X509Certificate } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { createServer, type Server, TLSSocket } from "node:tls";
import { Pkcs10CertificateRequest } from "@peculiar/x509";
import type { Client, PublishPacket } from "aedes";
import type { Graph } from "../../../program/graph";
import { evaluate } from "../../iam";
import { openAuthority } from "./authority";
import { clientSessions, type GatewayOutputs, gatewayFiles } from "./files";
import { iotArns, type Principal, readPrincipals } from "./principals";

export interface GatewayOptions {
  readonly graph: Graph;
  readonly stateDirectory: string;
  /** Address that the listener binds. */
  readonly host: string;
  /** A client that was turned away before it could say who it is. */
  readonly onProblem: (problem: string) => void;
}

/** Judges what comes over its own listener; connections of other listeners pass. */
export interface Gateway {
  /** The listener with mutual TLS. */
  readonly createServer: (onConnection: (socket: TLSSocket) => void) => Server;
  /** Tells clients where the gateway is and what their certificates are. */
  readonly announce: (port: number) => void;
  /** @throws where the certificate may not connect under this client id. */
  readonly connect: (client: Client) => void;
  /** @throws where it may not publish this. */
  readonly publish: (client: Client, packet: Pick<PublishPacket, "topic" | "retain">) => void;
  /** @throws where it may not subscribe to the filter. */
  readonly subscribe: (client: Client, filter: string) => void;
  /** Notes that a message of the client has been accepted. */
  readonly accepted: (client: Client, topic: string) => void;
  /** Topics of what has been accepted; the policies bound them. */
  readonly heard: ReadonlySet<string>;
}

export async function openGateway({ graph, stateDirectory, host, onProblem }: GatewayOptions): Promise<Gateway> {
  const authority = await openAuthority(stateDirectory);
  const endpoint = await authority.serve(host);
  const principals = readPrincipals(graph);
  const arnOf = iotArns(graph);
  const byKey = new Map(principals.map((principal) => [keyOfRequest(principal.request), principal]));
  const certificates = await issueAll();
  const files = gatewayFiles(stateDirectory);

  /** Of the connections that came through this listener. */
  const connected = new WeakMap<object, { readonly principal: Principal; measured: boolean }>();
  const heard = new Set<string>();

  const demand = (client: Client, action: string, resource: string) => {
    const session = connected.get(client.conn);
    if (session) judge(session.principal, client.id, action, resource);
  };
  const judge = (principal: Principal, clientId: string, action: string, resource: string) => {
    const context = { "iot:Connection.Thing.IsAttached": String(principal.things.includes(clientId)) };
    const verdict = evaluate(principal.statements, { action, resource: arnOf(resource), context });
    if (verdict !== "allowed") throw new Error(`${clientId} is ${verdict} ${action} on ${resource}.`);
  };

  return {
    createServer(onConnection) {
      const mutual = { ca: authority.certificate, requestCert: true, rejectUnauthorized: true } as const;
      const server = createServer({ ...endpoint, ...mutual, minVersion: "TLSv1.2" }, onConnection);
      server.on("tlsClientError", (error, { remoteAddress }) => onProblem(refusalOf(error, remoteAddress)));
      return server;
    },
    announce(port) {
      const outputs: GatewayOutputs = { iotEndpoint: `${host}:${port}`, meterCertificates: certificates };
      writeFileSync(files.outputs, `${JSON.stringify(outputs, null, 2)}\n`);
    },
    connect(client) {
      if (!(client.conn instanceof TLSSocket)) return;
      const { raw } = client.conn.getPeerCertificate();
      const principal = byKey.get(keyOfCertificate(raw));
      if (!principal) throw new Error(`${client.id} has a certificate that the program does not know.`);
      if (!principal.active) throw new Error(`${client.id} has a certificate that is retired.`);
      judge(principal, client.id, "iot:Connect", `client/${client.id}`);
      connected.set(client.conn, { principal, measured: false });
    },
    publish(client, { topic, retain }) {
      demand(client, "iot:Publish", `topic/${topic}`);
      if (retain) demand(client, "iot:RetainPublish", `topic/${topic}`);
    },
    subscribe: (client, filter) => demand(client, "iot:Subscribe", `topicfilter/${filter}`),
    accepted(client, topic) {
      const session = connected.get(client.conn);
      if (!session) return;
      heard.add(topic);
      // Its birth tells that it is there; a measurement tells that it works.
      if (session.measured || topic === `${client.id}/online`) return;
      session.measured = true;
      noteSession(files.sessions(client.id), topic);
    },
    heard,
  };

  /** PEM by thing and stage. */
  async function issueAll(): Promise<GatewayOutputs["meterCertificates"]> {
    const issued: GatewayOutputs["meterCertificates"] = {};
    for (const { request, active, things } of principals) {
      const pem = await authority.issue(request);
      for (const thing of things) {
        // The program registers a thing's certificates in the order of their stages.
        const inUse = issued[thing]?.current === undefined ? "current" : "next";
        issued[thing] = { ...issued[thing], [active ? inUse : "retired"]: pem };
      }
    }
    return issued;
  }
}

/** Counts on from the earlier starts: who waits for a new session compares with what the file said before. */
function noteSession(path: string, topic: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const earlier = existsSync(path) ? clientSessions.safeParse(parsed(readFileSync(path, "utf8"))).data : undefined;
  writeFileSync(path, JSON.stringify({ sessions: (earlier?.sessions ?? 0) + 1, topic }));
}

/** A file that was cut tells nothing. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const hashOf = (publicKey: ArrayBuffer | Buffer): string =>
  createHash("sha256").update(new Uint8Array(publicKey)).digest("hex");

const keyOfRequest = (pem: string): string => hashOf(new Pkcs10CertificateRequest(pem).publicKey.rawData);

const keyOfCertificate = (der: Buffer): string =>
  hashOf(new X509Certificate(der).publicKey.export({ type: "spki", format: "der" }));

/** OpenSSL tells several reasons, a line each: `<thread>:error:<code>:<library>:<function>:<reason>:<its own file and line>`. */
function refusalOf({ message }: Error, address: string | undefined): string {
  const lines = message.split("\n").filter((line) => line.includes(":error:"));
  const reasons = lines.map((line) => line.split(":").slice(4, 6).join(": "));
  const from = address === undefined ? "" : ` at ${address}`;
  return `A client${from} was turned away: ${reasons.join(", ") || message}. npm run provision -- <meter> --local gives a meter the certificate that is let in.`;
}
