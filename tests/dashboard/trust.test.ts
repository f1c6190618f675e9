/** *Trust* in a browser: its days and counts are the views', and what nobody knows is said. */
import type { Browser } from "playwright-core";
import { chromium, needing } from "../needs";
import { faultsInAllLooks } from "./accessible";
import { launch, type Opened, openPage, visit } from "./browser";
import { type Home, openHome } from "./home";
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

  test("nothing serious is wrong with it, in light, dark and on a telephone", async () => {
    expect(await listed("gaps")).toBeGreaterThan(0);
    expect(await faultsInAllLooks(opened.page, "trust")).toEqual([]);
  });
});
