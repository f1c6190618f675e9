/** *Circuits* in a browser: its figures are the views' answers, what none tracks is the rest, and a bar leads closer. */
import type { Browser, BrowserContextOptions } from "playwright-core";
import { languageNames, languages } from "../../dashboard/page/texts";
import { chromium, needing } from "../needs";
import { seriousFaults } from "./axe";
import { launch, type Opened, openPage, picture, visit } from "./browser";
import { hatchedShare } from "./hatching";
import { type Home, longDay, openHome, today } from "./home";

const { describe } = needing(chromium);

describe("the screen of circuits", () => {
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

  const at = (from: string, range = "day") => `${home.url}/circuits?site=home&range=${range}&from=${from}`;
  const ask = (sql: string) => home.mirror.warehouse.query(sql);
  const cells = (chart: string) =>
    opened.page.$$eval(`#${chart}-table tbody tr`, (rows) =>
      rows.map((row) => [...row.children].map((cell) => cell.textContent ?? "")),
    );
  const openTable = (chart: string) => opened.page.click(`[data-chart=${chart}] button[aria-expanded]`);

  /** What is used less the car, of slots in which both are known throughout. */
  const untrackedWh = async (day: string) => {
    const slots = await ask(
      `SELECT s.consumption_wh - e.import_wh AS rest_wh
       FROM \`wattlake.site_slots\` AS s JOIN \`wattlake.energy_slots\` AS e ON e.site = s.site AND e.slot_start = s.slot_start
       WHERE s.site = 'home' AND s.date = '${day}' AND e.device = 'em' AND e.channel = 2
         AND s.quality = 'measured' AND e.quality = 'measured' AND s.consumption_wh IS NOT NULL`,
    );
    return slots.reduce((sum, { rest_wh }) => sum + Number(rest_wh), 0);
  };

  test("of a day with a gap the figures are the views', the least they can be; the gap is hatched", async () => {
    const { page } = opened;
    await visit(page, at(today));
    const [site] = await ask(
      `SELECT consumption_wh FROM \`wattlake.site_daily\` WHERE site = 'home' AND date = '${today}'`,
    );
    const [car] = await ask(
      `SELECT import_wh FROM \`wattlake.energy_daily\` WHERE site = 'home' AND date = '${today}' AND channel_name = 'Car'`,
    );
    const [base] = await ask(
      `SELECT base_load_w FROM \`wattlake.base_load_daily\` WHERE site = 'home' AND date = '${today}'`,
    );
    const seen = await page.$$eval("[data-figure]", (boxes) =>
      boxes.map((box) => {
        const figure = box.querySelector(".figure");
        const value = Number(figure?.getAttribute("data-wh") ?? figure?.getAttribute("data-w"));
        return [box.getAttribute("data-figure") ?? "", value, box.textContent?.includes("at least") ?? false] as const;
      }),
    );
    const expected = [
      ["consumption_wh", Number(site?.consumption_wh), true],
      ["load", Number(car?.import_wh), true],
      ["untracked", await untrackedWh(today), true],
      ["base_load_w", Number(base?.base_load_w), false],
    ] as const;
    expect(seen).toEqual(expected.map(([name, value, isLeast]) => [name, expect.closeTo(value, 6), isLeast]));
    const words = await page.textContent("main");
    expect(words).toMatch(/Car: 3 hrs 30 mins unknown\. Untracked: 3 hrs 30 mins unknown\./);
    expect(words).toContain("Hatched: nothing is known of this time. It is not zero.");
    expect(await page.getAttribute("[data-chart=steps] [role=img]", "aria-label")).toMatch(
      /In \d+ quarter hours a part is unknown\.$/,
    );
    // Of the picture's width, a little more than a quarter hour less than the gap of 14 of 96.
    for (const chart of ["steps", "power"]) {
      expect(await hatchedShare(page, chart)).toBeGreaterThan(0.1);
      expect(await hatchedShare(page, chart)).toBeLessThan(0.2);
    }
  });

  test("a day of 25 hours has 100 quarter hours of each channel, with the view's mean power", async () => {
    const { page } = opened;
    await visit(page, at(longDay));
    await openTable("power");
    await openTable("steps");
    const slots = await ask(
      `SELECT channel, (import_wh - export_wh) * 3600 / covered_s AS power_w FROM \`wattlake.power_energy\`
       WHERE site = 'home' AND date = '${longDay}' ORDER BY channel, slot_start`,
    );
    const format = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 0 });
    const kilo = new Intl.NumberFormat("en-GB", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    const rows = await cells("power");
    expect(rows.map(([, name, , power]) => [name, power])).toEqual(
      slots.map(({ channel, power_w }) => {
        const watts = Number(power_w);
        const text = Math.abs(watts) < 1000 ? `${format.format(watts)} W` : `${kilo.format(watts / 1000)} kW`;
        return [["Grid", "Roof", "Car"][Number(channel)], text];
      }),
    );
    expect(rows).toHaveLength(300);
    expect(rows.filter(([time, name]) => time === "02:00" && name === "Car")).toHaveLength(2);
    expect(await cells("steps")).toHaveLength(300);
    expect(await page.textContent("main")).toContain("All of the time is known.");
    expect(await hatchedShare(page, "steps")).toBe(0);
  });

  test("it leads from the year to the month by keyboard, to the day by a click on its bar, and back", async () => {
    const { page } = opened;
    await visit(page, at("2026-10-01", "year"));
    await page.focus("#closer");
    await page.keyboard.type("October");
    await page.keyboard.press("Enter");
    await page.waitForSelector("main[data-from='2026-10-01'][aria-busy='false']");
    expect(await page.$$eval("#closer option", (options) => options.length)).toBe(32);
    // The 24th bar of 31: from the labels of the axis on the left to the edge on the right.
    const canvas = page.locator("[data-chart=steps] canvas");
    const { width = 0, height = 0 } = (await canvas.boundingBox()) ?? {};
    const left = 40;
    await canvas.click({ position: { x: left + ((width - left - 8) * 23.5) / 31, y: height - 40 } });
    await page.waitForSelector("main[data-from='2026-10-24'][aria-busy='false']");
    expect(new URL(page.url()).searchParams.get("range")).toBe("day");
    await page.click(".closer a:has-text('October 2026')");
    await page.waitForSelector("main[data-from='2026-10-01'][aria-busy='false']");
    await picture(page, "circuits-month-light");
  });

  const narrow = { viewport: { width: 360, height: 740 } };
  const looks: readonly (readonly [name: string, options: BrowserContextOptions])[] = [
    ["light", {}],
    ["dark", { colorScheme: "dark" }],
    ["narrow", narrow],
  ];
  test.each(looks)("in %s nothing is serious for somebody, and all fits", async (look, options) => {
    const { page, complaints, close } = await openPage(browser, home.url, options);
    await visit(page, at(today));
    await openTableIn(page);
    await picture(page, `circuits-day-${look}`);
    expect(await seriousFaults(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")).toBe(0);
    expect(complaints).toEqual([]);
    await close();
  });
  const openTableIn = (page: Opened["page"]) => page.click("[data-chart=circuits] button[aria-expanded]");

  test.each(languageNames)("speaks %s", async (language) => {
    const texts = languages[language];
    const { page, complaints, close } = await openPage(browser, home.url, { locale: language });
    await visit(page, at("2026-10-01", "month"));
    const words = await page.textContent("main");
    for (const text of [texts.circuits.ranking, texts.circuits.untrackedIs, texts.circuits.baseLoadIs])
      expect(words).toContain(text);
    expect(complaints).toEqual([]);
    await close();
  });
});
