/**
 * A real mosquitto with the generated configuration between a Gen1 meter and the local cloud: what the meter was told is
 * taken arrives, whole and in order, through an outage of the uplink and a restart.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MqttClient } from "mqtt";
import { z } from "zod";
import { makeShellyParser } from "../../functions/readings/shelly";
import type { DeliveryStream } from "../../local/aws/firehose";
import { createIdentities } from "../../local/aws/iam/identity";
import { createTopicRules } from "../../local/aws/iot/rules/rules";
import { readCapture, type TimedMessage } from "../../local/messages/capture";
import type { Graph } from "../../local/program/graph";
import { readArguments } from "../../tools/provision/arguments";
import { provision } from "../../tools/provision/provision";
import { connectTo, type Home, openHome } from "../local/aws/iot/home";
import { needing, sharedData } from "../needs";
import { freePort, handOver, type Mosquitto, mosquittoPath, startMosquitto } from "./mosquitto";

const captureFolder = join(__dirname, "..", "..", "..", "shared", "data", "home-capture");
const mosquitto = { what: "mosquitto (apt-get install mosquitto)", isPresent: mosquittoPath !== undefined };
const { describe: describeBridge } = needing(mosquitto, sharedData("home-capture"));

const meter = "shellyem-5B1F0A";
const bridge = "wattlake-dev-london-bridge";
const prefix = "$aws/rules/wattlake_dev_gen1/";

describeBridge("a mosquitto bridge", () => {
  let capture: readonly TimedMessage[];
  let home: Home;
  /** Where the bridge's files lie on "its machine". */
  let folder: string;
  let port: number;
  let mosquitto: Mosquitto;
  let client: MqttClient;
  /** Lines that the topic rule delivered. */
  const lines: string[] = [];

  beforeAll(async () => {
    capture = await readCapture(captureFolder);
    home = await openHome((graph) => recordingRules(graph, lines));
    folder = mkdtempSync(join(tmpdir(), "wattlake-bridge-"));
    port = await freePort();
    const printed = await runProvision("--at", folder);
    expect(printed).toContain(`The bridge ${bridge} of the site london is ready`);
    cpSync(join(home.directory, "keys", bridge, "mosquitto"), folder, { recursive: true });
    handOver(folder);
    mosquitto = await startMosquitto(join(folder, "mosquitto.conf"));
    client = await connectMeter();
  });

  beforeEach(() => {
    home.accepted.length = 0;
    lines.length = 0;
  });

  afterAll(async () => {
    await client.endAsync(true);
    await mosquitto.stop();
    await home.close();
    rmSync(folder, { recursive: true });
  });

  async function runProvision(...options: string[]): Promise<string> {
    const printed: string[] = [];
    const words = ["bridge", "--site", "london", "--local", "--state", "state", "--listen", `127.0.0.1:${port}`];
    await provision(readArguments([...words, ...options]), {
      directory: home.directory,
      print: (line) => void printed.push(line),
      pace: { now: () => 0, wait: async () => undefined },
      password: undefined,
    });
    return printed.join("\n");
  }

  function connectMeter(): Promise<MqttClient> {
    const passwords = z
      .record(z.string(), z.string())
      .parse(JSON.parse(readFileSync(join(home.directory, "keys", bridge, "passwords.json"), "utf8")));
    const password = passwords[meter] ?? "";
    return connectTo(`mqtt://127.0.0.1:${port}`, { clientId: meter, username: meter, password });
  }

  /** As a Gen1 meter with `mqtt_max_qos=1`: resolves when mosquitto has acknowledged every message. */
  const publish = async (messages: readonly TimedMessage[]) => {
    await Promise.all(messages.map(({ topic, payload }) => client.publishAsync(topic, payload, { qos: 1 })));
  };

  /** Resolves with what had arrived when everything sent before has passed mosquitto: it forwards in order. */
  async function settled() {
    const topic = `shellies/${meter}/emeter/0/current`;
    const number = String(++settlings);
    await client.publishAsync(topic, number, { qos: 1 });
    await home.until(() => home.accepted.at(-1)?.topic === prefix + topic && home.accepted.at(-1)?.payload === number);
    return home.accepted.splice(0).filter((each) => each.topic !== prefix + topic);
  }
  let settlings = 0;

  const sent = (messages: readonly TimedMessage[]) => messages.map(({ topic, payload }) => `${topic} ${payload}`);
  /** The same of what arrived. */
  const received = (accepted: Home["accepted"]) =>
    accepted.map(({ topic, payload }) => `${topic.replace(prefix, "")} ${payload}`);
  /** A message under way when a connection broke may come twice, one after the other. */
  const withoutRepeats = (texts: string[], original: readonly string[]) => {
    let at = 0;
    return texts.filter((text) => {
      if (text === original[at]) return ++at > 0;
      return text !== original[at - 1];
    });
  };

  test("the whole capture arrives, in order and once, and every message is a measurement", async () => {
    expect(capture).toHaveLength(39_432);
    await publish(capture);
    await home.until(() => home.accepted.length === capture.length);
    expect(received(home.accepted)).toEqual(sent(capture));
    expect(new Set(home.accepted.map(({ clientId }) => clientId))).toEqual(new Set([bridge]));
    const parse = makeShellyParser();
    const values = lines.map((line) => {
      const parsed = parse(line);
      return parsed.outcome === "measured" ? parsed.measurements[0]?.values[0] : parsed;
    });
    expect(values).toEqual(capture.map(({ payload }) => Number(payload)));
  });

  test("an outage of the uplink loses nothing", async () => {
    const day = capture.slice(0, 10_608);
    const before = publish(day.slice(0, 3000));
    // In the middle of the stream.
    await home.until(() => home.accepted.length === 1000);
    await home.cut();
    await before;
    await publish(day.slice(3000));
    expect(home.accepted.length).toBeLessThan(3000);
    await home.restore();
    expect(withoutRepeats(received(await settled()), sent(day))).toEqual(sent(day));
  });

  test("a meter that sends with QoS 0 loses nothing in an outage either", async () => {
    const some = capture.slice(0, 800);
    await home.cut();
    for (const { topic, payload } of some) await client.publishAsync(topic, payload, { qos: 0 });
    await home.restore();
    expect(received(await settled())).toEqual(sent(some));
  });

  test("a restart of mosquitto in an outage loses nothing that it had acknowledged", async () => {
    const day = capture.slice(10_608, 10_608 + 6736);
    await home.cut();
    await publish(day);
    await client.endAsync(true);
    await mosquitto.stop();
    mosquitto = await startMosquitto(join(folder, "mosquitto.conf"));
    client = await connectMeter();
    await home.restore();
    expect(withoutRepeats(received(await settled()), sent(day))).toEqual(sent(day));
  });

  test("only measurements of the site's meters leave the house, and only signed-in meters may speak", async () => {
    await client.publishAsync(`shellies/${meter}/relay/0`, "off", { qos: 1 });
    // mosquitto acknowledges what its access list drops.
    await client.publishAsync("shellies/shellyem-A4CF12F3B2/emeter/0/power", "1", { qos: 1 });
    expect(await settled()).toEqual([]);
    const stranger = connectTo(`mqtt://127.0.0.1:${port}`, { clientId: "stranger" });
    await expect(stranger).rejects.toThrow("Not authorized");
    const wrong = connectTo(`mqtt://127.0.0.1:${port}`, { clientId: "wrong", username: meter, password: "guess" });
    await expect(wrong).rejects.toThrow("Not authorized");
  });

  test("IoT Core finds nothing to refuse, and the private files are the owner's alone", async () => {
    expect(home.problems).toEqual([]);
    expect(mosquitto.log()).not.toMatch(/warning|unknown configuration|deprecated|world readable/i);
    for (const file of ["key.pem", "users", "access", "mosquitto.conf"])
      expect([file, statSync(join(folder, file)).mode & 0o077]).toEqual([file, 0]);
  });
});

/** The program's own topic rules; what they deliver to Firehose is kept. */
function recordingRules(graph: Graph, lines: string[]) {
  const streams = graph.all("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", z.unknown()).map(
    ({ physicalName: name, arn = "" }): DeliveryStream => ({
      ...{ name, arn, flush: async () => undefined, close: () => undefined },
      async put(record) {
        lines.push(record.toString().trimEnd());
      },
    }),
  );
  return createTopicRules({
    ...{ graph, identities: createIdentities(graph), streams, s3Endpoint: "http://127.0.0.1:9" },
    onProblem: (problem) => {
      throw new Error(problem);
    },
  });
}
