/** *Trust* in a browser: its days and counts are the views', and what nobody knows is said. */
import type { Browser } from "playwright-core";
import { z } from "zod";
import { languageNames, languages } from "../../dashboard/page/texts";
import { chromium, needing } from "../needs";
import { faultsInAllLooks } from "./accessible";
import { launch, type Opened, openPage, visit } from "./browser";
import { hatchedShare } from "./hatching";
import { type Home, longDay, openHome } from "./home";
import { troubledHome } from "./troubled-home";

const { describe } = needing(chromium);

describe("the screen of trust", () => {
  let home: Home;
  let browser: Browser;
  let opened: Opened;
  beforeAll(async () => {
    [home, browser] = await Promise.all([openHome({ given: troubledHome }), launch()]);
    opened = await openPage(browser, home.url);
    await visit(opened.page, `${home.url}/trust?site=home&range=custom&from=2026-10-22&to=2026-10-28`);
  });
  afterAll(async () => {
    await browser.close();
    await home.close();
  });
  afterEach(() => expect(opened.complaints).toEqual([]));

  const listed = (name: string) => opened.page.$$eval(`[data-list=${name}] tbody tr`, (rows) => rows.length);

  test("each channel's days are the view's, in words too", async () => {
    const rows = await home.mirror.warehouse.query(
      "SELECT quality, COUNT(*) AS days FROM data_quality_daily WHERE site = 'home' AND date BETWEEN '2026-10-22' AND '2026-10-26' GROUP BY quality",
    );
    const words = await opened.page.getAttribute("[data-chart=coverage] [role=img]", "aria-label");
    const names: Record<string, string> = {
      filled: "filled from the counter",
      partial: "partly unknown",
      missing: "unknown",
    };
    for (const { quality, days } of rows) expect(words).toContain(`${names[String(quality)] ?? quality}: ${days} day`);
    await opened.page.click("[data-chart=coverage] button[aria-expanded]");
    // Seven days of three channels, of which the last two are still to come.
    expect(await opened.page.$$eval("#coverage-table tbody tr", (all) => all.length)).toBe(21);
    await opened.page.click("[data-chart=coverage] button[aria-expanded]");
  });

  test("disputed counters, messages set aside by reason, meters, and what is not known here", async () => {
    const [disputed] = await home.mirror.warehouse.query(
      "SELECT COUNT(*) AS days FROM data_quality_daily WHERE site = 'home' AND date BETWEEN '2026-10-22' AND '2026-10-28' AND disputed_s > 0",
    );
    expect(disputed?.days).toBeGreaterThan(0);
    expect(await listed("coverage")).toBe(disputed?.days);
    const outcomes = await home.mirror.warehouse.query(
      "SELECT DISTINCT outcome, reason, device FROM message_outcomes_hourly WHERE date BETWEEN '2026-10-22' AND '2026-10-28' AND outcome IN ('quarantined', 'ignored')",
    );
    expect(await listed("set_aside")).toBe(outcomes.length);
    expect(await listed("meters")).toBe(1);
    const words = await opened.page.textContent("main");
    for (const said of ["2026-10-26T14 (UTC)", "Mon, 26 October 2026", "certificate expiry are not known here"])
      expect(words).toContain(said);
  });

  test("the account of the messages is the view's, and adds up in words", async () => {
    const [account] = await home.mirror.warehouse.query(
      "SELECT SUM(messages) AS messages, SUM(readings) AS readings, SUM(quarantined) AS quarantined, SUM(ignored) AS ignored FROM message_account_daily WHERE date BETWEEN '2026-10-22' AND '2026-10-28'",
    );
    expect(account?.ignored).toBeGreaterThan(0);
    const words = await opened.page.getAttribute("[data-chart=account] [role=img]", "aria-label");
    for (const said of [
      `Of ${account?.messages} messages`,
      `Readings: ${account?.readings};`,
      `Ignored: ${account?.ignored}; Quarantined: ${account?.quarantined}. That is all of them.`,
    ])
      expect(words).toContain(said);
  });

  test("what is not known of a day is hatched", async () => {
    const { page, complaints, close } = await openPage(browser, home.url);
    const shareOf = async (from: string) => {
      await visit(page, `${home.url}/trust?site=home&range=custom&from=${from}&to=2026-10-25`);
      await page.waitForSelector("[data-chart=coverage] canvas");
      return hatchedShare(page, "coverage");
    };
    expect(await shareOf("2026-10-23")).toBe(0);
    expect(await shareOf("2026-10-20")).toBeGreaterThan(0.3);
    expect(complaints).toEqual([]);
    await close();
  });

  test.each(languageNames)("speaks %s", async (language) => {
    const texts = languages[language];
    const { page, complaints, close } = await openPage(browser, home.url, { locale: language });
    await visit(page, `${home.url}/trust?site=home&range=custom&from=2026-10-22&to=2026-10-28`);
    const words = await page.textContent("main");
    for (const text of [texts.trust.coverage, texts.trust.account, texts.trust.accountWhole, texts.trust.metersSaid])
      expect(words).toContain(text);
    expect(await page.getAttribute("html", "lang")).toBe(language);
    expect(complaints).toEqual([]);
    await close();
  });

  test.each([
    [longDay, 90_000],
    ["2026-03-29", 82_800],
  ])("the coverage of %s is of its %d seconds", async (day, day_s) => {
    const response = await fetch(`${home.url}/api/trust?site=home&from=${day}&to=${day}&tables=coverage`);
    const rows = z.array(z.object({ day_s: z.number().nullable(), covered_s: z.number(), coverage: z.number() }));
    const answer = z.object({ tables: z.object({ coverage: z.object({ rows }) }) }).parse(await response.json());
    expect(answer.tables.coverage.rows).toHaveLength(3);
    for (const row of answer.tables.coverage.rows) {
      expect(row.day_s).toBe(day_s);
      expect(row.coverage).toBeCloseTo(row.covered_s / day_s, 6);
    }
  });

  test("nothing serious is wrong with it, in light, dark and on a telephone", async () => {
    expect(await listed("gaps")).toBeGreaterThan(0);
    expect(await faultsInAllLooks(opened.page, "trust")).toEqual([]);
  });
});
