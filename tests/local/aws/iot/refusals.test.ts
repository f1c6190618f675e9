/** Who is turned away at the door, and that nobody else notices. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MqttClient } from "mqtt";
import { openAuthority } from "../../../../local/aws/iot/gateway/authority";
import { makePrivateKey, makeRequest } from "../../../../tools/provision/key-pair";
import { closed, connectTo, type Home, openHome } from "./home";

const meter = "shellyemg3-0cb815fc9d38";
const bridge = "wattlake-dev-home-bridge";
const carried = "$aws/rules/wattlake_dev_gen1/shellies/shellyem-A4CF12F3B2/emeter/0/power";
const elsewhere = "$aws/rules/wattlake_dev_gen1/shellies/shellyem-5B1F0A/emeter/0/power";
const notification = JSON.stringify({ method: "NotifyStatus", params: { ts: 1, "em1:0": { act_power: 1 } } });

let home: Home;
/** The bridge, which goes on publishing whatever happens to the meter. */
let witness: MqttClient;
let witnessLost = false;

beforeAll(async () => {
  home = await openHome();
  witness = await connectTo(url(), { clientId: bridge, ...home.credentials(bridge) });
  witness.once("close", () => {
    witnessLost = true;
  });
});

beforeEach(() => {
  home.accepted.length = 0;
  home.problems.length = 0;
});

afterEach(async () => {
  home.accepted.length = 0;
  await witness.publishAsync(carried, "1.5", { qos: 1 });
  expect(home.accepted).toEqual([{ topic: carried, payload: "1.5", clientId: bridge }]);
  expect(witnessLost).toBe(false);
});

afterAll(async () => {
  await witness.endAsync(true);
  await home.close();
});

const url = () => home.secureUrl;
const connectMeter = () => connectTo(url(), { clientId: meter, ...home.credentials(meter) });

/** What the meter sends is not acknowledged, and its connection ends. */
async function expectRefused(client: MqttClient, act: (client: MqttClient) => void, reason: string) {
  const end = closed(client);
  act(client);
  await end;
  expect(home.accepted).toEqual([]);
  expect(home.problems).toEqual([expect.stringContaining(reason)]);
}

test("a meter connects with its certificate, and publishes its notifications and its birth", async () => {
  const client = await connectMeter();
  await client.publishAsync(`${meter}/online`, "true", { qos: 1, retain: true });
  await client.publishAsync(`${meter}/events/rpc`, notification, { qos: 1 });
  expect(home.accepted.map(({ topic }) => topic)).toEqual([`${meter}/online`, `${meter}/events/rpc`]);
  // By which the simulated home knows that the meter is real.
  expect(home.certified()).toContain(`${meter}/events/rpc`);
  expect(home.problems).toEqual([]);
  await client.endAsync();
});

describe("is turned away", () => {
  test("a client without a certificate", async () => {
    const { ca } = home.credentials(meter);
    await expect(connectTo(url(), { clientId: meter, ca })).rejects.toThrow(/certificate required/i);
    expect(home.problems).toEqual([expect.stringContaining("did not return a certificate")]);
    expect(home.problems).toEqual([
      expect.stringMatching(
        /^A client[^:]* was turned away: \w+: [^:]*\. npm run provision -- <meter> --local gives .*\.$/,
      ),
    ]);
  });

  test("a certificate of a foreign authority, for the meter's own key", async () => {
    const directory = mkdtempSync(join(tmpdir(), "wattlake-foreign-"));
    const foreign = await openAuthority(directory);
    const { key, ca } = home.credentials(meter);
    const cert = await foreign.issue(await makeRequest(meter, String(key)));
    const attempt = connectTo(url(), { clientId: meter, key, cert, ca });
    await expect(attempt).rejects.toThrow(/unknown ca|closed/i);
    expect(home.problems).toEqual([expect.stringMatching(/turned away: .*verif|unable to/i)]);
    rmSync(directory, { recursive: true });
  });

  test("a certificate of the right authority that the program did not ask for", async () => {
    const authority = await openAuthority(home.stateDirectory);
    const key = makePrivateKey();
    const cert = await authority.issue(await makeRequest(meter, key));
    const attempt = connectTo(url(), { clientId: meter, key, cert, ca: authority.certificate });
    await expect(attempt).rejects.toThrow("Not authorized");
    expect(home.problems).toEqual([expect.stringContaining("the program does not know")]);
  });

  test("a meter that takes another's name", async () => {
    const attempt = connectTo(url(), { clientId: bridge, ...home.credentials(meter) });
    await expect(attempt).rejects.toThrow("Not authorized");
    expect(home.problems).toEqual([expect.stringContaining(`not allowed iot:Connect on client/${bridge}`)]);
  });
});

describe("is disconnected", () => {
  test.each([
    ["publishes on another meter's topic", "shellyemg3-ffffffffffff/events/rpc"],
    ["publishes beside its notifications", `${meter}/status/em1:0`],
    ["publishes past the broker, as a bridge does", `$aws/rules/wattlake_dev_gen2/${meter}/events/rpc`],
    ["publishes on a Gen1 topic", "shellies/shellyem-5B1F0A/emeter/0/power"],
  ])("a meter that %s", async (_, topic) => {
    const publish = (client: MqttClient) => void client.publish(topic, notification, { qos: 1 }, () => undefined);
    await expectRefused(await connectMeter(), publish, `not allowed iot:Publish on topic/${topic}`);
  });

  test("a meter that retains a measurement", async () => {
    const publish = (client: MqttClient) =>
      void client.publish(`${meter}/events/rpc`, notification, { qos: 1, retain: true }, () => undefined);
    await expectRefused(await connectMeter(), publish, "not allowed iot:RetainPublish");
  });

  test("a bridge that carries a meter of another site", async () => {
    const london = "wattlake-dev-london-bridge";
    const client = await connectTo(url(), { clientId: london, ...home.credentials(london) });
    await client.publishAsync(elsewhere, "1.5", { qos: 1 });
    home.accepted.length = 0;
    const publish = () => void client.publish(carried, "1.5", { qos: 1 }, () => undefined);
    await expectRefused(client, publish, "not allowed iot:Publish");
  });

  test.each([`${meter}/rpc`, `${meter}/command`, "#", "shellies/command"])(
    "a meter that subscribes to %s",
    async (filter) => {
      const subscribe = (client: MqttClient) => void client.subscribe(filter, { qos: 1 }, () => undefined);
      await expectRefused(await connectMeter(), subscribe, "not allowed iot:Subscribe");
    },
  );

  test("a meter whose message is larger than 128 KB; at 128 KB it is taken", async () => {
    const client = await connectMeter();
    await client.publishAsync(`${meter}/events/rpc`, "x".repeat(131_072), { qos: 1 });
    expect(home.accepted).toHaveLength(1);
    home.accepted.length = 0;
    const publish = () => void client.publish(`${meter}/events/rpc`, "x".repeat(131_073), { qos: 1 }, () => undefined);
    await expectRefused(client, publish, "larger than 131072 bytes");
  });
});

test("a meter waits outside until live operation, and nothing is said of it", async () => {
  home.admits = false;
  await expect(connectMeter()).rejects.toThrow("Server unavailable");
  home.admits = true;
  const client = await connectMeter();
  await client.publishAsync(`${meter}/events/rpc`, notification, { qos: 1 });
  expect(home.accepted).toHaveLength(1);
  expect(home.problems).toEqual([]);
  await client.endAsync();
});

test("a meter that was refused may connect again", async () => {
  const first = await connectMeter();
  const end = closed(first);
  first.publish("somewhere/else", "x", { qos: 1 }, () => undefined);
  await end;
  const second = await connectMeter();
  await second.publishAsync(`${meter}/events/rpc`, notification, { qos: 1 });
  expect(home.accepted).toHaveLength(1);
  await second.endAsync();
});
