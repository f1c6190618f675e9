/** The simulated home in live operation: what is kept as sent has been taken, and no reading stands beside a real meter's. */
import { type LiveHome, reportLive } from "../../local/home/live-home";
import { createRealMeters } from "../../local/home/real-meters";
import { createSimulation } from "../../local/home/simulation";
import type { TimedMessage } from "../../local/messages/capture";
import { readSites } from "../../local/session/sites";

const start = Date.UTC(2025, 5, 20, 12);
const meter = (id: string, model: string) => ({ id, model, channels: [{ index: 0, name: id, role: "load" }] });
const site = { id: "home", timezone: "UTC", currency: "PLN", meters: [meter("gen1", "EM"), meter("gen3", "EMG3")] };
const sites = readSites({ project: "wattlake", stack: "test", values: { "wattlake:sites": [site] } });

let saved: number[];
let told: string[];
let sent: TimedMessage[];
let left: string[];
let home: LiveHome;
let before: number | undefined;
beforeEach(() => {
  before = undefined;
  [saved, told, sent, left] = [[], [], [], []];
  const simulation = createSimulation(sites, start);
  home = {
    simulation,
    real: createRealMeters(["gen1", "gen3"], []),
    save: () => void saved.push(simulation.state().until),
  };
});

const report = (now: number, certified: readonly string[] = [], send?: () => Promise<void>) => {
  const last = before;
  before = now;
  return reportLive(
    home,
    {
      clients: {
        send: send ?? (async (messages) => void sent.push(...messages)),
        leave: (id) => void left.push(id),
      },
      certified: () => certified,
      tell: (sentence) => void told.push(sentence),
    },
    now,
    last,
  );
};
const meters = () => [...new Set(sent.map(({ topic }) => topic.split("/").find((part) => /^gen\d$/.test(part))))];

it("keeps what it sent only when the broker has taken it", async () => {
  let take: () => void = () => undefined;
  const reported = report(start + 10_000, [], () => new Promise((resolve) => (take = resolve)));
  await new Promise((resolve) => setImmediate(resolve));
  expect(saved).toEqual([]);
  take();
  await reported;
  expect(saved).toEqual([start + 10_000]);

  await expect(report(start + 20_000, [], () => Promise.reject(new Error("closed")))).rejects.toThrow("closed");
  expect(saved).toEqual([start + 10_000]);
});

it("sends after a sleep what was measured meanwhile, each reading with its own time, and says how long it was", async () => {
  await report(start + 10_000);
  expect(told).toEqual([]);
  sent.length = 0;
  await report(start + 140_000);
  const times = sent
    .filter(({ topic }) => topic === "gen3/events/rpc")
    .map(({ payload }) => JSON.parse(payload).params.ts);
  expect(new Set(times).size).toBeGreaterThanOrEqual(4);
  expect(Math.min(...times)).toBeLessThan(start / 1000 + 60);
  expect(Math.max(...times)).toBeGreaterThan(start / 1000 + 100);
  expect(told).toEqual(["This computer slept for 130 s: the simulated home has caught up."]);
});

it("calls the time that the start took no sleep, though its first report catches up with it", async () => {
  await report(start + 600_000);
  expect([sent.length > 0, told]).toEqual([true, []]);
});

it.each([
  ["gen3", "gen3/events/rpc", "gen1"],
  ["gen1", "$aws/rules/wattlake_dev_gen1/shellies/gen1/emeter/0/power", "gen3"],
])(
  "simulates %s no more when it has sent readings itself, says so once, and goes on with the others",
  async (real, topic, other) => {
    await report(start + 60_000, ["elsewhere/events/rpc"]);
    expect(meters().sort()).toEqual(["gen1", "gen3"]);
    sent.length = 0;
    await report(start + 90_000, [topic]);
    await report(start + 120_000, [topic]);
    expect(meters()).toEqual([other]);
    expect([home.real.ids(), left]).toEqual([[real], [real]]);
    expect(told).toEqual([expect.stringMatching(new RegExp(`^${real} sends its own readings: .*--no-home`))]);
  },
);
