/**
 * The RPC calls that connect a Gen2+ meter to IoT Core: its authority, certificate and key, then the MQTT settings.
 *
 * shelly-api-docs.shelly.cloud/gen2: Shelly.PutUserCA, PutTLSClientCert, PutTLSClientKey, MQTT.
 */

export interface RpcCall {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface MeterCredentials {
  /** `host:port` of IoT Core. */
  readonly server: string;
  /** PEM. */
  readonly authorities: string;
  readonly certificate: string;
  readonly key: string;
}

/** Characters a call may carry of a file; the rest is appended by further calls. */
const chunkLength = 1024;

/** In the order in which they are to be made. Made twice they do no harm: the first call of a file starts it anew. */
export function meterCalls(thing: string, { server, authorities, certificate, key }: MeterCredentials): RpcCall[] {
  return [
    ...upload("Shelly.PutUserCA", authorities),
    ...upload("Shelly.PutTLSClientCert", certificate),
    ...upload("Shelly.PutTLSClientKey", key),
    { method: "Mqtt.SetConfig", params: { config: mqttConfig(thing, server) } },
    { method: "Shelly.Reboot", params: {} },
  ];
}

/** Notifications out, nothing in: whoever may publish to an MQTT meter's RPC topic controls its relay. */
export function mqttConfig(thing: string, server: string) {
  return {
    enable: true,
    server,
    client_id: thing,
    topic_prefix: thing,
    user: null,
    ssl_ca: "user_ca.pem",
    use_client_cert: true,
    rpc_ntf: true,
    status_ntf: false,
    enable_rpc: false,
    enable_control: false,
  };
}

/** A file, cut at line ends. */
function upload(method: string, pem: string): RpcCall[] {
  const chunks = [""];
  for (const line of pem
    .trim()
    .split("\n")
    .map((each) => `${each}\n`)) {
    const last = chunks.length - 1;
    if (`${chunks[last]}${line}`.length <= chunkLength) chunks[last] += line;
    else chunks.push(line);
  }
  return chunks.map((data, index) => ({ method, params: { data, append: index > 0 } }));
}
