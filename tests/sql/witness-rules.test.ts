/** Power and counter as two witnesses, each rule on ZetaSQL and DuckDB: which is believed where they contradict each other. */
import { every, makeScene, type Sample, total } from "./scene";

const scene = makeScene("2025-06-02T00:00:00Z", "2025-06-01", "2025-06-05");
const minute = 60;
const hour = 3600;
const day = 86_400;

/** About 1000 W, another value each minute; over fifteen minutes exactly 1000 W. */
const load = (s: number) => 1000 + 10 * (((s / minute) % 15) - 7);
/** Its energy by the counter from 5000 Wh on, each minute told by its start, in tenths of a Wh. */
const flowed = (s: number) => {
  let wh = 0;
  for (let t = 0; t < s; t += minute) wh += load(t) / 60;
  return Math.round(wh * 10) / 10;
};
const minutes = (from: number, to: number, counter: (s: number) => number): Sample[] =>
  every(minute, from, to, (s) => [s, load(s), counter(s)]);

const still = scene.meter({
  // From one hour to three the counter does not move, then it goes on from where it stood.
  samples: minutes(0, 5 * hour, (s) => 5000 + flowed(Math.min(s, hour)) + flowed(Math.max(0, s - 3 * hour))),
});
const running = scene.meter({
  samples: every(minute, 0, 2 * hour - minute, (s) => [s, 0, 5000 + Math.round(s / 3.6)]),
});
const calibrated = [0.95, 1.05].map((factor) =>
  scene.meter({ samples: minutes(0, 2 * hour, (s) => Math.round(50_000 + 10 * factor * flowed(s)) / 10) }),
);
const repeated = scene.meter({
  // The messages of one hour are sent again and again until four hours; 500 W are drawn meanwhile.
  samples: [
    ...minutes(0, hour, (s) => 5000 + flowed(s)),
    ...every(minute, hour + minute, 4 * hour - minute, (s): Sample => [s, load(hour), 5000 + flowed(hour)]),
    ...minutes(4 * hour, 5 * hour, (s) => 5000 + flowed(hour) + 1500 + flowed(s - 4 * hour)),
  ],
});
const repeatedForEver = scene.meter({
  samples: [
    ...minutes(0, hour, (s) => 5000 + flowed(s)),
    ...every(minute, hour + minute, 3 * hour, (s): Sample => [s, load(hour), 5000 + flowed(hour)]),
  ],
});
const repeatedOverMidnight = scene.meter({
  samples: [
    ...minutes(day - 2 * hour, day - hour, (s) => 5000 + flowed(s)),
    ...every(minute, day - hour + minute, day + hour, (s): Sample => [s, load(day - hour), 5000 + flowed(day - hour)]),
    ...minutes(day + hour + minute, day + 2 * hour, (s) => 6000 + flowed(s)),
  ],
});
/** Counters alone around two hours of silence. */
const silence = (before: number, after: number) =>
  scene.meter({
    samples: [
      [0, null, before - 100],
      [10 * minute, null, before],
      [2 * hour + 10 * minute, null, after],
      [2 * hour + 20 * minute, null, after + 100],
    ],
  });
const restartedInSilence = silence(50_000, 300);
const restartedImpossibly = silence(500_000, 80_000);
const rolledBackInSilence = silence(50_000, 49_000);
const tooMuchInSilence = silence(50_000, 130_000);
// The last reading before midnight and the first after it, a minute apart.
const rolledBackOverMidnight = scene.meter({
  samples: minutes(day - 2 * hour, day + 2 * hour, (s) => 5000 + flowed(s) - (s < day ? 0 : 20_000)),
});
const stillOverMidnight = scene.meter({ samples: minutes(day - 2 * hour, day + 2 * hour, () => 5000) });

beforeAll(() =>
  scene.open(
    "energy_slots",
    "energy_hourly",
    "energy_daily",
    "energy_monthly",
    "site_slots",
    "site_hourly",
    "site_daily",
  ),
);
afterAll(() => scene.close());

const rounded = (value: unknown) => (typeof value === "number" ? Math.round(value * 1e6) / 1e6 : value);
const column = (rows: readonly { [column: string]: unknown }[], name: string) => rows.map((row) => rounded(row[name]));

test("a counter that stands still against the power is not believed: the integral stands, and the slot says so", () => {
  const rows = still("energy_slots");
  expect(total(rows, "import_wh")).toBeCloseTo(5000, 0);
  expect(column(rows, "quality").slice(4, 12)).toEqual(Array(8).fill("disputed"));
  expect(column(rows, "source").slice(4, 11)).toEqual(Array(7).fill("integral"));
  // From the slot's last reading before the last move to the slot's last one after the next: knots are 15 minutes apart.
  expect(total(rows, "disputed_s")).toBe(2 * hour + 15 * minute);
});

test("a counter that runs without power is not believed", () => {
  expect(column(running("energy_slots"), "import_wh")).toEqual(Array(8).fill(0));
  expect(column(running("energy_slots"), "quality")).toEqual([...Array(7).fill("disputed"), "partial"]);
});

test("a counter that is always a twentieth off is believed", () => {
  for (const [index, factor] of [0.95, 1.05].entries()) {
    expect(total(calibrated[index]?.("energy_slots") ?? [], "import_wh")).toBeCloseTo(2000 * factor, 1);
    expect(total(calibrated[index]?.("energy_slots") ?? [], "disputed_s")).toBe(0);
  }
});

test("repeated messages are no measurements: the counter fills their time once it has moved", () => {
  const rows = repeated("energy_slots");
  expect(total(rows, "import_wh")).toBeCloseTo(1000 + 1500 + 1000, 6);
  expect(column(rows, "source").slice(4, 16)).toEqual(Array(12).fill("counter_gap"));
  expect(column(rows, "import_wh").slice(5, 15)).toEqual(Array(10).fill(expect.closeTo(125, 0)));
  expect([total(rows, "filled_s"), total(rows, "gaps"), total(rows, "disputed_s")]).toEqual([3 * hour, 1, 0]);
});

test("repeated messages whose counter never moves again leave their time unknown", () => {
  const rows = repeatedForEver("energy_slots");
  expect(column(rows, "import_wh").slice(4)).toEqual(Array(8).fill(null));
  expect(column(rows, "quality")).toEqual([...Array(4).fill("measured"), ...Array(8).fill("missing")]);
});

test("repeated messages over midnight: what the counter has moved is told once, where it is seen to have moved", () => {
  const wh = flowed(day + 2 * hour) - flowed(day - 2 * hour) + 1000;
  expect(column(repeatedOverMidnight("energy_daily"), "import_wh")).toEqual([
    expect.closeTo(1000, 0),
    expect.closeTo(wh - 1000, 0),
  ]);
  expect(total(repeatedOverMidnight("energy_daily"), "import_wh")).toBeCloseTo(wh, 6);
  expect(total(repeatedOverMidnight("energy_daily"), "disputed_s")).toBe(0);
});

test("without power over a break a restart from zero is energy, as far as the rating allows", () => {
  expect(total(restartedInSilence("energy_slots"), "import_wh")).toBeCloseTo(100 + 300 + 100, 6);
  expect(column(restartedInSilence("energy_slots"), "quality")).toContain("filled");
  for (const of of [restartedImpossibly, rolledBackInSilence, tooMuchInSilence]) {
    expect(total(of("energy_slots"), "import_wh")).toBeCloseTo(200, 6);
    expect(column(of("energy_slots"), "import_wh").slice(1, 8)).toEqual(Array(7).fill(null));
  }
});

test("days agree about the time between them, whatever the counter does there", () => {
  const energies = (of: typeof still) => column(of("energy_daily"), "import_wh");
  expect(energies(rolledBackOverMidnight)).toEqual([expect.closeTo(2000, 0), expect.closeTo(2000, 0)]);
  // In the minute over midnight a counter that stands still may be one that is late.
  expect(energies(stillOverMidnight)).toEqual([
    expect.closeTo(2000 - load(day - minute) / 60, 1),
    expect.closeTo(2000, 0),
  ]);
  // The minute over midnight is the first day's.
  expect(column(rolledBackOverMidnight("energy_daily"), "disputed_s")).toEqual([minute, 0]);
});

test("what is disputed is carried up to hours, days, months and the site", () => {
  for (const [hours, days] of [
    ["energy_hourly", "energy_daily"],
    ["site_hourly", "site_daily"],
  ] as const) {
    expect(column(still(hours), "quality")).toEqual([...Array(4).fill("disputed"), "measured"]);
    expect(total(still(hours), "disputed_s")).toBe(2 * hour + 15 * minute);
    // The day has nineteen hours without readings.
    expect(column(still(days), "quality")).toEqual(["partial"]);
    expect(total(still(days), "disputed_s")).toBe(2 * hour + 15 * minute);
  }
  expect(total(still("energy_monthly"), "disputed_s")).toBe(2 * hour + 15 * minute);
  expect(total(still("site_slots"), "disputed_s")).toBe(2 * hour + 15 * minute);
});
