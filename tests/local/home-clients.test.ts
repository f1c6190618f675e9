/** The clients of the simulated home: what the broker had not taken is sent again, and nobody is fought for a client id. */
import { connectAsync } from "mqtt";
import { type Broker, startBroker } from "../../local/aws/iot/broker";
import { createClock } from "../../local/clock";
import { createHomeClients, type HomeClients } from "../../local/home/clients";
import type { TimedMessage } from "../../local/messages/capture";

const meter = "shellyemg3-0cb815fc9d38";
const start = Date.UTC(2025, 5, 1, 12);
/** A reading that carries its own time. */
const dated = (second: number): TimedMessage => ({
  at: start + second * 1000,
  topic: `${meter}/events/rpc`,
  payload: JSON.stringify({ params: { ts: start / 1000 + second } }),
});
/** A reading that tells no time. */
const undated = (second: number, metric = "power"): TimedMessage => ({
  at: start + second * 1000,
  topic: `shellies/shellyem-A/emeter/0/${metric}`,
  payload: String(second),
});

let broker: Broker;
let clients: HomeClients;
let accepted: string[];
let told: string[];
let pauses: number[];
/** What the broker does with a message before it takes it. */
let judge: (payload: string) => void | Promise<void>;

beforeEach(async () => {
  [accepted, told, pauses] = [[], [], []];
  judge = () => undefined;
  broker = await open();
  clients = createHomeClients({
    broker: { url: broker.url, holder: (id) => broker.holder(id) },
    pause: async (ms) => void pauses.push(ms),
    tell: (sentence) => void told.push(sentence),
  });
});
afterEach(async () => {
  clients.close();
  await broker.close();
});

const open = (port = 0) =>
  startBroker({
    rules: {
      async handle({ payload }) {
        await judge(payload.toString());
        accepted.push(payload.toString());
        return "taken";
      },
      topicFilters: [],
      close: () => undefined,
    },
    clock: createClock(start),
    port,
    onProblem: () => undefined,
  });

const payloads = (messages: readonly TimedMessage[]) => messages.map(({ payload }) => payload);

/** Resolves when the broker has seen the client leave. */
async function untilFree(id: string): Promise<void> {
  while (broker.holder(id)) await new Promise((resolve) => setImmediate(resolve));
}

it("sends what a closing broker had not taken, with its own time, and says nothing of it", async () => {
  const messages = [1, 2, 3].map(dated);
  let refusals = 2;
  judge = (payload) => {
    if (payload === messages[1]?.payload && refusals-- > 0) throw new Error("not now");
  };
  await clients.send(messages);
  expect([...new Set(accepted)].sort()).toEqual(payloads(messages));
  expect(pauses).toEqual([1000, 2000]);
  expect(told).toEqual([]);
});

it("comes back after its connection was closed while nothing was under way, as it is in a sleep", async () => {
  await clients.send([dated(1)]);
  const { port } = new URL(broker.url);
  await broker.close();
  broker = await open(Number(port));
  await clients.send([dated(2), dated(3)]);
  expect(accepted).toEqual(payloads([dated(1), dated(2), dated(3)]));
  expect(told).toEqual([]);
});

it("waits longer and longer for a broker that is not there", async () => {
  const { port } = new URL(broker.url);
  await broker.close();
  const sent = clients.send([dated(1)]);
  while (pauses.length < 8) await new Promise((resolve) => setImmediate(resolve));
  broker = await open(Number(port));
  await sent;
  expect(pauses.slice(0, 8)).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  expect(accepted).toEqual(payloads([dated(1)]));
});

it("sends of readings without a time only the latest, which alone is true when it arrives", async () => {
  await clients.send([undated(1), undated(1, "total"), undated(2), dated(1), dated(2), undated(2)]);
  expect(accepted.sort()).toEqual(payloads([undated(1), undated(2), undated(2), dated(1), dated(2)]).sort());
});

it.each([
  ["a meter", meter, dated],
  ["the bridge", "bridge", undated],
])(
  "leaves the id of %s to another client, says so once, and comes back when that one has left",
  async (_, id, make) => {
    await clients.send([make(1)]);
    const stranger = await connectAsync(broker.url, { clientId: id, reconnectPeriod: 0 });
    let wasThrownOut = false;
    const thrownOut = new Promise<void>((resolve) => {
      stranger.once("close", () => {
        wasThrownOut = true;
        resolve();
      });
    });
    await clients.send([make(2)]);
    await clients.send([make(3)]);
    // Where it is thrown out, nobody would answer.
    await Promise.race([stranger.publishAsync("a/b", "still here", { qos: 1 }), thrownOut]);
    expect(wasThrownOut).toBe(false);
    expect(accepted).toEqual([...payloads([make(1)]), "still here"]);
    expect(told).toEqual([
      expect.stringMatching(new RegExp(`^A client at 127.0.0.1:\\d+ has taken the client id ${id}: .*--no-home`)),
    ]);

    await stranger.endAsync();
    await untilFree(id);
    await clients.send([make(4)]);
    expect(accepted.at(-1)).toBe(make(4).payload);
    expect(told.slice(1)).toEqual([`The client id ${id} is free again: the simulated one goes on.`]);
  },
);

it("leaves an id for good to a meter that is real, and says nothing more of it", async () => {
  await clients.send([dated(1), undated(1)]);
  clients.leave(meter);
  await untilFree(meter);
  const real = await connectAsync(broker.url, { clientId: meter, reconnectPeriod: 0 });
  await clients.send([undated(2)]);
  await real.endAsync();
  await untilFree(meter);
  await clients.send([undated(3)]);
  expect(accepted).toHaveLength(4);
  expect(told).toEqual([]);
});

it("ends at once while the broker has not answered, and does not claim that anything was taken", async () => {
  const asked = new Promise<void>((resolve) => {
    judge = () => {
      resolve();
      return new Promise<never>(() => undefined);
    };
  });
  const sent = clients.send([dated(1)]);
  await asked;
  clients.close();
  await expect(sent).rejects.toThrow("is closed");
});
