/** The rules of the counters, each on ZetaSQL and DuckDB: shape, jitter, breaks of all kinds, gaps, days. */
import { every, makeScene, type Sample, total } from "./scene";

const scene = makeScene("2025-06-02T00:00:00Z", "2025-06-01", "2025-06-05");
const minute = 60;
const hour = 3600;
const day = 86_400;

/** Constant power, its energy told by the counter in whole `quantum` Wh, from `first` Wh on. */
const counted =
  (power: number, quantum: number, first: number) =>
  (s: number): Sample => [s, power, first + quantum * Math.floor((power * s) / 3600 / quantum)];
/** The same list with some counters changed. */
const but = (samples: readonly Sample[], changes: Readonly<Record<number, number>>): Sample[] =>
  samples.map(([s, power, counter]) => [s, power, changes[s] ?? counter ?? null]);

// 1200 W for two hours by minutes, in whole Wh: 300 Wh a slot, 20 Wh a minute.
const steady = every(minute, 0, 2 * hour, counted(1200, 1, 50_000));
const plain = scene.meter({ samples: steady });
const shaped = scene.meter({
  maxGap: "2 h",
  // 300 W, then 900 W, but the counter knows only of 500 Wh over the hour: a quarter and three quarters of it.
  samples: [
    [0, 300, 1000],
    [30 * minute, 900],
    [60 * minute, 0, 1500],
    [62 * minute, 0, 1500],
  ],
});
const shapeless = scene.meter({
  maxGap: "2 h",
  samples: [
    [0, 0, 1000],
    [60 * minute, 0, 1400],
  ],
});
const coarse = scene.meter({ samples: every(minute, 0, 4 * hour, counted(400, 100, 11_600)) });
const jitter = scene.meter({
  samples: but(every(minute, 0, 4 * hour, counted(400, 100, 11_600)), {
    [20 * minute]: 11_600,
    [21 * minute]: 11_700,
    [22 * minute]: 11_600,
    [44 * minute]: 11_600,
    [45 * minute]: 11_700,
    [60 * minute]: 11_900,
    [61 * minute]: 11_800,
  }),
});
const glitch = scene.meter({ samples: but(steady, { [30 * minute]: 0 }) });
// A counter and a power that stay the same to the last digit would be a repeated message.
const longGlitch = scene.meter({
  samples: steady.map(([s, , counter = null]) => [
    s,
    1199 + ((s / minute) % 3),
    s >= 25 * minute && s <= 50 * minute ? 0 : counter,
  ]),
});
const glitchAtEdge = scene.meter({ samples: but(steady, { [15 * minute - 60]: 0, [15 * minute]: 0 }) });
const spike = scene.meter({ samples: but(steady, { [40 * minute]: 9_000_000 }) });
const spikeAtEdge = scene.meter({ samples: but(steady, { [44 * minute]: 9_000_000 }) });
const spikeStays = scene.meter({
  samples: steady.map(([s, power, counter]) => [s, power, (counter ?? 0) + (s >= 40 * minute ? 100_000 : 0)]),
});
// The counter starts again from zero at 35 minutes.
const restarted = steady.map(
  ([s, power, counter]): Sample => [s, power, (counter ?? 0) - (s >= 35 * minute ? 50_700 : 0)],
);
const reset = scene.meter({ samples: restarted });
// The last reading of a slot, an hour after the reset.
const glitchAfterReset = scene.meter({ samples: but(restarted, { [104 * minute]: 0 }) });
const resetAt = (at: number) =>
  scene.meter({
    samples: every(minute, 0, 2 * hour, (s) => [
      s,
      1200,
      (1200 * (s - (s < at ? 0 : at))) / 3600 + (s < at ? 5000 : 0),
    ]),
  });
const smallReset = resetAt(60 * minute);
const resetInFirstSlot = resetAt(10 * minute);
const notCounting = scene.meter({ samples: every(minute, 0, hour, (s) => [s, 600]) });
const lateCounter = scene.meter({
  samples: every(minute, 0, hour, (s) => [s, 600, s < 30 * minute ? null : 1000 + (600 * s) / 3600]),
});
const gap = scene.meter({
  samples: [
    ...every(minute, 0, 10 * minute, counted(600, 1, 7000)),
    ...every(minute, 70 * minute, 90 * minute, (s): Sample => [s, 600, 7000 + 1200 + (600 * (s - 4200)) / 3600]),
  ],
});
const gapWithoutCounter = scene.meter({
  samples: [
    [0, 600],
    [600, 600],
    [4200, 600],
    [4500, 600],
    [5400, 0],
  ],
});
const still = scene.meter({
  samples: [
    [0, null, 1000],
    [1800, null, 1000],
    [3600, null, 1000],
  ],
});
const gapOverMidnight = scene.meter({
  samples: [
    [day - 2 * hour, 600, 1000],
    [day - 2 * hour + 60, 600, 1010],
    [2 * day + 2 * hour, 600, 14_010],
    [2 * day + 2 * hour + 60, 600, 14_020],
  ],
});
const wave = (s: number) => 500 + 400 * Math.sin(s / 900);
const waveWh = (s: number) => (500 * s - 400 * 900 * (Math.cos(s / 900) - 1)) / 3600;
const separate = scene.meter({
  // As Gen2 meters do: power when it changes, counters once a minute in messages of their own. Across midnight.
  model: "ProEM50",
  integration: "trapezoid",
  samples: [
    ...every(90, day - hour, day + hour, (s): Sample => [s, wave(s)]),
    ...every(minute, day - hour + 13, day + hour - 47, (s): Sample => [s, null, 1000 + waveWh(s)]),
  ].sort(([a], [b]) => a - b),
});
const bothWays = scene.meter({
  samples: every(
    minute,
    0,
    2 * hour,
    (s): Sample => [s, s < hour ? 600 : -1200, 100 + Math.min(s, hour) / 6, 200 + Math.max(0, s - hour) / 3],
  ),
});
// Three days of coarse counters, with a jitter down on the last reading of the first day.
const days = scene.meter({
  samples: but(every(10 * minute, 60, 3 * day, counted(730, 100, 122_400)), { [day - 540]: 139_700 }),
});

beforeAll(() => scene.open("counter_energy", "energy_slots", "power_energy", "energy_daily"));
afterAll(() => scene.close());

const imports = (rows: readonly { [column: string]: unknown }[]) =>
  rows.map(({ import_wh }) => (typeof import_wh === "number" ? Math.round(import_wh * 1e6) / 1e6 : import_wh));
const words = (rows: readonly { [column: string]: unknown }[], column: string) => [
  ...new Set(rows.map((row) => row[column])),
];

test("where the counter is known its delta is the energy", () => {
  expect(imports(plain("counter_energy"))).toEqual(Array(8).fill(300));
  expect(imports(plain("energy_slots"))).toEqual(Array(8).fill(300));
  expect(words(plain("energy_slots"), "source")).toEqual(["counter"]);
});

test("the integral gives the shape between two counter readings", () => {
  expect(imports(shaped("energy_slots")).slice(0, 4)).toEqual([62.5, 62.5, 187.5, 187.5]);
});

test("without power the counter's energy is spread evenly", () => {
  expect(imports(shapeless("energy_slots"))).toEqual([100, 100, 100, 100]);
});

test("a counter of coarse steps is spread over the time since its last step", () => {
  // 1600 Wh in 4 h, a step of 100 Wh each 15 minutes; the instant of a step is known to the slot.
  const slots = imports(coarse("energy_slots"));
  expect(slots.slice(2, -1)).toEqual(Array(13).fill(100));
  expect(total(coarse("energy_slots"), "import_wh")).toBeCloseTo(1600, 6);
});

test("jitter of up to two quanta is held", () => {
  expect(total(jitter("counter_energy"), "import_wh")).toBeCloseTo(1600, 6);
  expect(jitter("counter_energy").every(({ import_wh }) => Number(import_wh) >= 0)).toBe(true);
  expect(total(jitter("energy_slots"), "disputed_s")).toBe(0);
});

// A break costs one step of the counter, here a minute of 20 Wh: the integral tells it.
test.each([
  ["a glitch to zero", glitch, 2],
  ["a glitch over a slot's edge", glitchAtEdge, 3],
  ["a spike", spike, 2],
  ["a spike at a slot's edge", spikeAtEdge, 2],
  ["a rise that no fuse allows and that stays", spikeStays, 1],
  ["a restart from zero", reset, 1],
  ["a restart of a young counter", smallReset, 1],
  ["a restart in the first slot", resetInFirstSlot, 1],
  ["a glitch after a restart", glitchAfterReset, 3],
])("%s costs as many steps of the counter as it has breaks, and no energy", (_, of, steps) => {
  expect(imports(of("energy_slots"))).toEqual(Array(8).fill(300));
  expect(total(of("energy_slots"), "disputed_s")).toBe(steps * minute);
  expect(total(of("counter_energy"), "import_wh")).toBeCloseTo(2400 - steps * 20, 6);
  expect(total(of("counter_energy"), "counter_s")).toBe(2 * hour - steps * minute);
});

test("a long glitch is as good as a short one: while the counter stands, the integral tells", () => {
  expect(imports(longGlitch("energy_slots"))).toEqual(Array(8).fill(expect.closeTo(300, 1)));
  expect(total(longGlitch("energy_slots"), "disputed_s")).toBe(27 * minute);
});

test("a meter without counters has the integral", () => {
  expect(imports(notCounting("energy_slots"))).toEqual([150, 150, 150, 150]);
  expect(imports(notCounting("counter_energy"))).toEqual([null, null, null, null]);
  expect(words(notCounting("energy_slots"), "source")).toEqual(["integral"]);
});

test("until the first counter the integral stands in", () => {
  expect(imports(lateCounter("energy_slots"))).toEqual([150, 150, 150, 150]);
  expect(lateCounter("energy_slots").map(({ source }) => source)).toEqual([
    "integral",
    "integral",
    "counter",
    "counter",
  ]);
});

test("a gap between two counters is filled from them and says so", () => {
  const rows = gap("energy_slots");
  // 1200 Wh in 70 minutes, 100 of them before the gap; the rest evenly over 60 minutes.
  expect(imports(rows)).toEqual(
    [100 + 1100 / 12, 275, 275, 275, 1100 * (10 / 60) + 50, 150].map((wh) => Math.round(wh * 1e6) / 1e6),
  );
  expect(rows.map(({ source }) => source)).toEqual([...Array(5).fill("counter_gap"), "counter"]);
  expect(rows.map(({ quality }) => quality)).toEqual([...Array(5).fill("filled"), "measured"]);
  expect([total(rows, "gap_s"), total(rows, "filled_s"), total(rows, "covered_s")]).toEqual([3600, 3600, 1800]);
});

test("a gap without counters stays unknown", () => {
  const rows = gapWithoutCounter("energy_slots");
  expect(imports(rows)).toEqual([100, null, null, null, 50, 150]);
  expect(rows.map(({ quality }) => quality)).toEqual([
    "partial",
    "missing",
    "missing",
    "missing",
    "partial",
    "measured",
  ]);
  expect(rows.map(({ source }) => source)).toEqual(["integral", null, null, null, "integral", "integral"]);
});

test("a counter that stood still in a gap says that nothing flowed", () => {
  expect(imports(still("energy_slots"))).toEqual([0, 0, 0, 0]);
  expect(words(still("energy_slots"), "source")).toEqual(["counter_gap"]);
});

test("a gap over two midnights: each day takes its share, and the days add up to the counter", () => {
  const rows = gapOverMidnight("energy_daily");
  const perSecond = 13_000 / (day + 4 * hour - 60);
  expect(rows.map(({ date }) => date)).toEqual(["2025-06-02", "2025-06-03", "2025-06-04"]);
  expect(imports(rows)).toEqual(
    [10 + perSecond * (2 * hour - 60), perSecond * day, 10 + perSecond * 2 * hour].map(
      (wh) => Math.round(wh * 1e6) / 1e6,
    ),
  );
});

test("counters in messages of their own: the days add up to them", () => {
  const rows = separate("energy_slots");
  // The meter's very first reading brings no counter: in its first slot the integral stands in.
  const expected = waveWh(day + hour - 47) - waveWh(day - hour + 14 * minute + 13);
  expect(Number(total(separate("counter_energy"), "import_wh"))).toBeCloseTo(expected, 6);
  expect(words(rows, "source")).toEqual(["counter"]);
  // Slot by slot as well, by the shape of the power; only what the counter says up to a minute late crosses midnight.
  for (const [index, row] of rows.slice(1, -1).entries()) {
    const start = day - hour + (index + 1) * 15 * minute;
    const tolerance = start === day || start === day - 15 * minute ? wave(day) / 60 : 0.2;
    expect(Math.abs(Number(row.import_wh) - (waveWh(start + 15 * minute) - waveWh(start)))).toBeLessThan(tolerance);
  }
});

test("import and export have each their own counter", () => {
  const rows = bothWays("counter_energy");
  expect(imports(rows)).toEqual([150, 150, 150, 150, 0, 0, 0, 0]);
  expect(rows.map(({ export_wh }) => Math.round(Number(export_wh) * 1e6) / 1e6)).toEqual([
    0, 0, 0, 0, 300, 300, 300, 300,
  ]);
});

test("days add up to last counter less first, and never disagree about the time between them", () => {
  const last = 122_400 + 100 * Math.floor((730 * (3 * day - 540)) / 3600 / 100);
  expect(total(days("energy_daily"), "import_wh")).toBeCloseTo(last - 122_400, 6);
  expect(total(days("energy_slots"), "covered_s")).toBe(3 * day - 600);
});
