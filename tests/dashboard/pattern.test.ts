/** *Pattern* in a browser: its hours, mean days and peaks are the views' answers, right on days of 23 and 25 hours. */
import type { Browser, BrowserContextOptions } from "playwright-core";
import { languageNames, languages } from "../../dashboard/page/texts";
import { chromium, needing } from "../needs";
import { seriousFaults } from "./axe";
import { launch, type Opened, openPage, picture, visit } from "./browser";
import { hatchedShare } from "./hatching";
import { type Home, longDay, openHome, today } from "./home";

const { describe } = needing(chromium);

describe("the screen of patterns", () => {
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

  const at = (from: string, range = "day", site = "home") =>
    `${home.url}/pattern?site=${site}&range=${range}&from=${from}`;
  const ask = (sql: string) => home.mirror.warehouse.query(sql);
  const openTable = (chart: string) => opened.page.click(`[data-chart=${chart}] button[aria-expanded]`);
  const cells = (chart: string) =>
    opened.page.$$eval(`#${chart}-table tbody tr`, (rows) =>
      rows.map((row) => [...row.children].map((cell) => cell.textContent ?? "")),
    );
  const kwh = (wh: unknown) => `${(Number(wh) / 1000).toFixed(2)} kWh`;
  const label = (chart: string) => opened.page.getAttribute(`[data-chart=${chart}] [role=img]`, "aria-label");

  test("a day of 25 hours has the view's 25, the repeated one twice, and says how it is drawn", async () => {
    const { page } = opened;
    await visit(page, at(longDay));
    await openTable("heat");
    const hours = await ask(
      `SELECT hour, consumption_wh FROM \`wattlake.site_hourly\`
       WHERE site = 'home' AND date = '${longDay}' ORDER BY hour_start`,
    );
    const rows = await cells("heat");
    expect(rows.map(([, , hour, used]) => [Number(hour), used])).toEqual(
      hours.map(({ hour, consumption_wh }) => [Number(hour), kwh(consumption_wh)]),
    );
    expect(rows).toHaveLength(25);
    expect(await label("heat")).toContain(
      "On Sun, 25 October 2026 the hour from 02:00 is there twice: two half cells.",
    );
    expect(await hatchedShare(page, "heat")).toBe(0);
  });

  test("a day of 23 hours has 23, and its skipped hour is no unknown one", async () => {
    const { page } = opened;
    const [day] = await ask(
      "SELECT site, date FROM `wattlake.site_daily` WHERE day_s = 82800 AND covered_s > 0 ORDER BY date DESC LIMIT 1",
    );
    await visit(page, at(String(day?.date), "day", String(day?.site)));
    await openTable("heat");
    const rows = await cells("heat");
    expect(rows.map(([, , hour]) => Number(hour))).toEqual(
      Array.from({ length: 24 }, (_, hour) => hour).filter((hour) => hour !== 2),
    );
    expect(await label("heat")).toMatch(/there is no hour from 02:00: its place is empty\.$/);
  });

  test("the gap of a week is hatched and said; mean days and peaks are the views'", async () => {
    const { page } = opened;
    await visit(page, at(today, "month"));
    await openTable("profile");
    await openTable("peaks");
    expect(await label("heat")).toMatch(/Unknown: 531 hours, hatched\. Partly unknown: 1 hour, striped\./);
    expect(await hatchedShare(page, "heat")).toBeGreaterThan(0.1);
    const powers = await ask(
      `SELECT IF(weekday <= 5, 1, 2) AS day_type, quarter, SUM(consumption_w * days) / SUM(days) AS power_w
       FROM \`wattlake.load_profile\`
       WHERE site = 'home' AND month = '2026-10-01' AND consumption_w IS NOT NULL
       GROUP BY day_type, quarter ORDER BY day_type, quarter`,
    );
    const format = (watts: number) => (watts < 1000 ? `${Math.round(watts)} W` : `${(watts / 1000).toFixed(2)} kW`);
    expect((await cells("profile")).map(([, , , used]) => used)).toEqual(
      powers.map(({ power_w }) => format(Number(power_w))),
    );
    const peaks = await ask(
      `SELECT interval_minutes, peak_kw FROM \`wattlake.peak_demand\`
       WHERE site = 'home' AND month = '2026-10-01' ORDER BY interval_minutes`,
    );
    expect((await cells("peaks")).map(([month, minutes, peak]) => [month, minutes, peak])).toEqual(
      peaks.map(({ interval_minutes, peak_kw }) => [
        "October 2026",
        String(interval_minutes),
        `${Number(peak_kw).toFixed(2)} kW`,
      ]),
    );
    expect(await label("peaks")).toMatch(/Over 15 minutes: at least 3\.97 kW/);
    await visit(page, at(today, "year"));
    await picture(page, "pattern-year-light");
  });

  test("compared, the mean day stands beside the one before: the same power, where both are of one month", async () => {
    const { page } = opened;
    // The days before it are of the same month, whose mean day both have.
    await visit(page, `${home.url}/pattern?site=home&range=custom&from=2026-10-25&to=${today}&compare=previous`);
    expect(await page.textContent(".banner")).toContain("23 – 24 October 2026");
    expect(await page.$$eval("[data-chart=profile] .mark.earlier", (marks) => marks.length)).toBe(1);
    const said = /Monday to Friday most at 03:00 \((.*?)\); before: ([\d.]+ kW)/.exec((await label("profile")) ?? "");
    expect(said?.[1]).toBeDefined();
    expect(said?.[2]).toBe(said?.[1]);
    await picture(page, "pattern-compared-light");
  });

  const narrow = { viewport: { width: 360, height: 740 } };
  const looks: readonly (readonly [name: string, options: BrowserContextOptions])[] = [
    ["light", {}],
    ["dark", { colorScheme: "dark" }],
    ["narrow", narrow],
  ];
  test.each(looks)("in %s nothing is serious for somebody, and all fits", async (look, options) => {
    const { page, complaints, close } = await openPage(browser, home.url, options);
    await visit(page, at(today, "month"));
    await page.click("[data-chart=peaks] button[aria-expanded]");
    await picture(page, `pattern-month-${look}`);
    expect(await seriousFaults(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });

  test.each(languageNames)("speaks %s", async (language) => {
    const texts = languages[language];
    const { page, complaints, close } = await openPage(browser, home.url, { locale: language });
    await visit(page, at(today));
    const words = await page.textContent("main");
    for (const text of [texts.pattern.profile, texts.pattern.peaks, texts.codes.day_type.weekend])
      expect(words).toContain(text);
    expect(complaints).toEqual([]);
    await close();
  });
});
