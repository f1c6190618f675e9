/** A rate of OpenEI's database, in its real shape with invented prices, as a plan. */
import { bandsOf } from "../../../../configuration/tariffs";
import { textOf, windowsOf } from "../../../configuration/tariffs/plan-folder";
import { ImportFolder } from "./import-folder";

let folder: ImportFolder;
beforeEach(() => {
  folder = new ImportFolder();
});
afterEach(() => folder.remove());

const told = ["--vat", "0", "--timezone", "America/Los_Angeles"];
const summer = [5, 6, 7, 8];
const schedule = (periodAt: (isSummer: boolean, hour: number) => number) =>
  Array.from({ length: 12 }, (_, month) =>
    Array.from({ length: 24 }, (_, hour) => periodAt(summer.includes(month), hour)),
  );
const isPeak = (hour: number) => hour >= 16 && hour < 21;

const rate = (more: object = {}) => ({
  label: "539f6b25ec4f024411ec98c9",
  name: "Residential TOU",
  utility: "Example Power Co",
  uri: "https://apps.openei.org/USURDB/rate/view/539f6b25ec4f024411ec98c9",
  sector: "Residential",
  startdate: Date.UTC(2026, 0, 1) / 1000,
  energyratestructure: [
    [{ rate: 0.3, adj: 0.01, unit: "kWh" }],
    [{ rate: 0.5, unit: "kWh" }],
    [{ rate: 0.2, unit: "kWh" }],
  ],
  energyweekdayschedule: schedule((isSummer, hour) => (isSummer ? (isPeak(hour) ? 1 : 0) : 2)),
  energyweekendschedule: schedule((isSummer) => (isSummer ? 0 : 2)),
  fixedchargefirstmeter: 12.5,
  fixedchargeunits: "$/month",
  mincharge: 0.4,
  minchargeunits: "$/day",
  ...more,
});

test("periods by month, hour and weekday; the prices with their adjustment", () => {
  folder.import("pge.json", { items: [rate()] }, ...told);
  const tariff = folder.tariff("pge");
  expect(tariff).toMatchObject({
    currency: "USD",
    minimumBill: { perDay: 0.4 },
    name: "Residential TOU (Example Power Co)",
  });
  expect(tariff.sources.imported).toMatchObject({ date: "2026-11-30", url: rate().uri });
  expect(tariff.components.map(({ id, versions: [version] }) => [id, version?.from, version?.fixed?.price])).toEqual([
    ["energy", "2026-01-01", undefined],
    ["fixed", "2026-01-01", 12.5],
  ]);
  expect(windowsOf(tariff, "2026-07-15")).toEqual([
    "00:00-16:00 period-0 0.31",
    "16:00-21:00 period-1 0.5",
    "21:00-00:00 period-0 0.31",
  ]);
  expect(windowsOf(tariff, "2026-07-18")).toEqual(["00:00-00:00 period-0 0.31"]);
  for (const winter of ["2026-05-31", "2026-10-01", "2026-12-31", "2028-02-29"])
    expect(windowsOf(tariff, winter)).toEqual(["00:00-00:00 period-2 0.2"]);
});

describe("holidays", () => {
  const calendar = `id: us
name: Example
source: a test
from: 2026-01-01
until: 2040-01-01
holidays: [{ date: 2026-07-03, name: Independence Day }]
`;

  test("are asked for where weekends have other prices", () => {
    expect(folder.import("a.json", rate(), ...told)).toContainEqual(
      expect.stringMatching(/^OPEN: Whether holidays .*--holidays/),
    );
    expect(folder.read("a.yaml")).toMatch(/^# OPEN: Whether holidays/m);
    const same = rate({ energyweekendschedule: rate().energyweekdayschedule });
    expect(folder.import("b.json", same, ...told).join()).not.toContain("holidays");
    expect(folder.import("c.json", rate(), ...told, "--holidays", "usual").join()).not.toContain("holidays");
  });

  test("count as a weekend where it is said so, by a calendar", () => {
    folder.write("calendars/us.yaml", calendar);
    const weekend = ["--holidays", "weekend"];
    expect(folder.import("a.json", rate(), ...told, ...weekend)).toContainEqual(
      expect.stringMatching(/^OPEN: Which calendar/),
    );
    const ended = rate({ enddate: Date.UTC(2040, 0, 1) / 1000 });
    folder.import("b.json", ended, ...told, ...weekend, "--calendar", "us");
    expect(windowsOf(folder.tariff("b"), "2026-07-02")).toHaveLength(3);
    expect(windowsOf(folder.tariff("b"), "2026-07-03")).toEqual(["00:00-00:00 period-0 0.31"]);
  });
});

test("tiers by month and by day, and what exported energy earns", () => {
  const structure = [
    [
      { rate: 0.2, max: 350, unit: "kWh", sell: 0.05 },
      { rate: 0.3, max: 1050, unit: "kWh" },
      { rate: 0.4, unit: "kWh" },
    ],
    [{ rate: 0.25, max: 13.5, unit: "kWh daily", sell: 0.06 }, { rate: 0.35 }],
  ];
  const byMonth = schedule((isSummer) => (isSummer ? 1 : 0));
  const lines = folder.import(
    "tiers.json",
    rate({ energyratestructure: structure, energyweekdayschedule: byMonth, energyweekendschedule: byMonth }),
    ...told,
  );
  const { components } = folder.tariff("tiers");
  expect(components[0]?.versions[0]?.bands?.map(({ blocks }) => blocks?.steps)).toEqual([
    [{ upTo: 350, price: 0.2 }, { upTo: 1050, price: 0.3 }, { price: 0.4 }],
    [{ upToPerDay: 13.5, price: 0.25 }, { price: 0.35 }],
  ]);
  expect(components[1]).toMatchObject({ id: "sell", direction: "export", kind: "feed_in" });
  expect(components[1]?.versions[0]?.bands?.map(({ price }) => price)).toEqual([0.05, 0.06]);
  expect(lines).toContainEqual(expect.stringMatching(/^OPEN: The use of each period is counted on its own/));
});

test("demand at all hours and by hours, over the minutes that are told", () => {
  const hours = schedule((isSummer, hour) => (isSummer && isPeak(hour) ? 1 : 0));
  const demand = {
    flatdemandstructure: [[{ rate: 6.1 }]],
    flatdemandmonths: Array(12).fill(0),
    demandratestructure: [[{ rate: 0 }], [{ rate: 22, adj: 0.5 }]],
    demandweekdayschedule: hours,
    demandweekendschedule: schedule(() => 0),
    demandrateunit: "kW",
  };
  folder.import("a.json", rate({ ...demand, demandwindow: 30 }), ...told, "--holidays", "usual");
  const tariff = folder.tariff("a");
  const [, flat, timed] = tariff.components;
  expect(flat?.versions[0]?.demand).toMatchObject({ price: 6.1, interval: 30 });
  expect(timed?.versions[0]?.demand).toMatchObject({ price: 22.5, interval: 30 });
  const windows = (date: string) => {
    const [version] = timed?.versions ?? [];
    return version ? bandsOf(tariff, version, date).map((window) => textOf(window, tariff.timezone)) : [];
  };
  expect(windows("2026-07-15")).toEqual(["16:00-21:00 demand"]);
  expect(windows("2026-07-18")).toEqual([]);
  expect(windows("2026-01-15")).toEqual([]);
  expect(folder.import("b.json", rate(demand), ...told)).toContainEqual(
    expect.stringMatching(/^OPEN: Over how many minutes/),
  );
});

test("what it cannot tell, and what is not taken over, is left open", () => {
  const lines = folder.import(
    "a.json",
    rate({
      startdate: undefined,
      country: "CAN",
      fixedchargeunits: "$/furlong",
      minchargeunits: "$/year",
      flatdemandstructure: [[{ rate: 5 }]],
      flatdemandmonths: Array(12).fill(0),
      flatdemandunit: "hp",
      demandratchetpercentage: Array(12).fill(50),
      fueladjustmentsmonthly: Array(12).fill(0),
    }),
  );
  for (const open of [
    "--timezone",
    "--currency",
    "--from",
    "--vat",
    "fixed charge of 12.5 in \\$/furlong",
    "minimum charge of 0.4 in \\$/year",
    "Demand is not taken over: it is by hp",
    "Not taken over: demandratchetpercentage\\.",
  ])
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^OPEN: .*${open}`)));
  expect(() => folder.tariff("a")).toThrow(/currency is missing.*timezone is missing/);
});

test("of several rates one is asked for; a broken one is refused", () => {
  const items = [rate(), rate({ label: "b", name: "Flat" })];
  expect(() => folder.import("a.json", { items })).toThrow(
    /give --select with one of 539f6b25ec4f024411ec98c9 \(Residential TOU\), b \(Flat\)/,
  );
  folder.import("a.json", { items }, ...told, "--select", "b");
  expect(folder.tariff("a").name).toBe("Flat (Example Power Co)");
  const broken = (more: object) => () => folder.import("b.json", rate(more), ...told);
  expect(broken({ energyratestructure: [[{ rate: 1 }]] })).toThrow(/has no period 2, but its schedule does/);
  expect(broken({ energyratestructure: [[{}], [{}], [{}]] })).toThrow(/has no rate in the period 0/);
  expect(broken({ energyweekdayschedule: [[0]] })).toThrow(/energyweekdayschedule/);
  const perPower = [{ rate: 1, max: 200, unit: "kWh/kW" }, { rate: 2 }];
  expect(broken({ energyratestructure: [perPower, perPower, perPower] })).toThrow(
    /tiers by kWh\/kW, which a plan cannot say/,
  );
});
