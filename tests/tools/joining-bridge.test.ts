/** `npm run bridge`, with a real mosquitto: what the meters said arrives joined, in order, and through every interruption. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MqttClient } from "mqtt";
import { z } from "zod";
import { makeUnfold } from "../../functions/readings/joined";
import { startBridge } from "../../tools/bridge/bridge";
import { readSettings } from "../../tools/bridge/settings";
import { readArguments } from "../../tools/provision/arguments";
import { provision } from "../../tools/provision/provision";
import { connectTo, type Home, openHome } from "../local/aws/iot/home";
import { needing } from "../needs";
import { freePort, handOver, type Mosquitto, mosquittoPath, startMosquitto } from "./mosquitto";

const { describe: describeBridge } = needing({
  what: "mosquitto (apt-get install mosquitto)",
  isPresent: mosquittoPath !== undefined,
});
const meter = "shellyem-5B1F0A";
const thing = "wattlake-dev-london-bridge";
const unfold = makeUnfold();

describeBridge("a bridge that joins", () => {
  let home: Home;
  let folder: string;
  let mosquitto: Mosquitto;
  let client: MqttClient;
  let port: number;
  let sent = 0;
  /** The bridge's clock: it goes on by itself, and a test may set it. */
  let wall = Date.UTC(2025, 5, 1);
  const told: Readonly<Record<string, unknown>>[] = [];
  const watchers = new Set<() => void>();
  const tell = (record: Readonly<Record<string, unknown>>) => {
    told.push(record);
    for (const watcher of watchers) watcher();
  };
  const running: { stop(): Promise<unknown> }[] = [];

  beforeAll(async () => {
    home = await openHome(undefined, "wattlake:gateway:", "  bridge: joining");
    folder = mkdtempSync(join(tmpdir(), "wattlake-joining-"));
    port = await freePort();
    const words = ["bridge", "--site", "london", "--local", "--state", "state", "--listen", `127.0.0.1:${port}`];
    await provision(readArguments([...words, "--at", folder]), {
      ...{ directory: home.directory, print: () => undefined, password: undefined },
      pace: { now: () => 0, wait: async () => undefined },
    });
    cpSync(join(home.directory, "keys", thing, "mosquitto"), folder, { recursive: true });
    handOver(folder);
    mosquitto = await startMosquitto(join(folder, "mosquitto.conf"));
    client = await connectMeter();
  });
  beforeEach(() => void home.accepted.splice(0));
  afterEach(async () => {
    await Promise.all(running.splice(0).map((each) => each.stop()));
  });
  afterAll(async () => {
    await client.endAsync(true);
    await mosquitto.stop();
    await home.close();
    rmSync(folder, { recursive: true });
  });

  function connectMeter(): Promise<MqttClient> {
    const file = readFileSync(join(home.directory, "keys", thing, "passwords.json"), "utf8");
    const password = z.record(z.string(), z.string()).parse(JSON.parse(file))[meter] ?? "";
    return connectTo(`mqtt://127.0.0.1:${port}`, { clientId: meter, username: meter, password });
  }

  /** Resolves when mosquitto knows it: from then on it keeps what the meter says. */
  async function start(maxBytes = 120_000) {
    const before = told.length;
    const bridge = startBridge({
      ...{ settings: readSettings(folder), folder, reportMs: 3_600_000 },
      limits: { quietMs: 40, longestMs: 400, maxBytes },
      clock: { now: () => wall, steady: () => wall + performance.now() },
      tell,
      pauseMs: { shortest: 20, longest: 40 },
    });
    running.push(bridge);
    await new Promise<void>((resolve) => {
      watchers.add(() => told.slice(before).some(({ connected }) => connected === "mosquitto") && resolve());
    });
    watchers.clear();
    return bridge;
  }

  /** A report of the meter, each value told once in all; resolves when mosquitto has acknowledged it. */
  async function report(count = 12): Promise<string[]> {
    const values = Array.from({ length: count }, () => String(++sent));
    const metrics = ["power", "reactive_power", "voltage", "pf", "total", "total_returned"];
    await Promise.all(
      values.map((value, index) =>
        client.publishAsync(`shellies/${meter}/emeter/${index % 2}/${metrics[index % 6]}`, value, { qos: 1 }),
      ),
    );
    return values;
  }

  const payload = z.object({
    messages: z.array(z.object({ at_ms: z.number(), topic: z.string(), payload: z.string() })),
  });
  const arrived = () => home.accepted.flatMap((each) => payload.parse(JSON.parse(each.payload)).messages);
  const values = () => arrived().map((message) => message.payload);
  /** What came of these and of what was sent after them, once each: of the test before something may come again. */
  const since = (all: readonly string[]) => [...new Set(values())].filter((value) => Number(value) >= Number(all[0]));
  const timesOf = (all: readonly string[]) =>
    new Set(arrived().flatMap(({ payload: value, at_ms }) => (all.includes(value) ? at_ms : [])));
  const untilArrived = (value: string | undefined) => home.until(() => values().includes(value ?? ""));

  test("a report is one message, to the rule that the policy names, and unfolds into what was sent", async () => {
    await start();
    const first = await report();
    await untilArrived(first.at(-1));
    const second = await report();
    await untilArrived(second.at(-1));
    expect(values()).toEqual([...first, ...second]);
    expect(home.accepted).toHaveLength(2);
    const [{ topic, payload: text, clientId } = { topic: "", payload: "", clientId: "" }] = home.accepted;
    expect([topic, clientId]).toEqual([`$aws/rules/wattlake_dev_joined/${meter}`, thing]);
    const line = JSON.stringify({ ...JSON.parse(text), device: meter, received_ms: wall + 50, trace_id: "t" });
    expect(unfold(line).map((each) => JSON.parse(each).value)).toEqual(first.map(Number));
    expect(home.problems).toEqual([]);
  });

  test("what is more than a payload may hold goes in several, in order", async () => {
    await start(1000);
    const all = await report(200);
    await untilArrived(all.at(-1));
    expect(since(all)).toEqual(all);
    expect(home.accepted.length).toBeGreaterThan(10);
    for (const { payload: text } of home.accepted) expect(text.length).toBeLessThanOrEqual(1000);
  });

  test("an outage of the uplink loses nothing, and each report keeps the time at which it came", async () => {
    await start();
    const before = await report();
    await untilArrived(before.at(-1));
    await home.cut();
    const times: number[] = [];
    const all = [...before];
    for (let hour = 0; hour < 3; hour++) {
      wall += 3_600_000;
      times.push(wall);
      all.push(...(await report()));
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    await home.restore();
    await untilArrived(all.at(-1));
    expect(since(all)).toEqual(all);
    const late = new Map(arrived().map((message) => [message.payload, message.at_ms]));
    expect(all.slice(12).map((value) => late.get(value))).toEqual(times.flatMap((at) => Array(12).fill(at)));
  });

  test("refused by IoT Core it tries again; stopped with messages under way, another start delivers them as of their first arrival", async () => {
    home.admits = false;
    const first = await start();
    const came = wall;
    const all = await report(40);
    await new Promise((resolve) => setTimeout(resolve, 100));
    await first.stop();
    expect(told.at(-1)).toMatchObject({ unit: "bridge", thing, delivered: 0, payloads: 0 });
    expect(told.at(-1)?.waiting).toBeGreaterThanOrEqual(40);
    expect(told.at(-1)?.uplink).toMatch(/Server unavailable|closed/);
    expect(since(all)).toEqual([]);
    wall += 600_000;
    home.admits = true;
    await start();
    await untilArrived(all.at(-1));
    expect(since(all)).toEqual(all);
    expect(timesOf(all)).toEqual(new Set([came]));
  });

  test("a restart of mosquitto in an outage loses nothing that it had acknowledged, and tells nothing twice otherwise", async () => {
    await start();
    await home.cut();
    const all = await report(30);
    await new Promise((resolve) => setTimeout(resolve, 60));
    const came = wall;
    await client.endAsync(true);
    await mosquitto.stop();
    wall += 60_000;
    mosquitto = await startMosquitto(join(folder, "mosquitto.conf"));
    client = await connectMeter();
    await home.restore();
    await untilArrived(all.at(-1));
    expect(since(all)).toEqual(all);
    expect(timesOf(all)).toEqual(new Set([came]));
  });

  test("a message that IoT Core takes in no form is told and holds up nothing", async () => {
    await start();
    await client.publishAsync(`shellies/${meter}/emeter/0/power`, "x".repeat(140_000), { qos: 1 });
    const all = await report();
    await untilArrived(all.at(-1));
    expect(since(all)).toEqual(all);
    expect(told).toContainEqual(
      expect.objectContaining({ level: "error", dropped: `shellies/${meter}/emeter/0/power` }),
    );
  });

  test("only measurements of its meters leave the house", async () => {
    await start();
    await client.publishAsync(`shellies/${meter}/relay/0`, "off", { qos: 1 });
    await client.publishAsync(`shellies/${meter}/emeter/0/energy`, "1", { qos: 1 });
    const all = await report();
    await untilArrived(all.at(-1));
    expect(since(all)).toEqual(all);
  });

  test("the one file that is copied to its machine, killed between two reports and in an outage, delivers all of them", async () => {
    const run = (): ChildProcess =>
      spawn(process.execPath, [join(folder, "bridge.cjs"), "--at", folder], { stdio: "ignore" });
    let process_ = run();
    const kill = async () => {
      process_.kill("SIGKILL");
      await once(process_, "exit");
    };
    running.push({ stop: kill });
    const first = await report();
    await untilArrived(first.at(-1));
    const second = await report();
    await kill();
    process_ = run();
    await untilArrived(second.at(-1));
    expect(since(first)).toEqual([...first, ...second]);
    expect(home.problems.filter((problem) => !/turned away/.test(problem))).toEqual([]);
  });
});
