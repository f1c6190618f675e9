/**
 * `npm run bench -- page`: the dashboard in Debian's Chromium over a fortnight, a year and ten years of a home with four
 * channels. What is older than a week is stored quarter hours, as `warehouse.materialize` has them; the last days are readings,
 * one a minute. Then the live path: from publish to page. The floor is an empty page of the same browser, and for a range what its question alone takes.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Browser, chromium, type Page } from "playwright-core";
import { registry } from "../components/reference/registry";
import { compileTariffs } from "../components/reference/tariffs/compile";
import { zoneDays } from "../components/reference/zone-days";
import { livePower } from "../dashboard/questions/live";
import { screenNames } from "../dashboard/questions/screen-names";
import { serveDashboard } from "../dashboard/server";
import type { Reading } from "../functions/readings/reading";
import { openWarehouse, type Warehouse } from "../local/google/duckdb";
import { readCatalog } from "../sql/catalog";
import { materializeSlots } from "../sql/materialization";
import { chromiumPath } from "../tests/needs";
import { layOut, stackConfig, writeLake } from "../tests/sql/lake";
import { tariffsOf } from "../tests/sql/tariff-rows";
import type { Source } from "../tools/query/answer";
import { askWarehouse } from "../tools/query/mirror";
import { writePage } from "./marked-page";
import { measureLive } from "./page-live";

const dayMs = 86_400_000;
const site = "home";
const liveUpdates = 10_000;
/** What takes longer is not measured: it hangs. */
const slowest_ms = 180_000;
const amounts = [
  { name: "14 days", days: 14 },
  { name: "a year", days: 365 },
  { name: "ten years", days: 3652 },
];

/** `--only <screen>` or `--only live` measures that alone; `--write` puts the whole into docs/architecture.md. */
export async function runPageBench(): Promise<void> {
  const { values } = parseArgs({
    allowPositionals: true,
    options: { only: { type: "string" }, write: { type: "boolean" } },
  });
  const { only } = values;
  const isWanted = (name: string) => only === undefined || only === name;
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox", "--disable-gpu"] });
  const lines = [
    "| data | screen | first paint | full | next range: its question | next range: drawn |",
    "|---|---|---|---|---|---|",
  ];
  const show = (line: string) => {
    lines.push(line);
    console.log(line);
  };
  try {
    console.log(lines.join("\n"));
    show(`| none (floor) | an empty page | ${ms(await firstPaint(browser, "data:text/html,<p>nothing</p>"))} | | | |`);
    const facts: string[] = [];
    if (isWanted("live")) facts.push(await measureLive(browser));
    for (const { name, days } of only === "live" ? [] : amounts)
      await withHome(days, async (url, live) => {
        const range = rangeOf(days);
        for (const screen of screenNames.filter(isWanted)) {
          const measured = await measureScreen(browser, `${url}/${screen}?site=${site}&${range}`);
          show(`| ${[name, screen, ...measured.times.map(ms)].join(" | ")} |`);
          if (screen === "now" && name === amounts[0]?.name) facts.push(`Transfer: ${measured.bytes}.`);
        }
        if (name === amounts[0]?.name && isWanted("now"))
          facts.push(await measureMemory(browser, `${url}/now?site=${site}`, live));
      });
    console.log(`\n${facts.join("\n")}`);
    if (values.write && only === undefined)
      writePage("architecture.md", { "bench page": [...lines, "", ...facts].join("\n") });
  } finally {
    await browser.close();
  }
}

const ms = (value: number) => `${Math.round(value).toLocaleString("en")} ms`;
const isoDate = (instant: number) => new Date(instant).toISOString().slice(0, 10);

/** What a screen shows first: the whole fortnight, or the year up to today. */
function rangeOf(days: number): string {
  const today = Date.now();
  return `range=custom&from=${isoDate(today - (Math.min(days, 365) - 1) * dayMs)}&to=${isoDate(today)}`;
}

/** The home's page, and how often its live power has been asked for. */
async function withHome(days: number, work: (url: string, live: LiveLoad) => Promise<void>): Promise<void> {
  const mirrorDirectory = mkdtempSync(join(tmpdir(), "wattlake-page-"));
  const now = Date.now();
  const channels = (first: string, second: string) => [
    { index: 0, name: first, role: first === "Roof" ? "solar" : "grid" },
    { index: 1, name: second, role: "load" },
  ];
  const config = stackConfig(
    [
      {
        ...{ id: site, timezone: "Europe/Warsaw", currency: "PLN", tariff: "pl-g12" },
        meters: [
          { id: "em", model: "EM", channels: channels("Grid", "Heat pump") },
          { id: "pv", model: "EMG3", channels: channels("Roof", "Car") },
        ],
      },
    ],
    isoDate(Math.max(now - days * dayMs, Date.UTC(2019, 0, 1))),
    isoDate(now + dayMs),
  );
  const known = {
    meters: registry(config).map((row) => ({ ...row })),
    zone_days: zoneDays(config).map((row) => ({ ...row })),
  };
  writeLake(
    { ...(await layOut(config, lastDays(now))), ...known, ...tariffsOf(compileTariffs(config)) },
    mirrorDirectory,
  );
  const { catalog, recent } = materializeSlots(readCatalog());
  const warehouse = await openWarehouse({ ...catalog, kept: recent, mirrorDirectory });
  const live = liveLoad(askWarehouse(warehouse, "Asked the bench's warehouse."));
  try {
    await store(warehouse);
    const dashboard = await serveDashboard({ source: live.source, catalog, now: Date.now, livePauseMs: 1 });
    try {
      await work(dashboard.url, live);
    } finally {
      await dashboard.close();
    }
  } finally {
    warehouse.close();
    rmSync(mirrorDirectory, { recursive: true });
  }
}

/** Readings of the days that are computed when they are asked for. */
function lastDays(now: number): Reading[] {
  const all: Reading[] = [];
  for (let instant = now - 8 * dayMs; instant < now; instant += 60_000) {
    const ts = new Date(instant).toISOString();
    const hour = (instant / 3_600_000) % 24;
    for (const [device, channel, power_w] of [
      ["em", 0, 500 + 100 * hour],
      ["em", 1, 40 * hour],
      ["pv", 0, Math.max(0, 3000 * Math.sin(((hour - 6) / 12) * Math.PI))],
      ["pv", 1, hour < 3 ? 3600 : 0],
    ] as const)
      all.push({ ts, device, channel, power_w });
  }
  return all;
}

/** A load for each quarter hour of the calendar, stored. */
async function store(warehouse: Warehouse): Promise<void> {
  await warehouse.runScript(`INSERT INTO slot_estimates_stored (
    site, date, device, channel, slot_start, integral_import_wh, integral_export_wh, counter_import_wh, counter_export_wh,
    import_wh, export_wh, covered_s, gap_s, filled_s, counter_s, disputed_s, gaps, longest_gap_s
  )
  SELECT
    site, date, device, channel, slot_start, wh, 0.0, wh, 0.0, wh, 0.0, 900.0, 0.0, 0.0, 900.0, 0.0, 0, 0.0
  FROM (
    SELECT
      d.site, d.date, c.device, c.channel, TIMESTAMP_MICROS(slot * 900000000) AS slot_start,
      20.0 + 10 * MOD(slot, 96) / 96 + 5 * c.channel AS wh
    FROM site_days AS d
    JOIN meters AS c ON c.site = d.site,
      UNNEST(GENERATE_ARRAY(DIV(UNIX_MICROS(d.day_start), 900000000), DIV(UNIX_MICROS(d.day_end), 900000000) - 1)) AS slot
  ) AS given;`);
}

interface LiveLoad {
  readonly source: Source;
  /** Answers to questions for live power so far, each another one. */
  updates(): number;
}

/** Power that is another one at every question: what the page does with it is measured, not the question. */
function liveLoad(source: Source): LiveLoad {
  let updates = 0;
  const ask: Source["ask"] = async (question, parameters) => {
    if (question !== livePower.sql) return source.ask(question, parameters);
    updates++;
    const channels = [
      ["em", 0, "Grid", "grid"],
      ["em", 1, "Heat pump", "load"],
      ["pv", 0, "Roof", "solar"],
      ["pv", 1, "Car", "load"],
    ] as const;
    const rows = channels.map(([device, channel, channel_name, role], index) => ({
      ...{ site, device, channel, channel_name, role, ts: new Date().toISOString(), age_s: 0 },
      power_w: ((updates * (index + 3)) % 900) + 100,
    }));
    return { columns: [], rows };
  };
  return { source: { ...source, ask }, updates: () => updates };
}

async function firstPaint(browser: Browser, url: string): Promise<number> {
  const page = await browser.newPage();
  await page.goto(url);
  const painted = await paintOf(page);
  await page.close();
  return painted;
}

const paintOf = (page: Page) =>
  page
    .waitForFunction(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime)
    .then((handle) => handle.jsonValue().then(Number));

interface Measured {
  /** First paint, full, the question for the next range alone, and that range drawn, ms; the second visit. */
  readonly times: readonly number[];
  readonly bytes: string;
}

/** The second visit of a fresh browser profile: the server knows the screen, the browser has nothing of it. */
async function measureScreen(browser: Browser, url: string): Promise<Measured> {
  let times: number[] = [];
  let bytes = "";
  for (const _ of [1, 2]) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB" });
    const page = await context.newPage();
    page.setDefaultTimeout(slowest_ms);
    await page.goto(url);
    await page.waitForSelector("main[aria-busy=false]", { state: "attached" });
    const full = await page.evaluate(
      () => new Promise<number>((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(performance.now())))),
    );
    const paint = await paintOf(page);
    bytes = await transferOf(page);
    await goBack(page);
    const question = await goBack(page);
    times = [paint, full, question.asked, question.drawn];
    await context.close();
  }
  return { times, bytes };
}

/** Presses the left arrow: the range before. */
const goBack = (page: Page) =>
  page.evaluate(async () => {
    const main = document.querySelector("main");
    if (main === null) throw new Error("the page has no main");
    performance.clearResourceTimings();
    const begin = performance.now();
    const drawn = new Promise<void>((resolve) => {
      const observer = new MutationObserver(() => {
        if (main.getAttribute("aria-busy") !== "false") return;
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(resolve));
      });
      observer.observe(main, { attributes: true, attributeFilter: ["aria-busy"] });
    });
    window.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft" }));
    await drawn;
    const end = performance.now();
    const asked = performance.getEntriesByType("resource").filter(({ name }) => name.includes("/api/"));
    return { drawn: end - begin, asked: Math.max(0, ...asked.map(({ duration }) => duration)) };
  });

/** What came over the wire for the page itself, its data apart. */
const transferOf = (page: Page) =>
  page.evaluate(() => {
    const kilobytes = (entries: readonly PerformanceEntry[]) =>
      entries.reduce((sum, each) => sum + ("transferSize" in each ? Number(each.transferSize) : 0), 0) / 1000;
    const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    const isData = ({ name }: PerformanceEntry) => name.includes("/api/");
    const text = (value: number) => `${value.toFixed(1)} kB`;
    return `${text(kilobytes(all.filter((each) => !isData(each))))} of page, ${text(kilobytes(all.filter(isData)))} of data`;
  });

async function measureMemory(browser: Browser, url: string, live: LiveLoad): Promise<string> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Performance.enable");
  const heap = async () => {
    await session.send("HeapProfiler.collectGarbage");
    const { metrics } = await session.send("Performance.getMetrics");
    return (metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? 0) / 1e6;
  };
  await page.goto(url);
  const after = async (updates: number) => {
    const goal = live.updates() + updates;
    while (live.updates() < goal) await page.waitForTimeout(50);
    return heap();
  };
  const [early, late] = [await after(100), await after(liveUpdates)];
  await context.close();
  return `Heap of the page after 100 live updates ${early.toFixed(1)} MB, after ${(liveUpdates + 100).toLocaleString("en")} ${late.toFixed(1)} MB.`;
}
