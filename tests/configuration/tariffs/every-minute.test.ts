/** Every local minute of five years, both clock changes in each, has exactly one band in every plan of `tariffs/`. */
import fc from "fast-check";
import {
  bandsOfDay,
  localDay,
  readTariff,
  type Tariff,
  tariffNames,
  type Version,
} from "../../../configuration/tariffs";
import { dateOf, dayNumberOf } from "../../../configuration/tariffs/day-facts";
import { bandsAtMinute } from "./minute-by-minute";
import { PlanFolder } from "./plan-folder";

const [first, end] = [dayNumberOf("2024-01-01"), dayNumberOf("2029-01-01")];
const gridMs = 15 * 60_000;

interface Part {
  readonly id: string;
  readonly version: Version;
}

/** The parts of a plan whose price depends on the time, or could. */
const partsOf = ({ components }: Tariff): Part[] =>
  components.flatMap(({ id, versions }) => versions.map((version) => ({ id: `${id} from ${version.from}`, version })));

const isTimed = ({ version }: Part) => !version.fixed && !version.brackets && !version.demand;

const folder = new PlanFolder();
afterAll(() => folder.remove());

/** Every feature at once, on each clock, where the clock changes by half an hour, in the south, and by a law of its own. */
function ofEveryFeature(timezone: string): Tariff {
  folder.write(
    "series/states.csv",
    "start,end,state\n2025-01-01,2026-03-01,low\n2026-04-01,2027-02-01,high\n2027-03-01,2028-01-01,low\n",
  );
  folder.calendar("2023-01-01", "2030-01-01", "2025-03-30", "2026-05-01", "2027-12-24", "2028-10-29");
  const bands = `bands: [
    { name: night, price: 1, when: [{ seasons: [warm], dayTypes: [working], hours: ["22:45-04:15"] }, { seasons: [late], hours: ["23:00-01:15"] }] },
    { name: quiet, price: 2, when: [{ seasons: [warm], dayTypes: [sunday], states: [low], hours: ["01:30-22:45"] }] },
    { name: dear, price: 3, when: [{ seasons: [cold], days: [tue, wed], hours: ["01:30-03:00", "17:00-20:15"] }] },
    { name: rest, price: 4, otherwise: true }]`;
  const version = (from: string, until: string, clock: string) =>
    `{ from: ${from}, until: ${until}, example: true, vat: 0.1, clock: ${clock}, dayStart: "05:30", schedule: { name: states, otherwise: high }, ${bands} }`;
  return folder.plan(
    [
      version("2024-01-01", "2025-01-01", "civil"),
      version("2025-01-01", "2026-01-01", "standard"),
      version("2026-01-01", "2029-01-01", "utc"),
    ].join(", "),
    `calendar: test
seasons: { warm: summer_time, cold: standard_time, late: [{ from: "12-30", to: "02-29" }] }
dayTypes: { working: { days: [mon, tue, wed, thu, fri], holidays: except }, sunday: { days: [sun], holidays: also } }`,
    undefined,
    timezone,
  );
}

const plans: readonly (readonly [string, Tariff])[] = [
  ...tariffNames().map((name) => [name, readTariff(name)] as const),
  ...["America/New_York", "Australia/Lord_Howe", "Europe/Dublin"].map(
    (timezone) => [`every feature in ${timezone}`, ofEveryFeature(timezone)] as const,
  ),
];

describe.each(plans)("%s", (_, tariff) => {
  const parts = partsOf(tariff);

  test("the windows of each day follow each other from its beginning to its end", () => {
    const wrong: string[] = [];
    for (let number = first; number < end; number++) {
      const day = localDay(dateOf(number), tariff.timezone);
      for (const part of parts.filter(isTimed)) {
        let reached = day.startMs;
        for (const { startMs, endMs } of bandsOfDay(tariff, part.version, day)) {
          if (startMs !== reached || endMs <= startMs || endMs % gridMs !== 0)
            wrong.push(`${part.id}, ${dateOf(number)}: from ${reached} to ${startMs}`);
          reached = endMs;
        }
        if (reached !== day.endMs) wrong.push(`${part.id}, ${dateOf(number)}: ends at ${reached}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("the hours in which demand counts are there once", () => {
    const wrong: string[] = [];
    for (let number = first; number < end; number++) {
      const day = localDay(dateOf(number), tariff.timezone);
      for (const { id, version } of parts.filter((part) => part.version.demand)) {
        let reached = day.startMs;
        for (const { startMs, endMs } of bandsOfDay(tariff, version, day)) {
          if (startMs < reached || endMs <= startMs || endMs > day.endMs) wrong.push(`${id}, ${dateOf(number)}`);
          reached = endMs;
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  const zoned = parts.filter(({ version }) => version.bands);
  if (zoned.length === 0) return;
  test("a minute's band is the one that the plan gives to what the clock shows", () => {
    const atMinute = bandsAtMinute(tariff);
    const quarter = fc.integer({ min: first * 96, max: end * 96 - 1 }).map((count) => count * gridMs);
    fc.assert(
      fc.property(fc.constantFrom(...zoned), fc.oneof(quarter, nearClockChange(tariff.timezone)), (part, ms) => {
        const date = new Intl.DateTimeFormat("sv-SE", { timeZone: tariff.timezone }).format(ms);
        const windows = bandsOfDay(tariff, part.version, localDay(date, tariff.timezone));
        const held = windows.filter(({ startMs, endMs }) => startMs <= ms && ms < endMs).map(({ band }) => band);
        expect({ id: part.id, at: new Date(ms).toISOString(), held }).toEqual({
          id: part.id,
          at: new Date(ms).toISOString(),
          held: atMinute(part.version, ms),
        });
      }),
      { seed: 17, numRuns: 400 },
    );
  });
});

/** Quarter hours of the days on which the clock changes. */
function nearClockChange(timezone: string): fc.Arbitrary<number> {
  const days = Array.from({ length: end - first }, (_, at) => localDay(dateOf(first + at), timezone));
  const changed = days.filter(({ startMs, endMs }) => endMs - startMs !== 24 * 60 * 60_000);
  return fc
    .tuple(fc.constantFrom(...(changed.length > 0 ? changed : days)), fc.nat(99))
    .map(([{ startMs, endMs }, at]) => Math.min(startMs + at * gridMs, endMs - gridMs));
}
