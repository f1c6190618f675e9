/** The rules of the power integral, each on ZetaSQL and DuckDB: slots, gaps, hold and trapezoid, duplicates, sign. */
import { every, makeScene, type Sample, total } from "./scene";

const scene = makeScene("2025-06-02T00:00:00Z", "2025-06-01", "2025-06-04");
const minute = 60;
const hour = 3600;

/** `[start, import, export, covered s, gap s]` of each slot, the start as HH:MM. */
const slots = (rows: ReturnType<ReturnType<typeof scene.meter>>) =>
  rows.map(({ slot_start, import_wh, export_wh, covered_s, gap_s }) => [
    String(slot_start).slice(11, 16),
    ...[import_wh, export_wh].map((wh) => (typeof wh === "number" ? Math.round(wh * 1e9) / 1e9 : wh)),
    covered_s,
    gap_s,
  ]);

beforeAll(() => scene.open("power_energy"));
afterAll(() => scene.close());

const onEdge = scene.meter({
  samples: [
    [0, 100],
    [15 * minute, 400],
    [30 * minute, 0],
  ],
});
test("a sample exactly on a slot edge ends one slot and begins the next", () => {
  expect(slots(onEdge("power_energy"))).toEqual([
    ["00:00", 25, 0, 900, 0],
    ["00:15", 100, 0, 900, 0],
  ]);
});

const overEdges = scene.meter({
  maxGap: "2 h",
  samples: [
    [10 * minute, 600],
    [50 * minute, 0],
  ],
});
const overEdgesLinear = scene.meter({
  integration: "trapezoid",
  maxGap: "2 h",
  samples: [
    [0, 0],
    [60 * minute, 600],
  ],
});
test("an interval over several slot edges is cut at each of them", () => {
  expect(slots(overEdges("power_energy"))).toEqual([
    ["00:00", 50, 0, 300, 0],
    ["00:15", 150, 0, 900, 0],
    ["00:30", 150, 0, 900, 0],
    ["00:45", 50, 0, 300, 0],
  ]);
  expect(slots(overEdgesLinear("power_energy"))).toEqual([
    ["00:00", 18.75, 0, 900, 0],
    ["00:15", 56.25, 0, 900, 0],
    ["00:30", 93.75, 0, 900, 0],
    ["00:45", 131.25, 0, 900, 0],
  ]);
});

const single = scene.meter({ samples: [[7 * minute, 500]] });
test("a single sample has no energy and no slot", () => {
  expect(single("power_energy")).toEqual([]);
});

test("the last sample of the range ends the last interval; nothing follows it", () => {
  const last = overEdges("power_energy").at(-1);
  expect([last?.covered_s, last?.gap_s]).toEqual([300, 0]);
});

const atLimit = scene.meter({
  maxGap: "900 s",
  samples: [
    [0, 100],
    [900, 100],
    [1801, 100],
    [1860, 0],
  ],
});
test("an interval as long as the longest gap is covered; a second more is a gap", () => {
  expect(slots(atLimit("power_energy"))).toEqual([
    ["00:00", 25, 0, 900, 0],
    ["00:15", null, null, 0, 900],
    ["00:30", round((100 * 59) / 3600), 0, 59, 1],
  ]);
});

const emptySlots = scene.meter({
  samples: [
    [0, 120],
    [15 * minute, 120],
    [70 * minute, 120],
    [75 * minute, 0],
  ],
});
test("a slot without cover is NULL, counted as gap, never zero", () => {
  expect(slots(emptySlots("power_energy"))).toEqual([
    ["00:00", 30, 0, 900, 0],
    ["00:15", null, null, 0, 900],
    ["00:30", null, null, 0, 900],
    ["00:45", null, null, 0, 900],
    ["01:00", 10, 0, 300, 600],
  ]);
  expect(total(emptySlots("power_energy"), "gaps")).toBe(1);
});

const overMidnight = scene.meter({
  samples: [
    [23 * hour, 100],
    [23 * hour + 300, 100],
    [25 * hour, 200],
    [25 * hour + 300, 0],
  ],
});
test("a gap over midnight is counted on both days, each its own part", () => {
  const rows = overMidnight("power_energy");
  const gap = (date: string) =>
    total(
      rows.filter((row) => row.date === date),
      "gap_s",
    );
  expect([gap("2025-06-02"), gap("2025-06-03")]).toEqual([3300, 3600]);
  expect(total(rows, "import_wh")).toBeCloseTo((100 * 300 + 200 * 300) / 3600, 9);
});

const outage = scene.meter({
  samples: [
    [-hour, 100],
    [-hour + 300, 100],
    [26 * hour, 200],
    [26 * hour + 300, 0],
  ],
});
test("a day inside an outage has only its edges: it is all gap", () => {
  const day = outage("power_energy").filter((row) => row.date === "2025-06-02");
  expect(day).toHaveLength(96);
  expect(day.every((row) => row.import_wh === null && row.covered_s === 0 && row.gap_s === 900)).toBe(true);
});

const heldSign = scene.meter({
  samples: [
    [0, 300],
    [300, -300],
    [600, 0],
    [900, 0],
  ],
});
test("hold: the power at the start lasts to the end; import and export never cancel", () => {
  expect(slots(heldSign("power_energy"))).toEqual([["00:00", 25, 25, 900, 0]]);
});

const linearSign = scene.meter({
  integration: "trapezoid",
  samples: [
    [0, -1000],
    [900, 3000],
  ],
});
const signOnEdge = scene.meter({
  integration: "trapezoid",
  maxGap: "1 h",
  samples: [
    [0, -1000],
    [1800, 1000],
  ],
});
test("trapezoid: a sign change is cut exactly at the zero crossing", () => {
  expect(slots(linearSign("power_energy"))).toEqual([
    ["00:00", (3000 * 675) / 2 / 3600, (1000 * 225) / 2 / 3600, 900, 0],
  ]);
  expect(slots(signOnEdge("power_energy"))).toEqual([
    ["00:00", 0, 125, 900, 0],
    ["00:15", 125, 0, 900, 0],
  ]);
});

const duplicates: readonly (readonly [number, number])[] = [
  [0, 100],
  [300, 700],
  [300, 500],
  [300, 900],
  [600, 100],
  [600, 100],
  [900, 0],
];
const conflicting = scene.meter({ samples: duplicates });
const conflictingLinear = scene.meter({ integration: "trapezoid", samples: duplicates });
test("conflicting duplicates count one after the other, the smaller value last, whatever the order", () => {
  expect(total(conflicting("power_energy"), "import_wh")).toBeCloseTo((100 * 300 + 500 * 300 + 100 * 300) / 3600, 9);
  // The line to 300 s ends at 900 W, the one from there on begins at 500 W.
  expect(total(conflictingLinear("power_energy"), "import_wh")).toBeCloseTo(
    (500 * 300 + 300 * 300 + 50 * 300) / 3600,
    9,
  );
});

const ordered = every(40, 0, 2 * hour, (s) => [s, 500 * Math.sin(s / 700)]);
const inOrder = scene.meter({ samples: ordered });
const unordered = scene.meter({
  samples: [...ordered.filter((_, i) => i % 3 === 1), ...ordered.filter((_, i) => i % 3 !== 1).reverse()],
});
test("unordered input gives the same figures", () => {
  const figures = (of: typeof inOrder) => slots(of("power_energy"));
  expect(figures(inOrder)).toHaveLength(8);
  expect(figures(unordered)).toEqual(figures(inOrder));
});

const gen1 = scene.meter({
  samples: [
    [0, 100],
    [300, null, 5],
    [600, 100],
    [900, 0],
    [1000, null, 6],
    [2400, 100],
    [2700, 0],
  ],
});
test("generation 1: a reading without power says nothing about power", () => {
  // The sample at 900 s is followed by one at 2400 s, so the time between is a gap, counter reading or not.
  expect(slots(gen1("power_energy"))).toEqual([
    ["00:00", 25, 0, 900, 0],
    ["00:15", null, null, 0, 900],
    ["00:30", round((100 * 300) / 3600), 0, 300, 600],
  ]);
});

const gen2 = scene.meter({
  model: "ProEM50",
  samples: [
    [0, 100],
    [300, null, 5],
    [600, null],
    [900, 0],
    [1000, null, 6],
    [1800, 100],
    [2700, 0],
  ],
});
test("generation 2: a reading without power means that power has not changed", () => {
  expect(slots(gen2("power_energy"))).toEqual([
    ["00:00", 25, 0, 900, 0],
    ["00:15", 0, 0, 900, 0],
    ["00:30", 25, 0, 900, 0],
  ]);
});

const becomesUnknown: readonly Sample[] = [
  [-2 * hour, 100],
  [-2 * hour + 300, "unknown"],
  [-2 * hour + 600, null],
  [300, null],
  [600, 1200],
  [900, "unknown"],
  [1200, 600],
  [1500, 0],
];
const unknownHeld = scene.meter({ model: "ProEM50", samples: becomesUnknown });
const unknownLinear = scene.meter({ model: "ProEM50", integration: "trapezoid", samples: becomesUnknown });
test("generation 2: from the word that power is not known on, over midnight too, it is a gap until power is told", () => {
  const day = (of: typeof unknownHeld) => slots(of("power_energy").filter((row) => row.date === "2025-06-02"));
  expect(day(unknownHeld)).toEqual([
    ["00:00", 100, 0, 300, 600],
    ["00:15", 50, 0, 300, 300],
  ]);
  expect(day(unknownLinear)).toEqual([
    ["00:00", 100, 0, 300, 600],
    ["00:15", 25, 0, 300, 300],
  ]);
  expect(
    total(
      unknownHeld("power_energy").filter((row) => row.date === "2025-06-01"),
      "covered_s",
    ),
  ).toBe(300);
});

const unbelievable = scene.meter({
  samples: [
    [0, 100],
    [30, 1e7],
    [60, 100],
    [900, 0],
  ],
});
test("power beyond the meter's rating is not believed: its interval is a gap", () => {
  expect(slots(unbelievable("power_energy"))).toEqual([["00:00", round((100 * 870) / 3600), 0, 870, 30]]);
});

function round(wh: number): number {
  return Math.round(wh * 1e9) / 1e9;
}
