/** *Period* in a browser: its figures are the views' answers, its gap is hatched and said, its table is the chart's data. */
import type { Browser } from "playwright-core";
import { chromium, needing } from "../needs";
import { drawn, launch, type Opened, openPage, picture, visit } from "./browser";
import { type Home, longDay, openHome, today } from "./home";

const { describe } = needing(chromium);

describe("the screen of a period", () => {
  let home: Home;
  let browser: Browser;
  let opened: Opened;
  beforeAll(async () => {
    [home, browser] = await Promise.all([openHome(), launch()]);
    opened = await openPage(browser, home.url);
  });
  afterAll(async () => {
    await browser.close();
    await home.close();
  });
  afterEach(() => expect(opened.complaints).toEqual([]));

  const at = (from: string, range = "day") => `${home.url}/period?site=home&range=${range}&from=${from}`;

  test("its large figures are the sums of the view", async () => {
    const { page } = opened;
    await visit(page, at(longDay));
    const [expected] = await home.mirror.warehouse.query(
      `SELECT import_wh, export_wh, consumption_wh, solar_wh FROM \`wattlake.site_daily\` WHERE site = 'home' AND date = '${longDay}'`,
    );
    const seen = await page.$$eval("[data-figure]", (boxes) =>
      boxes.map(
        (box) =>
          [box.getAttribute("data-figure"), Number(box.querySelector("[data-wh]")?.getAttribute("data-wh"))] as const,
      ),
    );
    expect(seen.map(([name]) => name)).toEqual(["consumption_wh", "import_wh", "export_wh", "solar_wh"]);
    for (const [name, value] of seen) expect(value).toBeCloseTo(Number(expected?.[name ?? ""]), 6);
    await picture(page, "period-day-light");
  });

  test("its table has a row a quarter hour of the day of 25 hours, with the view's figures", async () => {
    const { page } = opened;
    await visit(page, at(longDay));
    await page.click("[data-chart=balance] button[aria-expanded]");
    const rows = await page.$$eval("#balance-table tbody tr", (all) =>
      all.map((row) => [...row.children].map((cell) => cell.textContent ?? "")),
    );
    const slots = await home.mirror.warehouse.query(
      `SELECT import_wh FROM \`wattlake.site_slots\` WHERE site = 'home' AND date = '${longDay}' ORDER BY slot_start`,
    );
    expect(rows).toHaveLength(100);
    const column = (await page.$$eval("#balance-table thead th", (all) => all.map((each) => each.textContent))).indexOf(
      "From the grid",
    );
    expect(rows.map((row) => row[column])).toEqual(
      slots.map(({ import_wh }) => `${(Number(import_wh) / 1000).toFixed(2)} kWh`),
    );
    // The hour that is there twice.
    expect(rows.filter(([time]) => time === "02:00")).toHaveLength(2);
  });

  test("a gap is hatched, and the figures say that they are the least", async () => {
    const { page } = opened;
    await visit(page, at(today));
    const words = await page.textContent("main");
    expect(words).toContain("at least");
    expect(words).toContain("Hatched: nothing is known of this time. It is not zero.");
    expect(await page.getAttribute("[data-chart=balance] [role=img]", "aria-label")).toMatch(
      /at least [\d.]+ kWh used.*Unknown: \d+ quarter hours\.$/,
    );
    await picture(page, "period-gap-light");
  });

  test("today stands beside what is usual by this hour, of the days that are known", async () => {
    const { page } = opened;
    await visit(page, at(today));
    const sentence = await page.getAttribute("[data-chart=so-far] [role=img]", "aria-label");
    const days = await home.mirror.warehouse.query(
      `SELECT date, SUM(consumption_wh) AS wh FROM \`wattlake.site_slots\`
       WHERE site = 'home' AND EXTRACT(HOUR FROM slot_start AT TIME ZONE 'Europe/Warsaw') < 17
       GROUP BY date ORDER BY date`,
    );
    const kwh = days.map(({ wh }) => Number(wh) / 1000);
    const [mean, now] = [kwh.slice(0, 3).reduce((a, b) => a + b, 0) / 3, kwh[3] ?? 0];
    expect(kwh).toHaveLength(4);
    expect(sentence).toContain(
      `Today: at least ${now.toFixed(1)} kWh used; usual by this hour is ${mean.toFixed(1)} kWh`,
    );
    expect(sentence).toContain("3 known days");
  });

  test("a day of the table leads to that day", async () => {
    const { page } = opened;
    await visit(page, at("2026-10-01", "month"));
    await page.click("[data-chart=balance] button[aria-expanded]");
    await page.click("#balance-table tbody tr:nth-child(25) button");
    await page.waitForSelector(`main[data-from='${longDay}'][aria-busy='false']`);
    expect(new URL(page.url()).searchParams.get("range")).toBe("day");
    expect(await page.getAttribute("[data-chart=balance] button[aria-expanded]", "aria-expanded")).toBe("true");
  });

  test("arrow keys, arrows and presets move the range, and the address says it", async () => {
    const { page } = opened;
    await visit(page, at(longDay));
    await page.keyboard.press("ArrowLeft");
    await page.waitForSelector("main[data-from='2026-10-24'][aria-busy='false']");
    await page.click("button[aria-label=Later]");
    await page.waitForSelector(`main[data-from='${longDay}'][aria-busy='false']`);
    await page.click("[data-choice=month]");
    await page.waitForSelector("main[data-from='2026-10-01'][aria-busy='false']");
    expect(new URL(page.url()).search).toBe("?site=home&range=month&from=2026-10-01&to=2026-10-31&compare=none");
    await page.click("[data-choice=previous]");
    await page.waitForSelector(".banner");
    expect((await page.textContent(".banner"))?.replace(/\s/g, " ")).toBe(
      "1 – 31 October 2026, compared with 1 – 30 September 2026",
    );
    await picture(page, "period-month-compared-light");
    await page.goBack();
    await drawn(page);
  });
});
