/** Power now in the terminal: what a row says, that unknown is never zero, and that it fits. */
import { liveBlock } from "../../local/session/live-block";
import type { ChannelPower } from "../../local/session/live-power";
import { widthOf } from "../../local/session/text-width";

const now = Date.parse("2026-06-02T12:00:00Z");
const channel = (
  channel_name: string,
  role: ChannelPower["role"],
  power_w: number | null,
  age_s: number | null = 2,
): ChannelPower => ({
  ...{ site: "home", channel_name, role, power_w, max_gap_s: 120 },
  ts: age_s === null ? null : now - age_s * 1000,
});
const texts = (channels: readonly ChannelPower[], columns = 100, rows = 30) =>
  liveBlock(channels, now, { columns, rows }).map(({ text }) => text);
const total = (...channels: ChannelPower[]) => texts(channels).at(-1);

const home = [
  channel("Grid", "grid", -1234.4),
  channel("Roof", "solar", 3000, 3),
  channel("Battery", "battery", -765, 3),
  channel("Plug 5 W", "load", 0),
  channel("Car", "load", 1500, 7300),
  channel("Sauna", "load", null, null),
];

test("names, roles, power, direction in words, age; what is not known any more is unknown; what the site uses in all", () => {
  expect(texts(home)).toEqual([
    "home, power now",
    "  Grid      grid     1,234 W  export    2 s ago",
    "  Roof      solar    3,000 W  produces  3 s ago",
    "  Battery   battery    765 W  charges   3 s ago",
    "  Plug 5 W  load         0 W            2 s ago",
    "  Car       load     unknown            2 h ago",
    "  Sauna     load     unknown            no reading",
    "  Used in all: 1,001 W",
  ]);
});

test.each([
  ["import and sun", [channel("Grid", "grid", 500), channel("Roof", "solar", 250)], "750 W"],
  ["phases that are netted", [channel("L1", "grid", 900), channel("L2", "grid", -300)], "600 W"],
  ["a roof that draws at night", [channel("Grid", "grid", 500), channel("Roof", "solar", -5)], "500 W"],
  ["noise below zero", [channel("Grid", "grid", -1040), channel("Roof", "solar", 1000)], "0 W"],
  [
    "more than noise",
    [channel("Grid", "grid", -1100), channel("Roof", "solar", 1000)],
    "unknown, more flows out than the channels bring in",
  ],
  [
    "unknown parts",
    [channel("Grid", "grid", 9, 121), channel("Roof", "solar", null), channel("Car", "load", 7)],
    "unknown, as Grid, Roof are",
  ],
  ["an unknown load alone", [channel("Grid", "grid", 9), channel("Car", "load", null)], "9 W"],
  ["no grid", [channel("Car", "load", 9)], "unknown, no channel measures the grid"],
])("used in all: %s", (_, channels, expected) => {
  expect(total(...channels)).toBe(`  Used in all: ${expected}`);
});

test("a power holds for the meter's longest gap, and not a moment longer", () => {
  const of = (age_s: number) => texts([channel("Grid", "grid", 5, age_s)])[1];
  expect(of(120)).toBe("  Grid  grid  5 W  import  2 min ago");
  expect(of(120.001)).toBe("  Grid  grid  unknown    2 min ago");
});

test("a narrow terminal loses the role, then letters of names; a direction stays", () => {
  expect(texts(home, 50)[1]).toBe("  Grid      1,234 W  export    2 s ago");
  const long = [channel("Wärmepumpe im Keller 暖房", "load", 12_345), channel("Grid", "grid", -99_999, null)];
  expect(texts(long, 40)).toEqual([
    "home, power now",
    "  Wärmepum…  12,345 W  uses  2 s",
    "  Grid        unknown        no reading",
    "  Used in all: unknown, as Grid is",
  ]);
});

test.each([20, 30, 40, 60, 80, 200])("no line is wider than %i columns less one", (columns) => {
  const channels = [...home, channel("蓄電池と太陽光発電の合計", "battery", -12_345, 119)];
  for (const text of texts(channels, columns)) expect(widthOf(text)).toBeLessThan(columns);
});

test("a low terminal shows the first ones and how many more there are", () => {
  const lines = texts(home, 80, 5);
  expect(lines).toHaveLength(4);
  expect(lines.at(-1)).toBe("… 5 more lines");
});

test("a site without any reading is one line", () => {
  expect(texts([channel("Grid", "grid", null, null), channel("House", "load", null, null)])).toEqual([
    "home: no reading yet",
  ]);
});
