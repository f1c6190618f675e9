/** Every screen for everyone: in light and dark, on a phone, by keyboard alone, in each language. */
import type { Browser, BrowserContextOptions } from "playwright-core";
import { languageNames, languages } from "../../dashboard/page/texts";
import { screenNames } from "../../dashboard/questions/screen-names";
import { readCatalog } from "../../sql/catalog";
import { chromium, needing } from "../needs";
import { seriousFaults } from "./axe";
import { launch, openPage, picture, visit } from "./browser";
import { type Home, openHome, today } from "./home";

const { describe } = needing(chromium);

describe("every screen", () => {
  let home: Home;
  let browser: Browser;
  beforeAll(async () => {
    [home, browser] = await Promise.all([openHome({ catalog: readCatalog(), livePauseMs: 1000 }), launch()]);
    await home.publish(2, [-900, 2100, 300]);
  });
  afterAll(async () => {
    await browser.close();
    await home.close();
  });

  const narrow = { viewport: { width: 360, height: 740 } };
  const looks: readonly (readonly [name: string, options: BrowserContextOptions])[] = [
    ["light", {}],
    ["dark", { colorScheme: "dark" }],
    ["narrow", narrow],
    ["narrow-dark", { ...narrow, colorScheme: "dark" }],
  ];

  test.each(looks)("in %s has nothing that is serious for somebody, and fits", async (look, options) => {
    const { page, complaints, close } = await openPage(browser, home.url, options);
    for (const screen of screenNames) {
      await visit(page, `${home.url}/${screen}?site=home&range=day&from=${today}`);
      if (screen === "now") await page.waitForSelector("[data-segment]");
      if (screen === "period") await page.waitForSelector("[data-chart=so-far]");
      await picture(page, `${screen}-${look}`);
      expect([screen, await seriousFaults(page)]).toEqual([screen, []]);
      const tooWide = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
      expect([screen, tooWide]).toEqual([screen, 0]);
      const isInSight = await page.evaluate(`(() => {
        const { left, right } = document.querySelector("nav [aria-current]").getBoundingClientRect();
        return left >= 0 && right <= innerWidth;
      })()`);
      expect([screen, isInSight]).toEqual([screen, true]);
    }
    expect(complaints).toEqual([]);
    await close();
  });

  test.each(screenNames)(
    "the keyboard alone reaches every control of %s, and opens a chart's table",
    async (screen) => {
      const { page, complaints, close } = await openPage(browser, home.url);
      await visit(page, `${home.url}/${screen}?site=home&range=day&from=${today}`);
      await page.waitForSelector("[data-later]:not([aria-busy=false])", { state: "detached" });
      const all = await page.evaluate(
        `[...document.querySelectorAll("a[href], button, select, input")].filter((each) => each.checkVisibility()).length`,
      );
      const reached = new Set<unknown>();
      for (let presses = 0; presses < 150; presses++) {
        await page.keyboard.press("Tab");
        // The parts of a date are one control.
        const at = await page.evaluate(
          `[...document.querySelectorAll("a[href], button, select, input")].indexOf(document.activeElement)`,
        );
        if (await page.evaluate("document.activeElement === document.body")) break;
        // A table that scrolls has the focus too, and is no control.
        if (at === -1) continue;
        const isSeen = await page.evaluate(
          `getComputedStyle(document.activeElement).outlineStyle !== "none" && document.activeElement.checkVisibility()`,
        );
        expect([at, isSeen]).toEqual([at, true]);
        reached.add(at);
      }
      expect(reached.size).toBe(all);
      // A home without a tariff has no chart of money.
      if (screen !== "money") {
        await page.focus("[data-chart] button[aria-expanded]");
        await page.keyboard.press("Enter");
        await page.waitForSelector("[data-chart] button[aria-expanded=true]");
        await page.waitForSelector("[data-chart] table");
      }
      expect(complaints).toEqual([]);
      await close();
    },
  );

  test.each(languageNames)("speaks %s", async (language) => {
    const texts = languages[language];
    const { page, complaints, close } = await openPage(browser, home.url, { locale: language });
    await visit(page, `${home.url}/period?site=home&range=day&from=${today}`);
    await page.waitForSelector("[data-chart=so-far]");
    expect(await page.getAttribute("html", "lang")).toBe(language);
    expect(await page.$$eval("nav a", (links) => links.map((each) => each.textContent))).toEqual(
      screenNames.map((name) => texts.screens[name]),
    );
    expect(await page.textContent("main")).toContain(texts.legend.unknown);
    const day = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(Date.parse(today));
    expect(await page.textContent("#range-text")).toBe(day);
    if (language !== "en") await picture(page, `period-${language}`);
    expect(complaints).toEqual([]);
    await close();
  });
});
