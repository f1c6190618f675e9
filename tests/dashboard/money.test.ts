/** *Money* in a browser: its amounts are the views', what is not known is hatched and said, and each amount says why. */
import type { Browser } from "playwright-core";
import { chromium, needing } from "../needs";
import { faultsInAllLooks } from "./accessible";
import { drawn, launch, type Opened, openPage, visit } from "./browser";
import { type Home, longDay, openHome } from "./home";
import { moneyHome, shortDay } from "./money-home";

const { describe } = needing(chromium);

describe("the screen of money", () => {
  let home: Home;
  let browser: Browser;
  let opened: Opened;
  beforeAll(async () => {
    [home, browser] = await Promise.all([openHome({ given: moneyHome }), launch()]);
    opened = await openPage(browser, home.url);
  });
  afterAll(async () => {
    await browser.close();
    await home.close();
  });
  afterEach(() => expect(opened.complaints).toEqual([]));

  const month = () => `${home.url}/money?site=home&range=month&from=2026-10-01`;
  const day = (from: string) => `${home.url}/money?site=home&range=day&from=${from}`;
  const ask = (sql: string) => home.mirror.warehouse.query(sql);
  const whole = () => opened.page.waitForSelector("main[aria-busy=false] .screen:not(:has([data-later]))");
  const amount = async (name: string) =>
    Number(await opened.page.getAttribute(`[data-figure=${name}] [data-amount]`, "data-amount"));
  const plain = (text: string | null) => (text ?? "").replace(/\s/g, " ");

  test("a month: its sums are the views', in large and line by line", async () => {
    const { page } = opened;
    await visit(page, month());
    await whole();
    const [cost] = await ask(
      "SELECT SUM(gross) AS gross FROM cost_daily WHERE site = 'home' AND date BETWEEN '2026-10-01' AND '2026-10-31'",
    );
    expect(await amount("cost_gross")).toBeCloseTo(Number(cost?.gross), 6);
    const lines = await ask(
      "SELECT gross, at_most FROM bill WHERE site = 'home' AND is_own AND period_start = '2026-10-01' ORDER BY line",
    );
    const shown = await page.$$eval("table.bill tbody tr", (rows) => rows.map((row) => row.children[5]?.textContent));
    const money = new Intl.NumberFormat("en-GB", { style: "currency", currency: "PLN" });
    expect(shown).toEqual(lines.map(({ gross }) => money.format(Number(gross))));
    const total = lines.reduce((sum, { gross }) => sum + Number(gross), 0);
    expect(await amount("bill_gross")).toBeCloseTo(total, 6);
    expect(Number(await page.getAttribute("[data-bill-total]", "data-bill-total"))).toBeCloseTo(total, 6);
    const most = lines.reduce((sum, { at_most }) => sum + Number(at_most), 0);
    expect(plain(await page.textContent("[data-list=bill]"))).toContain(`at most ${plain(money.format(most))}`);
    const [estimate] = await ask(
      "SELECT estimate_gross FROM bill_estimate WHERE site = 'home' AND period_start = '2026-10-01'",
    );
    expect(await amount("estimate_gross")).toBeCloseTo(Number(estimate?.estimate_gross), 6);
  });

  test("at 1280 px the bill shows all of its columns without scrolling", async () => {
    const region = opened.page.locator(".table:has(> table.bill)");
    const [shown = 0, needed = 0] = await region.evaluate((each) => [each.clientWidth, each.scrollWidth]);
    expect(needed).toBe(shown);
    expect(shown).toBeGreaterThan(900);
  });

  test("what is not known is the least, hatched and said; example prices are marked", async () => {
    const { page } = opened;
    const words = plain(await page.textContent("main"));
    expect(words).toContain("at least");
    expect(words).toContain("Example prices, from no source: Active energy, Excise duty.");
    expect(await page.getAttribute("[data-chart=cost] [role=img]", "aria-label")).toMatch(
      /use cost at least .* Cost unknown: 22 days\. A part is unknown: 1 day\./,
    );
    expect(await page.$$eval("[data-chart=cost] .mark.unknown", (marks) => marks.length)).toBe(1);
  });

  test("the plans' sums are those of the periods that all of them have", async () => {
    const { page } = opened;
    const expected = await ask(
      `SELECT plan, SUM(gross) AS gross FROM tariff_comparison
       WHERE site = 'home' AND period_start BETWEEN '2026-04-01' AND '2026-10-31' GROUP BY plan ORDER BY gross`,
    );
    const seen = await page.$$eval("#plans tbody tr", (rows) =>
      rows.map((row) => [row.getAttribute("data-plan"), Number(row.getAttribute("data-gross"))] as const),
    );
    expect(seen.map(([plan]) => plan)).toEqual(expected.map(({ plan }) => plan));
    for (const [index, [, gross]] of seen.entries()) expect(gross).toBeCloseTo(Number(expected[index]?.gross), 6);
    expect(await page.textContent("[data-plan=pl-g12w-tauron]")).toContain("own plan");
    expect(plain(await page.textContent("[data-chart=comparison] figcaption"))).toMatch(
      /Of 7 billing periods, 7 are not whole: .* Not compared: 2 billing periods/,
    );
  });

  test("shift savings are a range of the view's sums", async () => {
    const [sum] = await ask(
      `SELECT SUM(saving_10_percent) AS least, SUM(saving_30_percent) AS most, SUM(ceiling) AS ceiling
       FROM shift_savings WHERE site = 'home' AND date BETWEEN '2026-10-01' AND '2026-10-31'`,
    );
    const money = (value: unknown) =>
      plain(new Intl.NumberFormat("en-GB", { style: "currency", currency: "PLN" }).format(Number(value)));
    const words = plain(await opened.page.textContent("[data-chart=savings] figcaption"));
    expect(words).toContain(`: ${money(sum?.least)} to ${money(sum?.most)}, `);
    expect(words).toContain(`${money(sum?.ceiling)} at the very most`);
  });

  test("the keyboard asks why, goes down to the quarter hours, and comes back to where it was", async () => {
    const { page } = opened;
    await page.focus("[aria-label^='Active energy, off-peak: ']");
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog[open][aria-busy=false] tbody");
    const days = await ask(
      `SELECT date, SUM(gross) AS gross FROM explain_cost('home', DATE '2026-10-01', DATE '2026-10-31')
       WHERE component = 'energy' AND band = 'off-peak' AND rule = 'price of the band' GROUP BY date ORDER BY date`,
    );
    const known = await page.$$eval("dialog tbody tr:not(.unknown)", (rows) =>
      rows.map((row) => row.children[4]?.textContent),
    );
    const money = new Intl.NumberFormat("en-GB", { style: "currency", currency: "PLN" });
    expect(known).toEqual(days.map(({ gross }) => money.format(Number(gross))));
    expect(await faultsInAllLooks(page, "money-why")).toEqual([]);
    // An arrow key moves no range while the dialog is open.
    await page.keyboard.press("ArrowLeft");
    await page.click("dialog tbody tr:not(.unknown) button:has-text('25 October 2026')");
    await page.waitForSelector("dialog[open][aria-busy=false] h2:has-text('25 October')");
    // 25 hours of which none is dear: it is a Sunday.
    expect(await page.$$eval("dialog tbody tr", (rows) => rows.length)).toBe(100);
    expect(
      await page.$$eval("dialog tbody th", (all) => all.filter((each) => each.textContent === "02:00").length),
    ).toBe(2);
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog:not([open])", { state: "attached" });
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toMatch(
      /^Active energy, off-peak/,
    );
    expect(new URL(page.url()).searchParams.get("from")).toBe("2026-10-01");
  });

  test("nothing serious is wrong with it, in light, dark and on a telephone", async () => {
    expect(await faultsInAllLooks(opened.page, "money")).toEqual([]);
  });

  test("in Polish and German", async () => {
    const { page } = opened;
    for (const [language, title] of [
      ["pl", "Ile wyniesie rachunek"],
      ["de", "Was die Rechnung ausmachen wird"],
    ] as const) {
      await page.selectOption(".settings select:last-child", language);
      await page.waitForSelector(`html[lang=${language}]`);
      await drawn(page);
      await whole();
      expect(await page.textContent("main")).toContain(title);
      // No name of a column is left in English.
      await page.click("[data-chart=cost] button[aria-expanded]");
      const heads = await page.$$eval("#cost-table th[scope=col]", (all) => all.map((each) => each.textContent ?? ""));
      expect(heads.filter((each) => /known|price|share|least/i.test(each))).toEqual([]);
    }
    await page.selectOption(".settings select:last-child", "en");
    await page.waitForSelector("html[lang=en]");
    await drawn(page);
  });

  test.each([
    ["of 25 hours", longDay, 100],
    ["of 23 hours", shortDay, 92],
  ])("a day %s by the quarter hour", async (_, from, slots) => {
    const { page } = opened;
    await visit(page, day(from));
    await page.click("[data-chart=cost] button[aria-expanded]");
    const starts = await page.$$eval("#cost-table tbody th", (all) => all.map((each) => each.textContent));
    const rows = await ask(`SELECT DISTINCT slot_start, band FROM cost_slots WHERE site = 'home' AND date = '${from}'`);
    expect(starts).toHaveLength(rows.length);
    expect(new Set(rows.map(({ slot_start }) => String(slot_start))).size).toBe(slots);
    const [cost] = await ask(`SELECT SUM(gross) AS gross FROM cost_daily WHERE site = 'home' AND date = '${from}'`);
    expect(await amount("cost_gross")).toBeCloseTo(Number(cost?.gross), 6);
  });

  test("days without a plan are said, and cost nothing known", async () => {
    const { page } = opened;
    await visit(page, day("2026-03-28"));
    expect(await page.textContent("main")).toContain("No plan holds on 28 Mar");
    expect(await page.textContent("[data-figure=cost_gross]")).toContain("unknown");
    expect(await page.textContent("[data-list=bill]")).toContain("there is no bill");
  });
});
