/** The registry and the local days: what the program knows and the data needs. */
import * as fc from "fast-check";
import { registry } from "../../components/reference/registry";
import { zoneDays } from "../../components/reference/zone-days";
import { parseConfig } from "../../config";

const site = (id: string, timezone: string) => ({
  id,
  timezone,
  currency: "EUR",
  meters: [{ id: `meter-of-${id}`, model: "EM", channels: [{ index: 0, name: "Grid", role: "grid" }] }],
});
const daysOf = (timezone: string, from: string, to: string) =>
  zoneDays(parseConfig({ sites: [site("home", timezone)], warehouse: { calendar: { from, to } } }));
const hours = ({ day_start, day_end }: { day_start: string; day_end: string }) =>
  (Date.parse(day_end) - Date.parse(day_start)) / 3_600_000;

describe("registry", () => {
  test("is a line a channel, with the defaults of the model", () => {
    const meters = [
      {
        id: "shellyem-A",
        model: "EM",
        channels: [
          { index: 0, name: "Grid", role: "grid" },
          { index: 1, name: "Heat pump", role: "load", maxPower: 6000 },
        ],
      },
      { id: "shellyproem50-B", model: "ProEM50", maxGap: "5 m", channels: [{ index: 1, name: "Roof", role: "solar" }] },
    ];
    const config = parseConfig({ sites: [{ ...site("home", "Europe/Warsaw"), meters }] });
    const home = { site: "home", timezone: "Europe/Warsaw", currency: "EUR", netting: "sum", integration: "hold" };
    const em = { ...home, device: "shellyem-A", model: "EM", generation: 1, connection: "bridge", max_gap_s: 930 };
    expect(registry(config)).toEqual([
      { number: 1, ...em, channel: 0, channel_name: "Grid", role: "grid", max_power_w: 27_600 },
      { number: 2, ...em, channel: 1, channel_name: "Heat pump", role: "load", max_power_w: 6000 },
      {
        number: 3,
        ...home,
        device: "shellyproem50-B",
        model: "ProEM50",
        generation: 2,
        connection: "direct",
        max_gap_s: 300,
        channel: 1,
        channel_name: "Roof",
        role: "solar",
        max_power_w: 11_500,
      },
    ]);
  });
});

describe("a channel's time in place", () => {
  const places = (meter: object, channel: object) => {
    const channels = [{ index: 0, name: "Grid", role: "grid", ...channel }];
    const meters = [{ id: "shellyem-A", model: "EM", channels, ...meter }];
    const [line] = registry(parseConfig({ sites: [{ ...site("home", "Europe/Warsaw"), meters }] }));
    return [line?.in_place_from, line?.certain_from, line?.certain_until, line?.in_place_until];
  };

  test("is always, where the configuration does not bound it", () => {
    expect(places({}, {})).toEqual(Array(4).fill(undefined));
  });

  test("begins and ends at an instant, or at some time of a local day", () => {
    const [came, certain] = ["2025-03-29T23:00:00.000Z", "2025-03-30T22:00:00.000Z"];
    const left = "2025-06-02T12:07:00.000Z";
    expect(places({ from: "2025-03-30", until: "2025-06-02T14:07:00+02:00" }, {})).toEqual([came, certain, left, left]);
  });

  test("is a channel's within its meter's", () => {
    const [may, june] = ["2025-05-01T00:00:00.000Z", "2025-06-01T00:00:00.000Z"];
    expect(places({ from: "2025-05-01T00:00Z", until: june }, { from: "2025-01-01", until: "2025-07-01" })).toEqual([
      ...[may, may, june, june],
    ]);
  });
});

describe("local days", () => {
  test("have 23 and 25 hours where the clock changes", () => {
    const timezone = "Europe/Warsaw";
    expect(daysOf(timezone, "2025-03-30", "2025-03-30")).toEqual([
      { timezone, date: "2025-03-30", day_start: "2025-03-29T23:00:00.000Z", day_end: "2025-03-30T22:00:00.000Z" },
    ]);
    expect(daysOf("Europe/Warsaw", "2025-10-26", "2025-10-26").map(hours)).toEqual([25]);
  });

  test("begin where the clock lands when there is no midnight", () => {
    const [day] = daysOf("America/Sao_Paulo", "2018-11-04", "2018-11-04");
    expect(day).toMatchObject({ day_start: "2018-11-04T03:00:00.000Z", day_end: "2018-11-05T02:00:00.000Z" });
  });

  test("leave out the day that Samoa skipped", () => {
    const dates = daysOf("Pacific/Apia", "2011-12-29", "2011-12-31").map(({ date }) => date);
    expect(dates).toEqual(["2011-12-29", "2011-12-31"]);
  });

  test("tile the calendar without gap or overlap, as the clock on the wall says, in every time zone", () => {
    const zones = fc.constantFrom(...Intl.supportedValuesOf("timeZone"));
    const years = fc.integer({ min: 2012, max: 2034 });
    const tiling = fc.property(zones, years, (timezone, year) => {
      const days = daysOf(timezone, `${year}-01-01`, `${year}-12-31`);
      const wallClock = new Intl.DateTimeFormat("sv-SE", { timeZone: timezone });
      days.forEach((day, at) => {
        expect(day.day_start).toBe(days[at - 1]?.day_end ?? day.day_start);
        expect(wallClock.format(Date.parse(day.day_start))).toBe(day.date);
        expect(wallClock.format(Date.parse(day.day_end) - 1)).toBe(day.date);
      });
      expect(days.length).toBeGreaterThanOrEqual(365);
    });
    fc.assert(tiling, { numRuns: 40, seed: 7 });
  });
});
