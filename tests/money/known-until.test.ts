/** The series and schedules that lie in `tariffs/series/` end: what comes after is not yet known, never the last price. */
import { bandsOf, readTariff, unknownBand } from "../../configuration/tariffs";

const [minuteMs, hourMs] = [60_000, 3_600_000];

const energyOn = (name: string, date: string) => {
  const plan = readTariff(name);
  const versions = plan.components.find(({ kind }) => kind === "energy")?.versions ?? [];
  const version = versions.find(({ from, until = "9999" }) => from <= date && date < until);
  if (!version) throw new Error(`${name} has no version on ${date}`);
  return bandsOf(plan, version, date);
};

test.each([
  ["gb-agile", "2026-11-01T23:00Z"],
  ["de-spot", "2026-10-25T23:00Z"],
  ["it-f1-f2-f3", "2026-10-31T23:00Z"],
])("%s has no price from %s on", (name, end) => {
  const endMs = Date.parse(end);
  const days = [-1, 0, 1].map((days) => new Date(endMs + days * 24 * hourMs).toISOString().slice(0, 10));
  const windows = days.flatMap((date) => energyOn(name, date));
  expect(windows.filter(({ price, endMs: until }) => (price === undefined) !== until > endMs)).toEqual([]);
  expect(new Set(windows.map(({ price }) => price === undefined)).size).toBe(2);
});

test.each([
  ["fr-tempo", "2026-12-01T05:00Z"],
  ["cz-d25d", "2026-12-31T23:00Z"],
])("%s has no band from %s on", (name, end) => {
  const endMs = Date.parse(end);
  const days = [-1, 0, 1].map((days) => new Date(endMs + days * 24 * hourMs).toISOString().slice(0, 10));
  const windows = days.flatMap((date) => energyOn(name, date));
  expect(windows.filter(({ band, endMs: until }) => (band === unknownBand) !== until > endMs)).toEqual([]);
  expect(new Set(windows.map(({ band }) => band === unknownBand)).size).toBe(2);
});

test("Agile has a price for each half hour, on a day of 25 hours too", () => {
  const windows = energyOn("gb-agile", "2026-10-25");
  expect(
    windows.filter(({ startMs, endMs }) => startMs % (30 * minuteMs) !== 0 || endMs % (30 * minuteMs) !== 0),
  ).toEqual([]);
  expect((windows.at(-1)?.endMs ?? 0) - (windows[0]?.startMs ?? 0)).toBe(25 * hourMs);
  expect(windows.some(({ price = 0 }) => price < 0)).toBe(true);
});
