/** What a bridge and the meters behind it are given: routes, rights and settings, for both generations. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { CarriedMeter } from "../../components/aws/meter-gateway-things";
import { lanSettings } from "../../tools/provision/lan-meters";
import { accessFile, joinerAccess, makePassword, mosquittoConf, usersFile } from "../../tools/provision/mosquitto";

const gen1: CarriedMeter = { id: "shellyem-A", generation: "gen1", rule: "wattlake_prod_gen1" };
const gen2: CarriedMeter = { id: "shellyemg3:B", generation: "gen2", rule: "wattlake_prod_gen2" };
const bridge = { host: "192.168.1.10", port: 1883 };

const conf = (carries: readonly CarriedMeter[], outageDays = 3) =>
  mosquittoConf({
    thing: "wattlake-prod-home-bridge",
    ...{ carries, listen: bridge, uplink: { host: "a1-ats.iot.eu-central-1.amazonaws.com", port: 8883 } },
    ...{ folder: "/var/lib/bridge", outageDays },
  });
const options = (text: string) => text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));

test("a route is what is read of a meter's measurements, to the rule of its generation", () => {
  expect(options(conf([gen1, gen2])).filter((line) => line.startsWith("topic "))).toEqual([
    ...["power", "reactive_power", "voltage", "current", "pf", "total", "total_returned"].map(
      (metric) => `topic shellies/shellyem-A/emeter/+/${metric} out 1 "" $aws/rules/wattlake_prod_gen1/`,
    ),
    'topic shellyemg3:B/events/rpc out 1 "" $aws/rules/wattlake_prod_gen2/',
  ]);
});

test("where a program joins mosquitto connects to nothing, hands over all at once, and lets the program hear what it carries", () => {
  const text = mosquittoConf({
    ...{
      thing: "wattlake-prod-home-bridge",
      carries: [gen1],
      joins: true,
      listen: bridge,
      folder: "/f",
      outageDays: 3,
    },
    uplink: { host: "a1-ats.iot.eu-central-1.amazonaws.com", port: 8883 },
  });
  expect(text).not.toMatch(/amazonaws|^connection|^topic/m);
  expect(options(text)).toEqual(
    expect.arrayContaining(["max_inflight_messages 60000", "max_queued_messages 146880", "allow_anonymous false"]),
  );
  expect(options(joinerAccess("wattlake-prod-home-bridge", [gen1, gen2]))).toEqual([
    "user wattlake-prod-home-bridge",
    ...["power", "reactive_power", "voltage", "current", "pf", "total", "total_returned"].map(
      (metric) => `topic read shellies/shellyem-A/emeter/+/${metric}`,
    ),
    "topic read shellyemg3:B/events/rpc",
  ]);
});

test("the queue grows with the meters and the outage it is to survive", () => {
  const queued = (...args: Parameters<typeof conf>) =>
    options(conf(...args)).find((line) => line.startsWith("max_queued_messages"));
  expect(queued([gen1])).toBe("max_queued_messages 146880");
  expect(queued([gen1, gen1], 1)).toBe("max_queued_messages 97920");
  expect(queued([gen2], 0.5)).toBe("max_queued_messages 8640");
});

test("nothing in the clear leaves the house: TLS with the bridge's certificate, checked endpoint, anonymous nobody", () => {
  expect(options(conf([gen1]))).toEqual(
    expect.arrayContaining([
      "listener 1883 192.168.1.10",
      "allow_anonymous false",
      "address a1-ats.iot.eu-central-1.amazonaws.com:8883",
      "bridge_certfile /var/lib/bridge/certificate.pem",
      "bridge_insecure false",
      "remote_clientid wattlake-prod-home-bridge",
    ]),
  );
});

test("a meter has its own user, who may touch its own topics", () => {
  expect(accessFile([gen1, gen2])).toBe(
    "user shellyem-A\ntopic readwrite shellies/shellyem-A/#\ntopic write shellies/announce\ntopic read shellies/command\n" +
      "\nuser shellyemg3_B\ntopic readwrite shellyemg3:B/#\n",
  );
  const users = usersFile(new Map([["shellyemg3:B", "secret"]]));
  expect(users).toMatch(/^shellyemg3_B:\$7\$10000\$[A-Za-z0-9+/=]{16}\$[A-Za-z0-9+/=]{88}\n$/);
  expect(users).not.toContain("secret");
  expect(makePassword()).toMatch(/^[A-Za-z0-9_-]{24}$/);
});

describe("the settings", () => {
  test("are shown without the password, which only the curl file holds", () => {
    for (const meter of [gen1, gen2]) {
      const { shown, curlFile } = lanSettings(meter, bridge, "pass-word");
      expect(shown.join(" ")).not.toContain("pass-word");
      expect(curlFile).toContain("pass-word");
    }
  });

  const curl = promisify(execFile);
  const hasCurl = curl("curl", ["--version"]).then(
    () => true,
    () => false,
  );

  /** What a meter gets of the printed command; undefined where curl is missing. */
  async function sentByCurl(meter: CarriedMeter) {
    if (!(await hasCurl)) return undefined;
    const folder = mkdtempSync(join(tmpdir(), "wattlake-curl-"));
    const { curlFile, path } = lanSettings(meter, bridge, "pass-word");
    writeFileSync(join(folder, "meter.curl"), curlFile);
    const requests: { method: string; url: URL; body: string }[] = [];
    const server = createServer(async (incoming, outgoing) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
      const url = new URL(incoming.url ?? "", "http://meter");
      requests.push({ method: incoming.method ?? "", url, body: Buffer.concat(chunks).toString() });
      outgoing.setHeader("connection", "close").end("{}");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    await curl("curl", ["--silent", "--config", join(folder, "meter.curl"), `http://127.0.0.1:${address.port}${path}`]);
    server.close();
    rmSync(folder, { recursive: true });
    return requests[0];
  }

  test("reach a Gen1 meter as the query that its firmware knows (where there is curl)", async () => {
    const sent = await sentByCurl(gen1);
    if (!sent) return console.warn("not checked: there is no curl here");
    expect([sent.method, sent.url.pathname]).toEqual(["GET", "/settings"]);
    expect(Object.fromEntries(sent.url.searchParams)).toEqual({
      mqtt_enable: "true",
      mqtt_server: "192.168.1.10:1883",
      mqtt_id: "shellyem-A",
      mqtt_user: "shellyem-A",
      mqtt_pass: "pass-word",
      mqtt_max_qos: "1",
      mqtt_retain: "false",
      mqtt_clean_session: "true",
      mqtt_keep_alive: "60",
      mqtt_update_period: "30",
      mqtt_reconnect_timeout_min: "2",
      mqtt_reconnect_timeout_max: "60",
    });
  });

  test("reach a Gen2+ meter as its RPC, without TLS and without remote control (where there is curl)", async () => {
    const sent = await sentByCurl(gen2);
    if (!sent) return console.warn("not checked: there is no curl here");
    expect([sent.method, sent.url.pathname]).toEqual(["POST", "/rpc/Mqtt.SetConfig"]);
    expect(JSON.parse(sent.body).config).toMatchObject({
      ...{ server: "192.168.1.10:1883", user: "shellyemg3_B", pass: "pass-word", ssl_ca: null, use_client_cert: false },
      ...{ topic_prefix: "shellyemg3:B", rpc_ntf: true, enable_rpc: false, enable_control: false },
    });
  });
});
