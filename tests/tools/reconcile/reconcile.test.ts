/** A printed bill beside a week of data: what agrees, each way in which a difference is explained, and what is not. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bandsOf, readTariff, type Tariff } from "../../../configuration/tariffs";
import type { Reading } from "../../../functions/readings/reading";
import type { Source } from "../../../tools/query/answer";
import { openSource } from "../../../tools/query/sources";
import { readBill } from "../../../tools/reconcile/printed-bill";
import { askRecorded } from "../../../tools/reconcile/recorded";
import { reconcile } from "../../../tools/reconcile/report";
import { layOut, stackConfig, writeLake } from "../../sql/lake";
import { days, period, windows } from "../../sql/tariff-rows";

const directory = mkdtempSync(join(tmpdir(), "wattlake-reconcile-"));
const state = join(directory, "state");
const week = days("2026-06-30", "2026-07-08");
// Warsaw's summer time: a local day begins at 22:00 UTC.
const hourMs = 3_600_000;
const midnight = (date: string) => Date.parse(date) - 2 * hourMs;
const powerAt = (ms: number) => 1000 + 60 * new Date(ms).getUTCHours() + 170 * new Date(ms).getUTCDate();

/** By hand: hour by hour, with the zones' clock so far from UTC. */
function kwh(from: string, to: string, band?: "day" | "night", offsetHours = 2): number {
  let sum = 0;
  for (let ms = midnight(from); ms < midnight(to) + 24 * hourMs; ms += hourMs) {
    const hour = new Date(ms + offsetHours * hourMs).getUTCHours();
    const isNight = hour >= 22 || hour < 6;
    if (band === undefined || isNight === (band === "night")) sum += powerAt(ms) / 1000;
  }
  return sum;
}

const plan = `id: p
name: Example
currency: PLN
timezone: Europe/Warsaw
description: For a test.
components:
  - id: energy
    name: Active energy
    kind: energy
    versions:
      - { from: 2026-01-01, until: 2026-07-01, example: true, vat: 0.23, bands: [{ name: day, price: 0.5, otherwise: true }, { name: night, price: 0.25, when: [{ hours: ["22:00-06:00"] }] }] }
      - { from: 2026-07-01, example: true, vat: 0.23, bands: [{ name: day, price: 0.6, otherwise: true }, { name: night, price: 0.3, when: [{ hours: ["22:00-06:00"] }] }] }
`;

let tariff: Tariff;
let opened: Source;
let source: Source;
beforeAll(async () => {
  writeFileSync(join(directory, "p.yaml"), plan);
  tariff = readTariff("p", directory);
  const site = (id: string) => {
    const meter = {
      id: `em-${id}`,
      model: "EM",
      integration: "hold",
      channels: [{ index: 0, name: "Grid", role: "grid" }],
    };
    return { id, timezone: "Europe/Warsaw", currency: "PLN", meters: [meter] };
  };
  const sites = ["home", "gappy"].map(site);
  const lake = await layOut(stackConfig(sites, "2026-06-30", "2026-07-07"), [
    ...readings("em-home"),
    ...readings("em-gappy", true),
  ]);
  const rows = ["home", "gappy"].map(tariffRows);
  mkdirSync(state);
  writeLake(
    {
      ...lake,
      billing_periods: rows.flatMap((of) => of.billing_periods),
      tariff_windows: rows.flatMap((of) => of.tariff_windows),
      tariff_charges: rows.flatMap((of) => of.tariff_charges),
    },
    join(state, "gcs", "mirror-bucket"),
  );
  opened = await openSource({ state });
  const answers = new Map<string, ReturnType<Source["ask"]>>();
  // Most of the bills ask the same, and an answer takes seconds.
  source = {
    ...opened,
    ask(question) {
      const answer = answers.get(question) ?? opened.ask(question);
      answers.set(question, answer);
      return answer;
    },
  };
});
afterAll(() => {
  opened.close();
  rmSync(directory, { recursive: true });
});

/** With a counter that begins at 1000 kWh; a gap is six hours of 3 July. */
function readings(device: string, hasGap = false): Reading[] {
  const found: Reading[] = [];
  let counter = 1_000_000;
  for (let ms = midnight("2026-06-30"); ms <= midnight("2026-07-08") - 900_000; ms += 900_000) {
    const isGap = hasGap && ms > midnight("2026-07-03") && ms < midnight("2026-07-03") + 6 * hourMs;
    const counters = hasGap ? {} : { import_counter_wh: Number(counter.toFixed(3)) };
    if (!isGap) found.push({ ts: new Date(ms).toISOString(), device, channel: 0, power_w: powerAt(ms), ...counters });
    counter += powerAt(ms) / 4;
  }
  return found;
}

function tariffRows(site: string) {
  const given = { site };
  const instant = (ms: number) => new Date(ms).toISOString();
  return {
    billing_periods: [
      period("2026-06-30", "2026-07-02", given),
      period("2026-07-02", "2026-07-06", {
        ...given,
        amount_rounding: "line",
        amount_step: 0.01,
        amount_mode: "half_up",
      }),
      period("2026-07-06", "2026-07-08", given),
    ],
    tariff_windows: week.flatMap((date) =>
      (tariff.components[0]?.versions ?? []).flatMap((version) => {
        if (date < version.from || date >= (version.until ?? "9999")) return [];
        return bandsOf(tariff, version, date).flatMap(({ startMs, endMs, band, price }) =>
          windows([date], [["00:00-24:00", band, price ?? null]], {
            ...given,
            ...{ version: version.from, vat: version.vat, component_name: "Active energy" },
            ...{ window_start: instant(startMs), window_end: instant(endMs) },
          }),
        );
      }),
    ),
    tariff_charges: [
      {
        ...{ ...given, plan: "p", component: "standing", component_name: "Standing charge", kind: "fixed" },
        ...{ version: "2026-01-01", period_start: "2026-07-02", quantity: 4, unit: "day", price: 0.25, vat: 0.23 },
        is_example: true,
      },
    ],
  };
}

const span = ["2026-07-02", "2026-07-05"] as const;
const [dayKwh, nightKwh] = [kwh(...span, "day"), kwh(...span, "night")];
const round = (value: number, digits = 2) => Number(value.toFixed(digits));

async function report(lines: string, head = "site: home\nfrom: 2026-07-02\nto: 2026-07-05") {
  const path = join(directory, "bill.yaml");
  writeFileSync(path, `${head}\nlines:\n${lines}`);
  const bill = readBill(path);
  return reconcile(bill, askRecorded(source, bill), (name) => (name === "p" ? tariff : undefined));
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
  const whole = Math.floor(dayKwh);
  // So that cutting, not rounding, is what is tested.
  expect(dayKwh - whole).toBeGreaterThan(0.5);
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
  const before = kwh("2026-06-30", "2026-07-01") + 1000;
  expect(counted).toContain(`channel 0: ${round(before, 3)} to `);
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

test("as a process: it says whom it asked, and ends with 1 where something stays unexplained", async () => {
  const path = join(directory, "own.yaml");
  writeFileSync(path, `site: home\nfrom: 2026-07-02\nto: 2026-07-05\nlines:\n${line("band: day, net: 1")}`);
  const root = join(__dirname, "../../..");
  const args = ["-r", join(root, "local/ts.cjs"), join(root, "tools/reconcile.ts"), "--state", state, path];
  const child = spawn(process.execPath, args);
  const output = { out: "", err: "" };
  child.stdout.on("data", (chunk) => {
    output.out += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output.err += chunk;
  });
  const [code] = await once(child, "close");
  expect({ ...output, code }).toEqual({
    code: 1,
    err: expect.stringContaining(`Asked the mirror in ${state}`),
    out: expect.stringContaining("Nothing that is known explains it."),
  });
});
