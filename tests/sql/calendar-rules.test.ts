/** Days of 23, 25 and 24.5 hours, the repeated hour, half-hour zones: local hours, days and months, on both engines. */
import { every, makeScene, type Sample, total } from "./scene";

const hour = 3600;
/** 1 kW, a sample every 10 minutes: 1000 Wh an hour, whatever the clock does. */
const constant = (from: string, hours: number, start: string): Sample[] =>
  every(
    600,
    (Date.parse(from) - Date.parse(start)) / 1000,
    (Date.parse(from) - Date.parse(start)) / 1000 + hours * hour,
    (s) => [s, 1000],
  );

const spring = makeScene("2025-03-29T00:00:00Z", "2025-03-29", "2025-04-01");
const autumn = makeScene("2025-10-25T00:00:00Z", "2025-10-25", "2025-10-28");

// Lord Howe moves its clocks by half an hour: back on 6 April 2025 (24.5 h), forward on 5 October 2025 (23.5 h).
const lordHowe = makeScene("2025-04-05T00:00:00Z", "2025-04-05", "2025-04-08");
const howeOctober = makeScene("2025-10-04T00:00:00Z", "2025-10-04", "2025-10-07");

const scenes = [spring, autumn, lordHowe, howeOctober];
beforeAll(async () => {
  for (const scene of scenes) await scene.open("energy_hourly", "energy_daily", "energy_monthly");
});
afterAll(() => {
  for (const scene of scenes) scene.close();
});

const day = (rows: readonly { [column: string]: unknown }[], date: string) => rows.filter((row) => row.date === date);
const figures = (rows: readonly { [column: string]: unknown }[]) =>
  rows.map(({ hour_start, hour: local, import_wh }) => [
    String(hour_start).slice(5, 16),
    local,
    Math.round(Number(import_wh)),
  ]);

const warsawSpring = spring.meter({
  timezone: "Europe/Warsaw",
  samples: constant("2025-03-29T22:00:00Z", 26, "2025-03-29T00:00:00Z"),
});
test("a day of 23 hours", () => {
  const [daily] = day(warsawSpring("energy_daily"), "2025-03-30");
  expect([daily?.day_s, daily?.covered_s, daily?.gap_s]).toEqual([23 * hour, 23 * hour, 0]);
  expect(daily?.import_wh).toBeCloseTo(23_000, 6);
  const hours = day(warsawSpring("energy_hourly"), "2025-03-30");
  expect(hours.map((row) => row.hour)).toEqual([0, 1, ...Array.from({ length: 21 }, (_, index) => index + 3)]);
  expect(hours.every((row) => row.covered_s === hour)).toBe(true);
});

const warsawAutumn = autumn.meter({
  timezone: "Europe/Warsaw",
  samples: constant("2025-10-25T21:00:00Z", 28, "2025-10-25T00:00:00Z"),
});
test("a day of 25 hours: the repeated hour is two rows", () => {
  const [daily] = day(warsawAutumn("energy_daily"), "2025-10-26");
  expect([daily?.day_s, daily?.covered_s, daily?.gap_s]).toEqual([25 * hour, 25 * hour, 0]);
  expect(daily?.import_wh).toBeCloseTo(25_000, 6);
  expect(figures(day(warsawAutumn("energy_hourly"), "2025-10-26")).slice(1, 5)).toEqual([
    ["10-25T23:00", 1, 1000],
    ["10-26T00:00", 2, 1000],
    ["10-26T01:00", 2, 1000],
    ["10-26T02:00", 3, 1000],
  ]);
});

const howeAutumn = lordHowe.meter({
  timezone: "Australia/Lord_Howe",
  samples: constant("2025-04-05T12:00:00Z", 27, "2025-04-05T00:00:00Z"),
});
test("a day of 24.5 hours (Lord Howe): half an hour is repeated", () => {
  const [daily] = day(howeAutumn("energy_daily"), "2025-04-06");
  expect([daily?.day_s, daily?.covered_s]).toEqual([24.5 * hour, 24.5 * hour]);
  expect(daily?.import_wh).toBeCloseTo(24_500, 6);
  expect(figures(day(howeAutumn("energy_hourly"), "2025-04-06")).slice(0, 4)).toEqual([
    ["04-05T13:00", 0, 1000],
    ["04-05T14:00", 1, 1000],
    ["04-05T15:00", 1, 500],
    ["04-05T15:30", 2, 1000],
  ]);
});

const howeSpring = howeOctober.meter({
  timezone: "Australia/Lord_Howe",
  samples: constant("2025-10-04T12:00:00Z", 27, "2025-10-04T00:00:00Z"),
});
test("a day of 23.5 hours (Lord Howe): half an hour is left out", () => {
  const [daily] = day(howeSpring("energy_daily"), "2025-10-05");
  expect([daily?.day_s, daily?.import_wh]).toEqual([23.5 * hour, expect.closeTo(23_500, 6)]);
  expect(figures(day(howeSpring("energy_hourly"), "2025-10-05")).slice(0, 4)).toEqual([
    ["10-04T13:30", 0, 1000],
    ["10-04T14:30", 1, 1000],
    ["10-04T15:30", 2, 500],
    ["10-04T16:00", 3, 1000],
  ]);
});

const kathmandu = autumn.meter({
  timezone: "Asia/Kathmandu",
  samples: constant("2025-10-25T18:15:00Z", 24, "2025-10-25T00:00:00Z"),
});
test("in a zone of three quarters of an hour local hours begin at quarter to", () => {
  const rows = kathmandu("energy_hourly");
  expect(rows).toHaveLength(24);
  expect(figures(rows)[0]).toEqual(["10-25T18:15", 0, 1000]);
});

test("hours add up to days, days to months", () => {
  for (const of of [warsawSpring, warsawAutumn, kathmandu, howeAutumn, howeSpring]) {
    const [hours, days, months] = [of("energy_hourly"), of("energy_daily"), of("energy_monthly")].map((rows) =>
      total(rows, "import_wh"),
    );
    expect(hours).toBeCloseTo(Number(days), 6);
    expect(months).toBeCloseTo(Number(days), 6);
  }
  expect(warsawSpring("energy_monthly").map((row) => [row.month, row.days])).toEqual([["2025-03-01", 3]]);
});
