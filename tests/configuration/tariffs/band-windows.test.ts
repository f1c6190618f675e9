/** Each way in which a plan says when a band holds, once. */
import { PlanFolder, windowsOf } from "./plan-folder";

const folder = new PlanFolder();
afterAll(() => folder.remove());

const twoZones = (...hours: readonly string[]) =>
  `bands: [{ name: day, price: 0.3, otherwise: true }, { name: night, price: 0.1, when: [{ hours: [${hours.map((text) => `"${text}"`).join(", ")}] }] }]`;
const version = (keys: string) => `{ from: 2026-01-01, example: true, vat: 0.23, ${keys} }`;
const plan = (versionKeys: string, planKeys = "", component = "kind: energy") =>
  folder.plan(version(versionKeys), planKeys, component);

test("one price is one band", () => {
  expect(windowsOf(plan("price: 0.25"), "2026-06-01")).toEqual(["00:00-00:00 all 0.25"]);
});

test("hours across midnight are the last and the first of a day", () => {
  expect(windowsOf(plan(twoZones("22:00-06:00", "13:15-15:45")), "2026-06-01")).toEqual([
    "00:00-06:00 night 0.1",
    "06:00-13:15 day 0.3",
    "13:15-15:45 night 0.1",
    "15:45-22:00 day 0.3",
    "22:00-00:00 night 0.1",
  ]);
});

test("a price written with its VAT is told without", () => {
  const tariff = folder.plan("{ from: 2026-01-01, example: true, vat: 0.25, prices: gross, price: 0.5 }");
  expect(windowsOf(tariff, "2026-06-01")).toEqual(["00:00-00:00 all 0.4"]);
});

describe("the clock of the zones", () => {
  const zones = twoZones("01:00-02:30");
  test.each([
    // 29 March 2026: 02:00 becomes 03:00; the rest of the window does not exist.
    ["civil", "2026-03-29", ["00:00-01:00 day 0.3", "01:00-03:00 night 0.1", "03:00-00:00 day 0.3"]],
    // 25 October 2026: 03:00 becomes 02:00, so the half hour after 2 o'clock is there twice.
    [
      "civil",
      "2026-10-25",
      [
        "00:00-01:00 day 0.3",
        "01:00-02:30 night 0.1",
        "02:30-02:00 day 0.3",
        "02:00-02:30 night 0.1",
        "02:30-00:00 day 0.3",
      ],
    ],
    ["standard", "2026-01-15", ["00:00-01:00 day 0.3", "01:00-02:30 night 0.1", "02:30-00:00 day 0.3"]],
    ["standard", "2026-07-15", ["00:00-02:00 day 0.3", "02:00-03:30 night 0.1", "03:30-00:00 day 0.3"]],
    ["standard", "2026-03-29", ["00:00-01:00 day 0.3", "01:00-03:30 night 0.1", "03:30-00:00 day 0.3"]],
    ["utc", "2026-01-15", ["00:00-02:00 day 0.3", "02:00-03:30 night 0.1", "03:30-00:00 day 0.3"]],
    ["utc", "2026-07-15", ["00:00-03:00 day 0.3", "03:00-04:30 night 0.1", "04:30-00:00 day 0.3"]],
  ])("%s on %s", (clock, date, windows) => {
    expect(windowsOf(plan(`clock: ${clock}, ${zones}`), date)).toEqual(windows);
  });

  test("a holiday, too, begins by the zones' clock", () => {
    folder.calendar("2026-01-01", "2030-01-01", "2026-06-04");
    const tariff = folder.plan(
      `{ from: 2026-01-01, until: 2027-01-01, example: true, vat: 0, clock: standard, bands: [{ name: work, price: 0.3, when: [{ dayTypes: [working] }] }, { name: free, price: 0.1, otherwise: true }] }`,
      "calendar: test\ndayTypes: { working: { days: [mon, tue, wed, thu, fri], holidays: except } }",
    );
    expect(windowsOf(tariff, "2026-06-04")).toEqual(["00:00-01:00 work 0.3", "01:00-00:00 free 0.1"]);
  });
});

test("a day of another time zone is cut by that zone's midnight", () => {
  expect(windowsOf(plan(twoZones("22:00-06:00")), "2026-01-15", "UTC")).toEqual([
    "01:00-06:00 night 0.1",
    "06:00-22:00 day 0.3",
    "22:00-01:00 night 0.1",
  ]);
});

describe("seasons", () => {
  const bands = "bands: [{ name: s, price: 1, when: [{ seasons: [s] }] }, { name: w, price: 2, otherwise: true }]";
  test.each([
    ['[{ from: "04-01", to: "09-30" }]', "2026-03-31", "w 2"],
    ['[{ from: "04-01", to: "09-30" }]', "2026-04-01", "s 1"],
    ['[{ from: "04-01", to: "09-30" }]', "2026-09-30", "s 1"],
    ['[{ from: "11-01", to: "02-29" }]', "2028-02-29", "s 1"],
    ['[{ from: "11-01", to: "02-29" }]', "2026-03-01", "w 2"],
    ['[{ from: "11-01", to: "02-29" }]', "2026-12-24", "s 1"],
    ["summer_time", "2026-03-28", "w 2"],
    ["summer_time", "2026-03-29", "s 1"],
    ["standard_time", "2026-10-24", "w 2"],
    ["standard_time", "2026-10-25", "s 1"],
  ])("%s on %s", (season, date, band) => {
    const [only] = windowsOf(plan(bands, `seasons: { s: ${season} }`), date).map((text) => text.slice(12));
    expect(only).toBe(band);
  });
});

describe("day types", () => {
  // Holidays: Friday 1 May, Sunday 3 May, Thursday 4 June.
  const holidays = ["2026-05-01", "2026-05-03", "2026-06-04"];
  const types = `calendar: test
dayTypes:
  working: { days: [mon, tue, wed, thu, fri], holidays: except }
  sunday: { days: [sun], holidays: also }
  weekend: { days: [sat, sun] }
`;
  const bands = `bands: [{ name: w, price: 1, when: [{ dayTypes: [working] }] }, { name: s, price: 2, when: [{ dayTypes: [sunday] }] }, { name: sat, price: 3, otherwise: true }]`;
  const bandOn = (date: string, keys = types) => {
    folder.calendar("2026-01-01", "2027-01-01", ...holidays);
    const tariff = folder.plan(`{ from: 2026-01-01, until: 2027-01-01, example: true, vat: 0, ${bands} }`, keys);
    return windowsOf(tariff, date).map((text) => text.slice(12));
  };
  test("a holiday counts as Sunday where the plan says so", () => {
    expect(["2026-04-30", "2026-05-01", "2026-05-02", "2026-05-03"].flatMap((date) => bandOn(date))).toEqual([
      "w 1",
      "s 2",
      "sat 3",
      "s 2",
    ]);
  });
  test.each([
    ["holidays: { only: [2026-05-01] }", "2026-06-04", "w 1"],
    ["holidays: { only: [2026-05-01] }", "2026-05-01", "s 2"],
    ["holidays: { except: [Day of 06-04] }", "2026-06-04", "w 1"],
    ["holidays: { except: [Day of 06-04] }", "2026-05-01", "s 2"],
  ])("with %s, on %s", (set, date, band) => {
    expect(bandOn(date, `${types}${set}`)).toEqual([band]);
  });
  test("a day of the week is one whether or not it is a holiday", () => {
    const tariff = plan(
      "bands: [{ name: f, price: 1, when: [{ days: [fri] }] }, { name: x, price: 2, otherwise: true }]",
    );
    expect(windowsOf(tariff, "2026-05-01")).toEqual(["00:00-00:00 f 1"]);
  });
});

describe("a schedule", () => {
  const colours = `dayStart: "06:00", schedule: { name: colours }, bands: [
    { name: blue, price: 1, when: [{ states: [blue] }] }, { name: night, price: 2, when: [{ states: [red], hours: ["22:00-06:00"] }] },
    { name: red, price: 9, when: [{ states: [red], hours: ["06:00-22:00"] }] }]`;
  test("whose days begin at six; what it does not tell is not yet known", () => {
    folder.write(
      "series/colours.csv",
      "# a test\nstart,end,state\n2026-01-11T06:00,2026-01-12T06:00,red\n2026-01-12T05:00Z,2026-01-13T06:00,blue\n",
    );
    const tariff = plan(colours);
    expect(windowsOf(tariff, "2026-01-12")).toEqual(["00:00-06:00 night 2", "06:00-00:00 blue 1"]);
    expect(windowsOf(tariff, "2026-01-13")).toEqual(["00:00-06:00 blue 1", "06:00-00:00 unknown"]);
  });
  test("that tells of one state leaves the rest to the other one, within what it covers", () => {
    folder.write(
      "series/low.csv",
      "start,end,state\n2026-01-12T01:00,2026-01-12T03:00,low\n2026-01-12T05:15,2026-01-12T06:00,low\n",
    );
    const tariff = plan(
      `schedule: { name: low, otherwise: high }, bands: [{ name: nt, price: 1, when: [{ states: [low] }] }, { name: vt, price: 2, when: [{ states: [high] }] }]`,
    );
    expect(windowsOf(tariff, "2026-01-12")).toEqual([
      "00:00-01:00 unknown",
      "01:00-03:00 nt 1",
      "03:00-05:15 vt 2",
      "05:15-06:00 nt 1",
      "06:00-00:00 unknown",
    ]);
  });
});

test("a day that begins at six is of the season and the day type of the day on which it began", () => {
  const tariff = plan(
    `dayStart: "06:00", bands: [{ name: f, price: 1, when: [{ days: [fri] }] }, { name: x, price: 2, otherwise: true }]`,
  );
  expect(windowsOf(tariff, "2026-05-02")).toEqual(["00:00-06:00 f 1", "06:00-00:00 x 2"]);
});

describe("a series", () => {
  beforeAll(() =>
    folder.write(
      "series/spot.csv",
      "start,end,price\n2026-01-12,2026-01-12T00:30,100\n2026-01-12T00:30,2026-01-12T00:45,-400\n2026-01-12T01:00,2026-01-12T02:00,9000\n",
    ),
  );
  test("prices by its formula; a time without a row has none", () => {
    const tariff = plan("series: { name: spot, plus: 0.1, times: 0.001, tax: 0.5, floor: -0.25, cap: 1 }");
    expect(windowsOf(tariff, "2026-01-12")).toEqual([
      `00:00-00:30 all ${(0.1 + 0.001 * 100) * 1.5}`,
      "00:30-00:45 all -0.25",
      "00:45-01:00 all",
      "01:00-02:00 all 1",
      "02:00-00:00 all",
    ]);
  });
  test("can be a band's", () => {
    const bands = `bands: [{ name: a, series: { name: spot }, when: [{ hours: ["00:15-00:45"] }] }, { name: b, price: 3, otherwise: true }]`;
    expect(windowsOf(plan(bands), "2026-01-12")).toEqual([
      "00:00-00:15 b 3",
      "00:15-00:30 a 100",
      "00:30-00:45 a -400",
      "00:45-00:00 b 3",
    ]);
  });
});

test("blocks decide the price, of all the use or of a band's", () => {
  const blocks = "blocks: { per: day, steps: [{ upTo: 10, price: 1 }, { price: 2 }] }";
  expect(windowsOf(plan(blocks), "2026-01-12")).toEqual(["00:00-00:00 all"]);
  const bands = `bands: [{ name: free, ${blocks}, when: [{ hours: ["11:00-14:00"] }] }, { name: b, price: 3, otherwise: true }]`;
  expect(windowsOf(plan(bands), "2026-01-12")).toEqual(["00:00-11:00 b 3", "11:00-14:00 free", "14:00-00:00 b 3"]);
});

test("demand has the hours that count, a fixed charge none", () => {
  const hours = 'demand: { price: 4, when: [{ days: [mon], hours: ["07:00-19:00"] }] }';
  expect(windowsOf(plan(hours, "", "kind: demand"), "2026-01-12")).toEqual(["07:00-19:00 demand"]);
  expect(windowsOf(plan("demand: { price: 4 }", "", "kind: demand"), "2026-01-12")).toEqual(["00:00-00:00 demand"]);
  expect(windowsOf(plan("fixed: { price: 5, per: month }"), "2026-01-12")).toEqual([]);
});
