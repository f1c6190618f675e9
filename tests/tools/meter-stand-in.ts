/**
 * A Gen2+ meter as `npm run provision` sees it: its RPC over HTTP with digest authentication, files that are appended to,
 * settings that count after a restart, and then the MQTT client that they describe.
 *
 * Written from shelly-api-docs.shelly.cloud/gen2 (Shelly, MQTT, Authentication); it subscribes where the firmware does.
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { connect, type MqttClient } from "mqtt";
import { z } from "zod";

export interface StandInOptions {
  readonly id: string;
  readonly firmware?: string;
  readonly generation?: number;
  readonly profile?: string;
  readonly password?: string;
  /** The meter's clock, s; null while it has reached no time server. */
  readonly unixtime?: number | null;
  /** Fails the call of this method once. */
  readonly failOnce?: string;
}

export interface MeterStandIn {
  readonly url: string;
  /** Methods that were called and let in, in order. */
  readonly calls: string[];
  /** What is in force since the last restart. */
  readonly settings: () => {
    readonly ca: string;
    readonly cert: string;
    readonly key: string;
    readonly config: unknown;
  };
  readonly close: () => Promise<void>;
}

const request = z.object({ id: z.number(), method: z.string(), params: z.looseObject({}).default({}) });
const file = z.object({ data: z.string().max(1024), append: z.boolean() });
const mqttConfig = z.looseObject({
  enable: z.boolean(),
  server: z.string(),
  client_id: z.string(),
  topic_prefix: z.string(),
  ssl_ca: z.literal("user_ca.pem"),
  use_client_cert: z.literal(true),
  rpc_ntf: z.boolean(),
  enable_rpc: z.boolean(),
  enable_control: z.boolean(),
});

export async function startMeter(options: StandInOptions): Promise<MeterStandIn> {
  const { id, firmware = "1.7.1", generation = 3, profile, password, unixtime = 1_750_000_000 } = options;
  const calls: string[] = [];
  const files = { ca: "", cert: "", key: "" };
  let pending: z.infer<typeof mqttConfig> | undefined;
  let inForce: unknown;
  let client: MqttClient | undefined;
  let toFail = options.failOnce;

  const put = (name: keyof typeof files, params: unknown) => {
    const { data, append } = file.parse(params);
    files[name] = append ? files[name] + data : data;
    return { len: files[name].length };
  };

  const restart = () => {
    client?.end(true);
    inForce = pending;
    if (!pending?.enable) return;
    const { server, client_id: clientId, topic_prefix: prefix, enable_rpc, enable_control } = pending;
    const online = { topic: `${prefix}/online`, qos: 1, retain: true } as const;
    const opened = connect(`mqtts://${server}`, {
      ...{ clientId, ...files, reconnectPeriod: 20, clean: true },
      will: { ...online, payload: Buffer.from("false") },
    });
    client = opened;
    opened.on("error", () => undefined);
    opened.on("connect", () => {
      opened.publish(online.topic, "true", online);
      if (enable_rpc) opened.subscribe(`${prefix}/rpc`, { qos: 1 });
      if (enable_control) opened.subscribe(`${prefix}/command`, { qos: 1 });
      const params = { ts: unixtime, "em1:0": { id: 0, act_power: 12.5 } };
      opened.publish(`${prefix}/events/rpc`, JSON.stringify({ src: id, method: "NotifyStatus", params }), { qos: 1 });
    });
  };

  const methods: Record<string, (params: unknown) => unknown> = {
    "Shelly.GetDeviceInfo": () => ({
      ...{ id, mac: id.slice(-12).toUpperCase(), gen: generation, ver: firmware, app: "X" },
      ...(profile && { profile }),
    }),
    "Sys.GetStatus": () => ({ unixtime, uptime: 5 }),
    "Shelly.PutUserCA": (params) => put("ca", params),
    "Shelly.PutTLSClientCert": (params) => put("cert", params),
    "Shelly.PutTLSClientKey": (params) => put("key", params),
    "Mqtt.SetConfig": (params) => {
      pending = mqttConfig.parse(z.object({ config: z.unknown() }).parse(params).config);
      return { restart_required: true };
    },
    "Mqtt.GetStatus": () => ({ connected: client?.connected === true }),
    "Shelly.Reboot": () => {
      restart();
      return null;
    },
  };

  const answer = (body: string) => {
    const { id: number, method, params } = request.parse(JSON.parse(body));
    calls.push(method);
    const known = methods[method];
    if (!known) return { id: number, error: { code: 404, message: `No handler for ${method}` } };
    if (toFail === method) {
      toFail = undefined;
      return { id: number, error: { code: -114, message: "Resource unavailable" } };
    }
    return { id: number, src: id, result: known(params) };
  };

  const server = createServer(async (incoming, outgoing) => {
    const body = await textOf(incoming);
    const nonce = "65a1";
    outgoing.setHeader("connection", "close");
    const open = body.includes('"Shelly.GetDeviceInfo"');
    if (password !== undefined && !open && !isAuthorized(incoming, id, password, nonce)) {
      const challenge = `Digest qop="auth", realm="${id}", nonce="${nonce}", algorithm=SHA-256`;
      return void outgoing.writeHead(401, { "www-authenticate": challenge }).end();
    }
    outgoing.end(JSON.stringify(answer(body)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    calls,
    settings: () => ({ ...files, config: inForce }),
    async close() {
      await client?.endAsync(true);
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** RFC 7616 with SHA-256 and `qop=auth`, for the user `admin`. */
function isAuthorized({ headers, url, method }: IncomingMessage, realm: string, password: string, nonce: string) {
  const fields = [...(headers.authorization ?? "").matchAll(/(\w+)="?([^",]+)"?/g)];
  const given = new Map(fields.map(([, name, value]) => [name, value]));
  const ha1 = sha256(`admin:${realm}:${password}`);
  const ha2 = sha256(`${method}:${url}`);
  const expected = [ha1, nonce, given.get("nc"), given.get("cnonce"), "auth", ha2].join(":");
  return given.get("response") === sha256(expected) && given.get("nonce") === nonce && given.get("uri") === url;
}
