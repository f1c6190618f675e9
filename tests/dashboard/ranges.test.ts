/** The one range: its presets, the ones around it, what it is compared with, and how it stands in the address. */
import { addressOf, readAddress, type Shown } from "../../dashboard/page/address";
import { changeOf } from "../../dashboard/page/comparison";
import { addMonths, isDay, weekStart } from "../../dashboard/page/days";
import { compared, presets, type Range, rangeAround, shifted } from "../../dashboard/page/ranges";
import { rangeOf } from "../../dashboard/server/range";

const days = ({ from, to }: Range) => [from, to];

test("presets", () => {
  expect(days(presets.yesterday("2026-03-01"))).toEqual(["2026-02-28", "2026-02-28"]);
  // A Sunday.
  expect(days(presets.week("2026-11-01"))).toEqual(["2026-10-26", "2026-11-01"]);
  expect(days(presets.month("2028-02-10"))).toEqual(["2028-02-01", "2028-02-29"]);
  expect(days(presets.year("2026-07-01"))).toEqual(["2026-01-01", "2026-12-31"]);
  expect(days(presets.last7("2026-01-03"))).toEqual(["2025-12-28", "2026-01-03"]);
});

test("the range before and after is as long, or the next month or year", () => {
  expect(days(shifted(rangeAround("month", "2026-03-15"), -1))).toEqual(["2026-02-01", "2026-02-28"]);
  expect(days(shifted(rangeAround("year", "2026-03-15"), 1))).toEqual(["2027-01-01", "2027-12-31"]);
  expect(days(shifted(rangeAround("day", "2026-01-01"), -1))).toEqual(["2025-12-31", "2025-12-31"]);
  expect(days(shifted({ kind: "custom", from: "2026-01-05", to: "2026-01-14" }, 1))).toEqual([
    "2026-01-15",
    "2026-01-24",
  ]);
});

test("the year before: the same month, the same weekdays of a week, the same dates otherwise", () => {
  const before = (range: Range) => days(compared(range, "year") ?? { kind: "day", from: "", to: "" });
  expect(before(rangeAround("month", "2028-02-15"))).toEqual(["2027-02-01", "2027-02-28"]);
  expect(before(rangeAround("week", "2026-11-01"))).toEqual(["2025-10-27", "2025-11-02"]);
  expect(before(rangeAround("day", "2028-02-29"))).toEqual(["2027-02-28", "2027-02-28"]);
  expect(compared(rangeAround("day", "2026-01-01"), "none")).toBeUndefined();
});

test("days", () => {
  expect(addMonths("2026-01-31", 1)).toBe("2026-02-28");
  expect(weekStart("2026-10-26")).toBe("2026-10-26");
  expect(["2026-02-29", "2026-2-1", "x", ""].map(isDay)).toEqual([false, false, false, false]);
});

const sites = [
  { id: "home", zone: "Europe/Warsaw", currency: "PLN", today: "2026-11-30" },
  { id: "cottage", zone: "Europe/Warsaw", currency: "PLN", today: "2026-11-30" },
];

test("an address says what is shown, and is read as it was written", () => {
  const shown: Shown = {
    screen: "period",
    site: "cottage",
    range: { kind: "custom", from: "2026-11-02", to: "2026-11-05" },
    comparison: "year",
  };
  const address = addressOf(shown);
  expect(address).toBe("/period?site=cottage&range=custom&from=2026-11-02&to=2026-11-05&compare=year");
  const [pathname = "", search = ""] = address.split("?");
  expect(readAddress({ pathname, search }, sites)).toEqual(shown);
});

test.each(["", "?site=none&range=day&from=2026-02-30", "?range=custom&from=2026-11-05&to=2026-11-02", "?compare=x"])(
  "an address that says nothing that is there, /%s, shows the first site today",
  (search) => {
    expect(readAddress({ pathname: "/", search }, sites)).toEqual({
      ...{ screen: "now", site: "home", comparison: "none" },
      range: { kind: "day", from: "2026-11-30", to: "2026-11-30" },
    });
  },
);

test.each([
  ["week", "2026-11-30", "2026-12-06"],
  ["month", "2026-11-01", "2026-11-30"],
  ["year", "2026-01-01", "2026-12-31"],
  ["custom", "2026-11-30", "2026-11-30"],
])("an address with the range %s and no day shows the one of today", (kind, from, to) => {
  const { range } = readAddress({ pathname: "/period", search: `?range=${kind}` }, sites);
  expect(days(range)).toEqual([from, to]);
});

test("hours begin where the clock moves, by half an hour too", () => {
  const starts = (from: string, zone: string) => rangeOf(from, from, zone).steps.length;
  expect(starts("2026-04-05", "Australia/Lord_Howe")).toBe(98);
  expect(starts("2026-10-04", "Australia/Lord_Howe")).toBe(94);
  const { steps } = rangeOf("2026-04-04", "2026-04-06", "Australia/Lord_Howe");
  const lengths = new Set(steps.map(({ start, end }) => (end - start) / 60_000));
  expect([...lengths].sort()).toEqual([30, 60]);
  expect(steps.reduce((sum, { start, end }) => sum + end - start, 0)).toBe(72.5 * 3_600_000);
});

test("a range compares over the steps that both know", () => {
  const row = (value: number | null, quality: string | null) => ({ consumption_wh: value, quality });
  const now = [row(10, "measured"), row(20, "measured"), row(5, "partial"), row(null, null)];
  const before = [row(5, "measured"), row(null, "missing"), row(9, "measured"), row(9, "measured")];
  expect(changeOf(now, before, "consumption_wh")).toEqual({ part: 1, steps: 1, isWhole: false });
  expect(changeOf([row(9, "filled")], [row(10, "measured")], "consumption_wh")).toEqual({
    ...{ part: expect.closeTo(-0.1), steps: 1 },
    isWhole: true,
  });
  expect(changeOf(now, [], "consumption_wh")).toBeUndefined();
});
