/**
 * The settings of the meters behind a bridge, as curl files: `curl --config <file> http://<meter>/settings`.
 *
 * Gen1: shelly-api-docs.shelly.cloud/gen1 (Settings, MQTT). Gen2+: the same over its RPC, in the clear, to the bridge.
 */
import type { CarriedMeter } from "../../components/aws/meter-gateway-things";
import { mqttConfig } from "./meter-calls";
import { type HostAndPort, userOf } from "./mosquitto";

export interface LanSettings {
  /** Path and query-free part of the URL to call at the meter. */
  readonly path: string;
  /** Text of the curl file; holds the password. */
  readonly curlFile: string;
  /** The settings to show, without the password. */
  readonly shown: readonly string[];
  /** What restarts the meter, which settings need to take effect. */
  readonly restart: string;
  /** What tells whether it has connected. */
  readonly check: string;
}

export function lanSettings(meter: CarriedMeter, bridge: HostAndPort, password: string): LanSettings {
  return meter.generation === "gen1" ? gen1Settings(meter, bridge, password) : gen2Settings(meter, bridge, password);
}

function gen1Settings({ id }: CarriedMeter, { host, port }: HostAndPort, password: string): LanSettings {
  const settings = {
    mqtt_enable: "true",
    mqtt_server: `${host}:${port}`,
    mqtt_id: id,
    mqtt_user: userOf(id),
    // Acknowledged by the bridge, and sent again where it was not.
    mqtt_max_qos: "1",
    // A retained message is sent again at every reconnection of the bridge.
    mqtt_retain: "false",
    mqtt_clean_session: "true",
    mqtt_keep_alive: "60",
    mqtt_update_period: "30",
    mqtt_reconnect_timeout_min: "2",
    mqtt_reconnect_timeout_max: "60",
  };
  const all = Object.entries({ ...settings, mqtt_pass: password });
  return {
    path: "/settings",
    curlFile: `get\n${all.map(([name, value]) => `data-urlencode = "${name}=${value}"\n`).join("")}`,
    shown: Object.entries(settings).map(([name, value]) => `${name}=${value}`),
    restart: "/reboot",
    check: '/status  shows "mqtt":{"connected":true}',
  };
}

function gen2Settings({ id }: CarriedMeter, { host, port }: HostAndPort, password: string): LanSettings {
  const config = { ...mqttConfig(id, `${host}:${port}`), user: userOf(id), ssl_ca: null, use_client_cert: false };
  const body = JSON.stringify({ config: { ...config, pass: password } });
  return {
    path: "/rpc/Mqtt.SetConfig",
    curlFile: `data = ${JSON.stringify(body)}\n`,
    shown: Object.entries(config).map(([name, value]) => `${name}=${value}`),
    restart: "/rpc/Shelly.Reboot",
    check: '/rpc/Mqtt.GetStatus  shows "connected":true',
  };
}
