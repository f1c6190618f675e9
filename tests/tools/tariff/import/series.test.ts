/** Each source of prices in its own shape, with invented values; and what becomes of doubled, missing and changed ones. */
import { ImportFolder } from "./import-folder";

let folder: ImportFolder;
beforeEach(() => {
  folder = new ImportFolder();
});
afterEach(() => folder.remove());

const known = ["--unit", "EUR/kWh", "--prices", "net"];

describe("a plain table", () => {
  test("of instants, or of local times of a named zone", () => {
    folder.import("a.csv", "start,end,price\n2026-01-01T00:00+01:00,2026-01-01T01:00+01:00,0.1\n", ...known);
    folder.import(
      "b.csv",
      "start,end,price\n2026-01-01 00:00,2026-01-01 01:00,0.1\n",
      ...known,
      "--timezone",
      "Europe/Warsaw",
    );
    expect(folder.series("a")).toEqual(["2025-12-31T23:00 00:00 0.1"]);
    expect(folder.series("b")).toEqual(folder.series("a"));
  });

  test("a local time without a zone is not guessed", () => {
    expect(() => folder.import("a.csv", "start,end,price\n2026-01-01 00:00,2026-01-01 01:00,0.1\n")).toThrow(
      /a\.csv, line 2: 2026-01-01 00:00 has no offset: give --timezone/,
    );
  });

  test("semicolons between columns mean decimal commas; cents are converted", () => {
    folder.import(
      "a.csv",
      "# ours\nstart;end;price\n2026-01-01T00:00Z;2026-01-01T00:30Z;12,34\n2026-01-01T00:30Z;2026-01-01T01:00Z;-0,5\n",
      ...["--unit", "ct/kWh", "--currency", "EUR", "--prices", "gross"],
    );
    expect(folder.series("a")).toEqual(["2026-01-01T00:00 00:30 0.1234", "2026-01-01T00:30 01:00 -0.005"]);
    expect(folder.read("series/a.csv")).toMatch(/^# Prices in EUR per kWh, with VAT\.$/m);
  });

  test("what it does not tell is left open, in the file and on the terminal", () => {
    const told = folder.import("a.csv", "start,end,price\n2026-01-01T00:00Z,2026-01-01T01:00Z,0.1\n");
    for (const option of ["--unit", "--currency", "--prices"]) {
      expect(told).toContainEqual(expect.stringMatching(`^OPEN: .*${option}`));
      expect(folder.read("series/a.csv")).toMatch(new RegExp(`^# OPEN: .*${option}`, "m"));
    }
  });

  test("a mistake is named by its line", () => {
    const rows = (row: string) => `start,end,price\n2026-01-01T00:00Z,2026-01-01T01:00Z,0.1\n${row}\n`;
    expect(() => folder.import("a.csv", rows("2026-01-01T01:00Z,2026-01-01T02:00Z,cheap"))).toThrow(
      /line 3: price is "cheap"/,
    );
    expect(() => folder.import("a.csv", rows("2026-01-01T01:10Z,2026-01-01T02:00Z,1"))).toThrow(
      /line 3: .* off the 15-minute grid/,
    );
    expect(() => folder.import("a.csv", "start,end\n")).toThrow(/has no column price; its columns are start, end/);
    expect(() => folder.import("a.csv", rows(""), "--unit", "EUR/GJ")).toThrow(/"EUR\/GJ" is no unit that is known/);
  });

  test("JSON of the same", () => {
    const row = { start: "2026-01-01T00:00Z", end: "2026-01-01T01:00Z", price: 0.1 };
    folder.import("a.json", [row], ...known);
    folder.import("b.json", { prices: [{ ...row, price: undefined, eur: 0.1 }] }, ...known, "--value", "eur");
    expect(folder.series("a")).toEqual(["2026-01-01T00:00 01:00 0.1"]);
    expect(folder.series("b")).toEqual(folder.series("a"));
  });
});

describe("order", () => {
  const table = (...rows: readonly string[]) =>
    ["start,end,price", ...rows.map((row) => row.replace(/(\d\d:\d\d)/g, "2026-01-01T$1Z"))].join("\n");
  const run = (...rows: readonly string[]) => folder.import("a.csv", table(...rows), ...known);

  test("what is said twice is taken once, and told", () => {
    expect(run("01:00,02:00,2", "00:00,01:00,1", "01:00,02:00,2")).toContain(
      "Said twice, taken once: 2026-01-01T01:00Z until 2026-01-01T02:00Z.",
    );
    expect(folder.series("a")).toEqual(["2026-01-01T00:00 01:00 1", "2026-01-01T01:00 02:00 2"]);
  });

  test("two prices at once are refused, and nothing is written", () => {
    expect(() => run("00:00,01:00,1", "00:45,01:45,2")).toThrow(
      "Two prices hold at once: 2026-01-01T00:45Z until 2026-01-01T01:00Z.",
    );
    expect(() => run("00:00,01:00,1", "00:00,01:00,2")).toThrow(/Two prices hold at once/);
    expect(() => folder.read("series/a.csv")).toThrow(/ENOENT/);
  });

  test("a gap is told with its instants", () => {
    expect(run("00:00,01:00,1", "02:00,03:00,2")).toContain(
      "Not known, so their cost stays unknown: 2026-01-01T01:00Z until 2026-01-01T02:00Z.",
    );
  });

  test("without ends, a missing row stays missing", () => {
    const told = folder.import(
      "a.csv",
      "start,price\n2026-01-01T00:00Z,1\n2026-01-01T00:15Z,2\n2026-01-01T00:45Z,3\n2026-01-01T01:00Z,4\n",
      ...known,
    );
    expect(folder.series("a").at(-1)).toBe("2026-01-01T01:00 01:15 4");
    expect(told).toContainEqual(expect.stringContaining("2026-01-01T00:30Z until 2026-01-01T00:45Z"));
    expect(() => folder.import("b.csv", "start,price\n2026-01-01T00:00Z,1\n", ...known)).toThrow(/give --step/);
    folder.import("b.csv", "start,price\n2026-01-01T00:00Z,1\n", ...known, "--step", "30");
    expect(folder.series("b")).toEqual(["2026-01-01T00:00 00:30 1"]);
  });
});

describe("a series that is there", () => {
  const hours = (...prices: readonly (string | number)[]) =>
    ["start,end,price", ...prices.map((price, at) => `2026-01-01T0${at}:00Z,2026-01-01T0${at + 1}:00Z,${price}`)].join(
      "\n",
    );

  test("gets the new prices, and how many changed is told", () => {
    folder.import("a.csv", hours(1, 2, 3), ...known);
    const told = folder.import("a.csv", hours("", 2, 3.5, 4), ...known);
    expect(told[0]).toMatch(/a\.csv is merged: 1 prices added, 1 changed, 1 as before\.$/);
    expect(folder.series("a").map((line) => line.split(" ")[2])).toEqual(["1", "2", "3.5", "4"]);
  });

  test("a shorter new price leaves the rest of the old", () => {
    folder.import("a.csv", hours(1), ...known);
    folder.import("a.csv", "start,end,price\n2026-01-01T00:15Z,2026-01-01T00:30Z,9\n", ...known);
    expect(folder.series("a")).toEqual([
      "2026-01-01T00:00 00:15 1",
      "2026-01-01T00:15 00:30 9",
      "2026-01-01T00:30 01:00 1",
    ]);
  });

  test("in another currency it is not mixed, but may be replaced", () => {
    folder.import("a.csv", hours(1, 2), ...known);
    const inPounds = ["--unit", "GBP/kWh", "--prices", "net"];
    expect(() => folder.import("a.csv", hours(3), ...inPounds)).toThrow(
      /has prices in EUR per kWh, without VAT\. These are in GBP per kWh, without VAT: give another --name, or --replace/,
    );
    folder.import("a.csv", hours(3), ...inPounds, "--replace");
    expect(folder.series("a")).toEqual(["2026-01-01T00:00 01:00 3"]);
  });

  test("its comments stay; its local times need their zone", () => {
    folder.write("series/a.csv", "# By hand.\nstart,end,price\n2026-01-01,2026-01-02,1\n");
    expect(() => folder.import("a.csv", hours(1), ...known)).toThrow(/has times without offset: give --timezone/);
    folder.import("a.csv", hours(2), ...known, "--timezone", "Europe/Warsaw");
    expect(folder.read("series/a.csv")).toMatch(/^# By hand\.\n/);
    expect(folder.series("a")[0]).toBe("2025-12-31T23:00 00:00 1");
  });
});

describe("Octopus", () => {
  const row = (from: string, to: string | null, price: number, payment_method: string | null = null) => ({
    value_exc_vat: price,
    value_inc_vat: price * 1.05,
    valid_from: from,
    valid_to: to,
    payment_method,
  });
  const answer = (...results: object[]) => ({ count: results.length, next: null, previous: null, results });

  test("pence, newest first, with or without VAT", () => {
    const agile = answer(
      row("2026-01-01T00:30:00Z", "2026-01-01T01:00:00Z", 20),
      row("2026-01-01T00:00:00Z", "2026-01-01T00:30:00Z", -1.5),
    );
    folder.import("agile.json", agile);
    expect(folder.series("agile")).toEqual(["2026-01-01T00:00 00:30 -0.015", "2026-01-01T00:30 01:00 0.2"]);
    expect(folder.read("series/agile.csv")).toMatch(/^# Prices in GBP per kWh, without VAT\.$/m);
    folder.import("agile.json", agile, "--value", "value_inc_vat", "--replace");
    expect(folder.series("agile").at(-1)).toBe("2026-01-01T00:30 01:00 0.21");
    expect(folder.read("series/agile.csv")).toMatch(/, with VAT\.$/m);
  });

  test("a price per payment method is asked for", () => {
    const rates = answer(
      row("2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z", 20, "DIRECT_DEBIT"),
      row("2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z", 22, "NON_DIRECT_DEBIT"),
    );
    expect(() => folder.import("a.json", rates)).toThrow(/give --select with DIRECT_DEBIT or NON_DIRECT_DEBIT/);
    folder.import("a.json", rates, "--select", "NON_DIRECT_DEBIT");
    expect(folder.series("a")).toEqual(["2026-01-01T00:00 00:00 0.22"]);
  });

  test("a price until further notice needs an end", () => {
    const rates = answer(
      row("2026-04-01T00:00:00Z", null, 25),
      row("2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z", 20),
    );
    expect(folder.import("a.json", rates)).toContainEqual(
      expect.stringMatching(/^OPEN: The price from 2026-04-01T00:00Z on has no end and is left out: give --until/),
    );
    folder.import("a.json", rates, "--until", "2026-07-01T00:00Z");
    expect(folder.series("a")).toHaveLength(2);
  });
});

test("energy-charts: two lists, per MWh; a price that is not yet known is left out", () => {
  const start = Date.UTC(2026, 0, 1) / 1000;
  const told = folder.import("de.json", {
    license_info: "CC BY 4.0",
    unix_seconds: [start, start + 900, start + 1800, start + 2700],
    price: [73.24, null, -5, 60],
    unit: "EUR / MWh",
    deprecated: false,
  });
  expect(folder.series("de")).toEqual([
    "2026-01-01T00:00 00:15 0.07324",
    "2026-01-01T00:30 00:45 -0.005",
    "2026-01-01T00:45 01:00 0.06",
  ]);
  expect(told).toContainEqual(expect.stringContaining("2026-01-01T00:15Z until 2026-01-01T00:30Z"));
  expect(told.filter((line) => line.startsWith("OPEN"))).toEqual([]);
});

test("aWATTar: milliseconds, per MWh", () => {
  const start_timestamp = Date.UTC(2026, 0, 1);
  const data = [{ start_timestamp, end_timestamp: start_timestamp + 3_600_000, marketprice: 42.09, unit: "Eur/MWh" }];
  folder.import("at.json", { object: "list", data, url: "/at/v1/marketdata" });
  expect(folder.series("at")).toEqual(["2026-01-01T00:00 01:00 0.04209"]);
});

describe("Tibber", () => {
  const at = (hour: number, total: number) => ({
    total,
    energy: total - 0.1,
    tax: 0.1,
    startsAt: `2026-01-01T0${hour}:00:00.000+01:00`,
    level: "CHEAP",
  });
  const priceInfo = { current: at(1, 0.5), today: [at(1, 0.5), at(2, 0.6)], tomorrow: [] };

  test("the whole answer of its API, or the part of it", () => {
    const answer = {
      data: { viewer: { homes: [{ currentSubscription: null }, { currentSubscription: { priceInfo } }] } },
    };
    folder.import("a.json", answer, "--currency", "NOK", "--value", "total");
    folder.import("b.json", priceInfo, "--currency", "NOK");
    expect(folder.series("a")).toEqual(["2026-01-01T00:00 01:00 0.5", "2026-01-01T01:00 02:00 0.6"]);
    expect(folder.series("b")).toEqual(["2026-01-01T00:00 01:00 0.4", "2026-01-01T01:00 02:00 0.5"]);
    expect(folder.read("series/a.csv")).toMatch(/NOK per kWh, with VAT\.$/m);
  });

  test("without a currency it is left open, and per kWh it is", () => {
    const told = folder.import("b.json", priceInfo);
    expect(told.filter((line) => line.startsWith("OPEN"))).toEqual([expect.stringContaining("--currency")]);
  });
});

describe("ENTSO-E", () => {
  const point = ([position, price]: readonly [number, number]) =>
    `<Point><position>${position}</position><price.amount>${price}</price.amount></Point>`;
  const series = (
    resolution: string,
    points: readonly (readonly [number, number])[],
    more = "<curveType>A03</curveType>",
  ) => `
  <TimeSeries>
    <mRID>1</mRID><auction.type>A01</auction.type>
    <in_Domain.mRID codingScheme="A01">10YBE----------2</in_Domain.mRID>
    <currency_Unit.name>EUR</currency_Unit.name>
    <price_Measure_Unit.name>MWH</price_Measure_Unit.name>
    ${more}
    <Period>
      <timeInterval><start>2026-02-16T23:00Z</start><end>2026-02-17T01:00Z</end></timeInterval>
      <resolution>${resolution}</resolution>
      ${points.map(point).join("\n")}
    </Period>
  </TimeSeries>`;
  const xml = (...all: readonly string[]) => `<?xml version="1.0" encoding="utf-8"?>
<Publication_MarketDocument xmlns="urn:iec62325.351:tc57wg16:451-3:publicationdocument:7:3">
  <mRID>1</mRID><type>A44</type>${all.join("")}
</Publication_MarketDocument>`;

  test("a point that is left out is as before it, to the end of the period", () => {
    folder.import(
      "be.xml",
      xml(
        series("PT15M", [
          [1, 73.24],
          [4, 60],
          [6, -1],
        ]),
      ),
    );
    expect(folder.series("be")).toEqual([
      "2026-02-16T23:00 23:45 0.07324",
      "2026-02-16T23:45 00:15 0.06",
      "2026-02-17T00:15 01:00 -0.001",
    ]);
  });

  test("hours; one point alone; several periods", () => {
    folder.import(
      "be.xml",
      xml(
        series("PT60M", [
          [1, 88.33],
          [2, 80.75],
        ]),
      ),
    );
    expect(folder.series("be")).toEqual(["2026-02-16T23:00 00:00 0.08833", "2026-02-17T00:00 01:00 0.08075"]);
    folder.import("one.xml", xml(series("PT60M", [[1, 50]])));
    expect(folder.series("one")).toEqual(["2026-02-16T23:00 01:00 0.05"]);
  });

  test("in a curve of equal blocks a point that is left out is not known", () => {
    const told = folder.import(
      "be.xml",
      xml(
        series(
          "PT15M",
          [
            [2, 10],
            [4, 20],
          ],
          "<curveType>A01</curveType>",
        ),
      ),
    );
    expect(folder.series("be")).toEqual(["2026-02-16T23:15 23:30 0.01", "2026-02-16T23:45 00:00 0.02"]);
    expect(told).toContain("Not known: 2026-02-16T23:00Z until 2026-02-16T23:15Z.");
  });

  test("of several auctions one is asked for", () => {
    const sequence = (position: number) =>
      `<classificationSequence_AttributeInstanceComponent.position>${position}</classificationSequence_AttributeInstanceComponent.position>`;
    const both = xml(series("PT60M", [[1, 50]], sequence(1)), series("PT15M", [[1, 70]], sequence(2)));
    expect(() => folder.import("de.xml", both)).toThrow(/several auctions: give --select with 1 or 2/);
    folder.import("de.xml", both, "--select", "2");
    expect(folder.series("de")).toEqual(["2026-02-16T23:00 01:00 0.07"]);
  });

  test("half a document, a refusal, another document, a point too many", () => {
    const whole = xml(series("PT60M", [[1, 50]]));
    expect(() => folder.import("a.xml", whole.slice(0, -40))).toThrow(/is no whole XML document/);
    expect(() => folder.import("a.xml", whole.replace(">A44<", ">A65<"))).toThrow(/Publication_MarketDocument\.type/);
    expect(() =>
      folder.import(
        "a.xml",
        "<Acknowledgement_MarketDocument><Reason><code>999</code><text>No matching data found</text></Reason></Acknowledgement_MarketDocument>",
      ),
    ).toThrow(/ENTSO-E's refusal: No matching data found/);
    expect(() =>
      folder.import(
        "a.xml",
        xml(
          series("PT60M", [
            [1, 50],
            [3, 60],
          ]),
        ),
      ),
    ).toThrow(/a point 3 after the end/);
  });
});

test("a file of no known shape asks for its format, and a word that is none is refused", () => {
  expect(() => folder.import("a.txt", "prices, more or less")).toThrow(
    /has no shape that is known: give --as with one of csv, json/,
  );
  expect(() => folder.import("a.txt", "", "--as", "xls")).toThrow(/--as is "xls", but must be one of csv/);
  expect(() => folder.import("a.txt", "", "--frm", "2026-01-01")).toThrow(/Unknown option '--frm'/);
  expect(() => folder.import("a.txt", "", "--vat", "23", "--timezone", "Warsaw")).toThrow(
    /--timezone is "Warsaw".*\n--vat must be a fraction/,
  );
});
