/**
 * The files of a bridge: mosquitto takes the meters' messages in the clear on the local network, keeps them while the
 * uplink is down, and forwards them over mutual TLS as Basic Ingest. See mosquitto.conf(5); tried with 2.0.11.
 */
import { pbkdf2Sync, randomBytes } from "node:crypto";
import { basicIngestPrefix, type CarriedMeter, measurementFilters } from "../../components/aws/meter-gateway-things";

export interface BridgeSettings {
  /** Name of the bridge's thing. */
  readonly thing: string;
  readonly carries: readonly CarriedMeter[];
  /** Whether `npm run bridge` carries the messages on, in the place of mosquitto itself. */
  readonly joins?: true | undefined;
  /** Where the meters connect, on the local network. */
  readonly listen: HostAndPort;
  /** IoT Core. */
  readonly uplink: HostAndPort;
  /** Where the files will lie on the bridge's machine; absolute. */
  readonly folder: string;
  /** How long an outage of the uplink may last before messages are dropped, d. */
  readonly outageDays: number;
}

export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** At most, by what the meters are known to send: 17 topics every 30 s, or a dozen notifications a minute. */
const messagesPerDay = { gen1: 48_960, gen2: 17_280 } as const;

/** Names of the files beside `mosquitto.conf`. */
export const bridgeFiles = {
  users: "users",
  access: "access",
  ca: "ca.pem",
  certificate: "certificate.pem",
  key: "key.pem",
  queue: "queue",
} as const;

export function mosquittoConf(settings: BridgeSettings): string {
  const { thing, carries, joins, listen, folder, outageDays } = settings;
  const at = (file: string) => `${folder}/${file}`;
  const queued = Math.ceil(carries.reduce((sum, { generation }) => sum + messagesPerDay[generation], 0) * outageDays);
  return `# The bridge ${thing}: carries ${carries.map(({ id }) => id).join(", ")} to AWS IoT Core.
# Written by \`npm run provision -- bridge\`; a change here is lost when that runs again.

# The local network, in the clear: Gen1 meters know no TLS. Every meter has its own user, who writes its own topics.
listener ${listen.port} ${listen.host}
allow_anonymous false
password_file ${at(bridgeFiles.users)}
acl_file ${at(bridgeFiles.access)}
log_dest stderr
log_type error
log_type warning
log_type notice
log_type information

# Store and forward: ${outageDays} d of messages, on disk every minute and when mosquitto stops.
persistence true
persistence_location ${at(bridgeFiles.queue)}/
autosave_interval 60
max_queued_messages ${queued}
# A meter that publishes with QoS 0 is queued and acknowledged like one with QoS 1.
queue_qos0_messages true
upgrade_outgoing_qos true
${joins ? handOver : uplinkOf(settings)}`;
}

/** The bridge program is handed every message at once, and says itself which it has delivered. */
const handOver = `# \`npm run bridge\` is handed all that it has not delivered, so that it knows when each message came; packet ids end at 65535.
max_inflight_messages 60000
set_tcp_nodelay true
`;

function uplinkOf({ thing, carries, uplink, folder }: BridgeSettings): string {
  const at = (file: string) => `${folder}/${file}`;
  const routes = carries.flatMap((meter) =>
    measurementFilters(meter).map((filter) => `topic ${filter} out 1 "" ${basicIngestPrefix(meter)}`),
  );
  return `# One by one: in order, and after an outage below the 100 messages a second that a connection to IoT Core may send.
max_inflight_messages 1
set_tcp_nodelay true

connection uplink
address ${uplink.host}:${uplink.port}
bridge_cafile ${at(bridgeFiles.ca)}
bridge_certfile ${at(bridgeFiles.certificate)}
bridge_keyfile ${at(bridgeFiles.key)}
bridge_insecure false
bridge_protocol_version mqttv311
# IoT Core lets the certificate connect under the thing's name only.
remote_clientid ${thing}
local_clientid ${thing}.local
# Keeps the queue through a restart: mosquitto 2.0 saves that of a persistent session only, whatever
# local_cleansession says. IoT Core has nothing to keep for the bridge, which subscribes to nothing there.
cleansession false
start_type automatic
restart_timeout 2 30
keepalive_interval 60
# What IoT Core answers by closing the connection: the bridge flag, $SYS messages, UNSUBSCRIBE, RETAIN without a grant.
try_private false
notifications false
bridge_attempt_unsubscribe false
bridge_outgoing_retain false

# Basic Ingest: straight to the topic rule, and only the measurements of the meters that the policy names.
${routes.join("\n")}
`;
}

/** The name a meter signs in with; mosquitto ends a name at a colon. */
export const userOf = (meter: string): string => meter.replaceAll(":", "_");

/** Password file: PBKDF2-HMAC-SHA512, mosquitto's own format. */
export function usersFile(passwords: ReadonlyMap<string, string>): string {
  return [...passwords].map(([meter, password]) => `${userOf(meter)}:${hashOf(password)}\n`).join("");
}

/** Access list: a meter writes its topics, and may listen where its firmware does; nobody is let write there but itself. */
export function accessFile(carries: readonly CarriedMeter[]): string {
  return carries
    .map(({ id, generation }) => {
      const own = generation === "gen1" ? `shellies/${id}/#` : `${id}/#`;
      const shared = generation === "gen1" ? "topic write shellies/announce\ntopic read shellies/command\n" : "";
      return `user ${userOf(id)}\ntopic readwrite ${own}\n${shared}`;
    })
    .join("\n");
}

/** Of the program that joins: it listens to what it carries, and writes nothing. */
export const joinerAccess = (thing: string, carries: readonly CarriedMeter[]): string =>
  `\nuser ${userOf(thing)}\n${carries
    .flatMap(measurementFilters)
    .map((filter) => `topic read ${filter}\n`)
    .join("")}`;

/** Random, and of characters that no URL, shell or settings page changes. */
export const makePassword = (): string => randomBytes(18).toString("base64url");

function hashOf(password: string): string {
  const iterations = 10_000;
  const salt = randomBytes(12);
  const hash = pbkdf2Sync(password, salt, iterations, 64, "sha512");
  return ["", "7", iterations, salt.toString("base64"), hash.toString("base64")].join("$");
}
