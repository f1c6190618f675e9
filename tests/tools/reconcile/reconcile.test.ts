/** A printed bill beside what the data says: what agrees, each way in which a difference is explained, and what is not. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readTariff } from "../../../configuration/tariffs";
import { readBill } from "../../../tools/reconcile/printed-bill";
import { dayAfter, type Recorded, type RecordedLine } from "../../../tools/reconcile/recorded";
import { reconcile } from "../../../tools/reconcile/report";

const directory = mkdtempSync(join(tmpdir(), "wattlake-reconcile-"));
afterAll(() => rmSync(directory, { recursive: true }));

// Warsaw's summer time: a local day begins at 22:00 UTC.
const hourMs = 3_600_000;
const midnight = (date: string) => Date.parse(date) - 2 * hourMs;
const powerAt = (ms: number) => 1000 + 60 * new Date(ms).getUTCHours() + 170 * new Date(ms).getUTCDate();
const bandAt = (ms: number, offsetHours = 2) => {
  const hour = new Date(ms + offsetHours * hourMs).getUTCHours();
  return hour >= 22 || hour < 6 ? "night" : "day";
};

/** Hour by hour, with the zones' clock so far from UTC. */
function kwh(from: string, to: string, band: "day" | "night", offsetHours = 2): number {
  let sum = 0;
  for (let ms = midnight(from); ms < midnight(to) + 24 * hourMs; ms += hourMs)
    if (bandAt(ms, offsetHours) === band) sum += powerAt(ms) / 1000;
  return sum;
}

writeFileSync(
  join(directory, "p.yaml"),
  `id: p
name: Example
currency: PLN
timezone: Europe/Warsaw
description: For a test.
components:
  - id: energy
    name: Active energy
    kind: energy
    versions:
      - { from: 2026-01-01, until: 2026-07-01, example: true, vat: 0.23, bands: [{ name: day, price: 0.5, otherwise: true }, { name: night, price: 0.25, when: &night [{ hours: ["22:00-06:00"] }] }] }
      - { from: 2026-07-01, example: true, vat: 0.23, bands: [{ name: day, price: 0.6, otherwise: true }, { name: night, price: 0.3, when: *night }] }
`,
);
const tariff = readTariff("p", directory);

const charged = {
  plan: "p",
  currency: "PLN",
  component: "energy",
  component_name: "Active energy",
  version: "2026-07-01",
};
function energyLine(band: "day" | "night", quantity: number, price: number, missing = 0): RecordedLine {
  const net = round((quantity - missing) * price);
  const shares = { unknown_share: missing > 0 ? 0.2 : 0, vat_rate: 0.23, is_example: true };
  const bounds = { gross: round(net * 1.23), at_least: net * 1.23, at_most: (net + 3 * missing * price) * 1.23 };
  return { ...charged, ...shares, ...bounds, band, quantity: quantity - missing, unit: "kWh", price, net };
}

/** What the views say of the time from 2 to 5 July; with a gap, 6 kWh of the night are not known. */
function handMade(hasGap: boolean, isPeriod: boolean): Recorded {
  const standing = { ...charged, component: "standing", component_name: "Standing charge", version: "2026-01-01" };
  const amounts = { net: 1, gross: 1.23, at_least: 1.23, at_most: 1.23, unknown_share: null, vat_rate: 0.23 };
  const lines = [
    energyLine("day", dayKwh, 0.6),
    energyLine("night", nightKwh, 0.3, hasGap ? 6 : 0),
    { ...standing, ...amounts, band: null, quantity: 4, unit: "day", price: 0.25, is_example: true },
  ];
  const starts = Array.from({ length: 10 * 96 }, (_, quarter) => midnight("2026-06-29") + (quarter * hourMs) / 4);
  return {
    lines: async () => (isPeriod ? lines : []),
    slots: async () =>
      starts.map((start_ms, quarter) => {
        const date = dayAfter("2026-06-29", Math.floor(quarter / 96));
        const version = date < "2026-07-01" ? "2026-01-01" : "2026-07-01";
        return { start_ms, date, version, band: bandAt(start_ms), energy_wh: powerAt(start_ms) / 4 };
      }),
    prices: async () =>
      [
        { version: "2026-01-01", band: "day", price: 0.5 },
        { version: "2026-01-01", band: "night", price: 0.25 },
        { version: "2026-07-01", band: "day", price: 0.6 },
        { version: "2026-07-01", band: "night", price: 0.3 },
      ].map((one) => ({ ...one, vat: 0.23 })),
    counters: async () => {
      const to_wh = 1_000_000 + (dayKwh + nightKwh) * 1000;
      return [{ device: "em-home", channel: 0, readings: 400, from_wh: 1_000_000, to_wh }];
    },
  };
}

const span = ["2026-07-02", "2026-07-05"] as const;
const [dayKwh, nightKwh] = [kwh(...span, "day"), kwh(...span, "night")];
const round = (value: number, digits = 2) => Number(value.toFixed(digits));

async function report(lines: string, head = "site: home\nfrom: 2026-07-02\nto: 2026-07-05") {
  const path = join(directory, "bill.yaml");
  writeFileSync(path, `${head}\nlines:\n${lines}`);
  const bill = readBill(path);
  const recorded = handMade(bill.site === "gappy", bill.from === span[0] && bill.to === span[1]);
  return reconcile(bill, recorded, (name) => (name === "p" ? tariff : undefined));
}
const line = (keys: string) => `  - { text: A line, component: energy, ${keys} }\n`;

test("what agrees, and what the bill leaves out", async () => {
  const { lines, unexplained } = await report(
    line(`band: day, quantity_kwh: ${round(dayKwh)}, price: 0.6, net: ${round(dayKwh * 0.6)}`) +
      line(`band: night, gross: ${round(round(nightKwh * 0.3) * 1.23)}`),
  );
  expect(unexplained).toBe(0);
  expect(lines).toEqual([
    "home, 2026-07-02 to 2026-07-05, p, PLN",
    "",
    "A line (Active energy, day)",
    `  quantity: bill ${round(dayKwh)}, data ${round(dayKwh, 3)} kWh: agrees`,
    "  price: bill 0.6, data 0.6 per kWh: agrees",
    `  net: bill ${(dayKwh * 0.6).toFixed(2)}, data ${(dayKwh * 0.6).toFixed(2)}: agrees`,
    "",
    "A line (Active energy, night)",
    expect.stringMatching(/^ {2}gross: .*: agrees$/),
    "",
    "Not among the bill's lines",
    "  standing: net 1.00",
  ]);
});

test("a quantity that is cut to whole units is rounding, and its amount follows from it", async () => {
  const whole = Math.ceil(dayKwh);
  // So that it is not the nearest one.
  expect(whole - dayKwh).toBeGreaterThan(0.5);
  const { lines, unexplained } = await report(line(`band: day, quantity_kwh: ${whole}, net: ${round(whole * 0.6)}`));
  expect(unexplained).toBe(0);
  expect(lines).toContain("    Rounding: the bill has steps of 1 kWh, and cuts or raises by one.");
  expect(lines).toContain("    It follows from the quantity of the bill.");
});

test("a price of an earlier version, or with VAT in it", async () => {
  const { lines, unexplained } = await report(
    line("band: day, price: 0.5") + line("band: night, price: 0.369") + line("band: night, price: 0.6"),
  );
  expect(unexplained).toBe(0);
  expect(lines).toEqual(
    expect.arrayContaining([
      expect.stringContaining("Another version: it is the price of day from 2026-01-01 on, which was replaced before"),
      "    VAT: 0.3 with 23 % is it.",
      "    Another band: it is the price of day.",
    ]),
  );
});

test("zones by standard time all year", async () => {
  const [day, night] = [kwh(...span, "day", 1), kwh(...span, "night", 1)];
  expect(Math.abs(night - nightKwh) / nightKwh).toBeGreaterThan(0.012);
  const { lines, unexplained } = await report(
    line(`band: day, quantity_kwh: ${round(day, 1)}`) + line(`band: night, quantity_kwh: ${round(night, 1)}`),
  );
  expect(lines).toContain(
    `    Another zone clock: by standard time all year, night would have ${round(night, 3)} kWh.`,
  );
  expect(lines.join("\n")).not.toContain("UTC");
  expect(unexplained).toBe(0);
});

test("registers that were read a day later", async () => {
  const [day, night] = (["day", "night"] as const).map((band) => round(kwh("2026-07-02", "2026-07-06", band), 1));
  const { lines, unexplained } = await report(
    line(`band: day, quantity_kwh: ${day}`) + line(`band: night, quantity_kwh: ${night}`),
  );
  expect(unexplained).toBe(0);
  expect(lines).toContainEqual(
    expect.stringMatching(/^ {4}Reading days: from 2026-07-02 to 2026-07-06, both included, there are /),
  );
});

test("registers beside quantities and the meter's counter", async () => {
  const { lines } = await report(
    line(`band: day, quantity_kwh: ${Math.round(dayKwh)}, register: { from: 100, to: ${100 + Math.round(dayKwh)} }`) +
      line(`band: night, quantity_kwh: 50, register: { from: 200, to: ${200 + Math.round(nightKwh)} }`),
  );
  const counted = lines.find((text) => text.includes("Counter of em-home"));
  expect(counted).toContain(`channel 0: 1000 to ${round(1000 + dayKwh + nightKwh, 3)} kWh`);
  expect(lines).toContainEqual(`  A line: the register rose by ${Math.round(nightKwh)} kWh, but 50 kWh are charged.`);
  expect(lines.at(-4)).toMatch(/^ {2}Registers and counters are .* kWh apart .*: as two good meters may differ\.$/);
});

test("what a gap could hold, and what it could not", async () => {
  const head = "site: gappy\nfrom: 2026-07-02\nto: 2026-07-05";
  const { lines, unexplained } = await report(line(`band: night, net: ${round(nightKwh * 0.3)}`), head);
  expect(lines).toContainEqual(
    expect.stringMatching(/^ {4}Gaps: .* % of its time is not known; with VAT it comes to .* to /),
  );
  expect(unexplained).toBe(0);
  const less = await report(line("band: night, net: 1"), head);
  expect(less.lines).toContain("    Nothing that is known explains it.");
  expect(less.unexplained).toBe(1);
});

test("what nothing explains, what is not there, and a time that is no billing period", async () => {
  const { lines, unexplained } = await report(
    `${line(`band: day, quantity_kwh: ${round(dayKwh * 3)}`)}${line("band: noon, net: 1")}  - { text: Something, net: 1 }\n`,
  );
  expect(unexplained).toBe(3);
  expect(lines).toContain("    Nothing that is known explains it.");
  expect(lines).toContain("  The component energy has no band noon; it has day, night.");
  expect(lines).toContain("  It names no component, so it is not compared; there are energy, standing.");
  const other = await report(line("net: 1"), "site: home\nfrom: 2026-07-02\nto: 2026-07-03");
  expect(other.lines).toEqual([
    "The contract of home has no billing period from 2026-07-02 to 2026-07-03 with a record.",
  ]);
});

test("a bill's own mistakes are said by their place", async () => {
  await expect(report("  - { txt: A }\n")).rejects.toThrow(
    /bill\.yaml: lines\[0\]\.text is missing.*unknown key "txt"/,
  );
  const backwards = report(line("net: 1"), "site: home\nfrom: 2026-07-02\nto: 2026-07-01");
  await expect(backwards).rejects.toThrow(/to is 2026-07-01, but must not be before 2026-07-02/);
});
