/** The energy balance of a site, on both engines: netting, solar, consumption, and what is not known. */
import { every, makeScene, type Sample, total } from "./scene";

const scene = makeScene("2025-06-02T00:00:00Z", "2025-06-01", "2025-06-04");
const hour = 3600;
/** Every minute for two hours. */
const flow = (power: (s: number) => number): Sample[] => every(60, 0, 2 * hour, (s) => [s, power(s)]);

beforeAll(() => scene.open("site_slots", "site_daily", "energy_slots", "energy_daily"));
afterAll(() => scene.close());

const sums = (rows: readonly { [column: string]: number | unknown }[], ...columns: string[]) =>
  columns.map((column) => {
    const sum = total(rows as Parameters<typeof total>[0], column);
    return sum === null ? null : Math.round(sum * 1e6) / 1e6;
  });

// Three phases: 900 W are drawn on the first, 1000 W flow out on the second and, every other minute, 400 W on the third.
const phases = [flow(() => 900), flow(() => -1000), flow((s) => (s % 120 === 0 ? 400 : 0))];
const summed = scene.meter({ roles: ["grid", "grid", "grid"], samples: phases });
test("netting 'sum': simultaneous power is summed before import and export are told apart", () => {
  // 900 - 1000 + 400 = 300 W in every other minute, -100 W out in the others.
  expect(sums(summed("site_slots"), "import_wh", "export_wh")).toEqual([300, 100]);
});

const apart = scene.meter({ roles: ["grid", "grid", "grid"], netting: "per_channel", samples: phases });
test("netting 'per_channel': each channel is billed for itself", () => {
  expect(sums(apart("site_slots"), "import_wh", "export_wh")).toEqual([1800 + 400, 2000]);
});

const ramps = scene.meter({
  roles: ["grid", "grid"],
  integration: "trapezoid",
  samples: [flow((s) => s / 2), every(77, 0, 2 * hour, (s): Sample => [s, -1800])],
});
test("netting cuts a ramp exactly where the sum crosses zero", () => {
  // s/2 - 1800 W is negative for the first hour, positive for the second: two triangles of 900 Wh.
  expect(sums(ramps("site_slots").slice(0, -1), "export_wh")).toEqual([900]);
  expect(Number(ramps("site_slots").at(-2)?.import_wh)).toBeCloseTo(((2700 + 3150) / 2 - 1800) / 4, 6);
});

const netCounters = scene.meter({
  roles: ["grid", "grid"],
  // The counters of each phase say 10 % more than the integrals.
  samples: [
    every(60, 0, 2 * hour, (s): Sample => [s, 600, 1000 + (660 * s) / 3600, 0]),
    every(60, 0, 2 * hour, (s): Sample => [s, -400, 0, 1000 + (440 * s) / 3600]),
  ],
});
test("netting keeps what the counters say of the difference", () => {
  expect(sums(netCounters("site_slots"), "import_wh", "export_wh")).toEqual([440, 0]);
});

const solar = scene.meter({
  roles: ["grid", "solar", "load"],
  samples: [flow((s) => (s < hour ? 500 : -800)), flow((s) => (s < hour ? 100 : 2000)), flow(() => 300)],
});
test("consumption is import + solar - export; self-consumption is solar - export", () => {
  const [daily] = solar("site_daily");
  expect([daily?.import_wh, daily?.export_wh, daily?.solar_wh]).toEqual(
    [500, 800, 2100].map((wh) => expect.closeTo(wh, 6)),
  );
  expect([daily?.consumption_wh, daily?.self_consumption_wh]).toEqual([1800, 1300].map((wh) => expect.closeTo(wh, 6)));
});

const silentRoof = scene.meter({
  roles: ["grid", "solar"],
  samples: [flow(() => 500), flow((s) => 100 + s).slice(0, 61)],
});
test("where a solar channel is silent its energy, and so consumption, is NULL", () => {
  const rows = silentRoof("site_slots");
  expect(rows.map((row) => row.solar_wh === null)).toEqual([...Array(4).fill(false), ...Array(4).fill(true)]);
  expect(rows.map((row) => row.consumption_wh === null)).toEqual([...Array(4).fill(false), ...Array(4).fill(true)]);
  expect(rows.map((row) => row.quality)).toEqual([...Array(4).fill("measured"), ...Array(4).fill("missing")]);
  expect(sums(rows, "import_wh")).toEqual([1000]);
});

/** A grid channel that speaks each minute, and an inverter that falls silent at `power` W one minute before midnight. */
const night = (power: number | "unknown", speaks: (s: number) => boolean = () => true) => [
  every(60, -2 * hour, 5 * hour, (s): Sample => [s, 500, 1000 + (500 * (s + 2 * hour)) / 3600, 0]).filter(
    ([s]) => s < -hour || speaks(s),
  ),
  every(60, -2 * hour, -60, (s): Sample => [s, s < -60 ? 100 : power, 5000, 0]),
];
const sleeping = scene.meter({ model: "ProEM50", roles: ["grid", "solar"], samples: night(0) });
test("a channel that fell silent at 0 W stays there while its meter speaks of another one, over midnight too", () => {
  const rows = sleeping("site_slots");
  expect(rows.length).toBe(7 * 4);
  expect(rows.every(({ solar_wh, consumption_wh }) => solar_wh !== null && consumption_wh !== null)).toBe(true);
  expect(rows.every(({ quality, covered_s }) => quality === "measured" && covered_s === 900)).toBe(true);
  const [, today] = sleeping("site_daily");
  expect([today?.solar_wh, today?.consumption_wh]).toEqual([0, 2500].map((wh) => expect.closeTo(wh, 6)));
});

const standby = scene.meter({ model: "ProEM50", roles: ["grid", "solar"], samples: night(3) });
const lost = scene.meter({ model: "ProEM50", roles: ["grid", "solar"], samples: night("unknown") });
const oldMeter = scene.meter({ model: "3EM", roles: ["grid", "solar"], samples: night(0) });
test("other power, power that is not known, and a generation 1 meter's zero are not held", () => {
  for (const meter of [standby, lost, oldMeter]) {
    const [, today] = meter("site_daily");
    expect([today?.solar_wh, today?.consumption_wh]).toEqual([null, null]);
    expect(today?.import_wh).toBeCloseTo(2500, 6);
  }
});

const quietHour = scene.meter({
  model: "ProEM50",
  roles: ["grid", "solar"],
  samples: night(0, (s) => s < 2 * hour || s >= 3 * hour),
});
test("a meter that is silent itself holds nothing: its gap is the channel's as well", () => {
  const rows = quietHour("energy_slots").filter(({ date, channel }) => date === "2025-06-02" && channel === 1);
  const gapOf = (day: typeof rows) => total(day, "gap_s");
  expect(gapOf(rows)).toBe(3660);
  expect(gapOf(quietHour("energy_slots").filter(({ date, channel }) => date === "2025-06-02" && channel === 0))).toBe(
    3660,
  );
});

const unknownSource = scene.meter({ roles: ["grid"], samples: flow((s) => (s < hour ? 500 : -800)) });
test("a site that exports without a solar channel has no consumption, rather than a wrong one", () => {
  const rows = unknownSource("site_slots");
  expect(rows.map((row) => row.consumption_wh)).toEqual([
    ...Array(4).fill(expect.closeTo(125, 6)),
    ...Array(4).fill(null),
  ]);
  expect(unknownSource("site_daily")[0]?.consumption_wh).toBeNull();
});

const loadOnly = scene.meter({ roles: ["load"], samples: flow(() => 300) });
test("a site without a grid channel has no balance", () => {
  expect(loadOnly("site_slots")).toEqual([]);
});

const oneOclock = "2025-06-02T01:00:00Z";
const replaced = scene.meter({
  roles: ["grid", "grid"],
  // The old meter is used elsewhere from then on, and goes on telling of it.
  samples: [flow(() => 500), flow(() => 700).slice(60)],
  places: [{ until: oneOclock }, { from: oneOclock }],
});
test("a replaced channel hands over at an instant, without a hole and without counting twice", () => {
  const rows = replaced("site_slots");
  expect(rows.map((row) => row.import_wh)).toEqual(
    [125, 125, 125, 125, 175, 175, 175, 175].map((wh) => expect.closeTo(wh, 6)),
  );
  expect(rows.map((row) => row.quality)).toEqual(Array(8).fill("measured"));
});
test("what a channel measures before or after its time in place stays in its own views", () => {
  expect(replaced("energy_daily").map((row) => row.import_wh)).toEqual([1000, 700].map((wh) => expect.closeTo(wh, 6)));
});

const replacedOnADay = scene.meter({
  roles: ["grid", "grid"],
  samples: [flow(() => 500).slice(0, 61), flow(() => 700).slice(60)],
  places: [{ until: "2025-06-02" }, { from: "2025-06-02" }],
});
test("on a day that is named as the last of one and the first of another, the one or the other tells", () => {
  const rows = replacedOnADay("site_slots");
  expect(rows.map((row) => row.import_wh)).toEqual(
    [125, 125, 125, 125, 175, 175, 175, 175].map((wh) => expect.closeTo(wh, 6)),
  );
  expect(rows.map((row) => row.quality)).toEqual(Array(8).fill("measured"));
});

const newRoof = scene.meter({
  roles: ["grid", "solar"],
  samples: [flow(() => 500), flow(() => 300).slice(60)],
  places: [{}, { from: oneOclock }],
});
test("before a channel came the site's figures do not ask for it", () => {
  const rows = newRoof("site_slots");
  expect(rows.map((row) => row.solar_wh)).toEqual([...Array(4).fill(null), ...Array(4).fill(expect.closeTo(75, 6))]);
  expect(sums(rows, "consumption_wh")).toEqual([1300]);
});

const brokenMeter = scene.meter({
  roles: ["grid", "grid"],
  samples: [flow(() => 500), []],
  places: [{}, { from: oneOclock }],
});
test("from when on a channel is in place its silence is unknown energy", () => {
  expect(brokenMeter("site_slots").map((row) => row.import_wh === null)).toEqual([
    ...Array(4).fill(false),
    ...Array(4).fill(true),
  ]);
});

const replacedPhase = scene.meter({
  roles: ["grid", "grid", "grid"],
  integration: "trapezoid",
  // The old clamp of the second phase goes on to tell of another line, and its readings stride over the hand-over.
  samples: [flow(() => 900), every(700, 0, 2 * hour, (s): Sample => [s, -s / 2]), flow(() => 0).slice(60)],
  places: [{}, { until: oneOclock }, { from: oneOclock }],
});
test("netting sums what is in place at the time, to the instant", () => {
  // 900 - s/2 W flows out in the second half of the first hour: a triangle of 900 W.
  const rows = replacedPhase("site_slots");
  expect(sums(rows, "export_wh")).toEqual([225]);
  expect(sums(rows.slice(4), "import_wh")).toEqual([900]);
});

const hiddenBattery = scene.meter({ roles: ["grid", "solar"], samples: [flow(() => -1000), flow(() => 0)] });
test("a site that exports what no channel explains has no consumption, and says how much it was", () => {
  const rows = hiddenBattery("site_slots");
  expect(rows.map((row) => row.consumption_wh)).toEqual(Array(8).fill(null));
  expect(sums(rows, "unexplained_wh")).toEqual([2000]);
  expect(hiddenBattery("site_daily")[0]).toMatchObject({
    consumption_wh: null,
    unexplained_wh: expect.closeTo(2000, 6),
  });
});

// The roof's clamp reads 100 W less than flows out.
const noisy = scene.meter({
  roles: ["grid", "solar"],
  samples: [flow((s) => (s % 1800 < 900 ? -4000 : -3000)), flow((s) => (s % 1800 < 900 ? 4000 : 3000) - 100)],
});
test("where the difference is noise, consumption is 0 and the noise is told", () => {
  const rows = noisy("site_slots");
  expect(rows.map((row) => row.consumption_wh)).toEqual(Array(8).fill(0));
  expect(sums(rows, "unexplained_wh")).toEqual([200]);
});
