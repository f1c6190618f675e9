/** *Period* of a home with a tariff: what its energy costs and what its bill comes to, as the views say. */
import type { Browser } from "playwright-core";
import { chromium, needing } from "../needs";
import { launch, openPage, picture, visit } from "./browser";
import { type Home, openHome, today } from "./home";

const { describe } = needing(chromium);

describe("the money of a period", () => {
  let home: Home;
  let browser: Browser;
  beforeAll(async () => {
    [home, browser] = await Promise.all([openHome({ tariff: "pl-g12" }), launch()]);
  });
  afterAll(async () => {
    await browser.close();
    await home.close();
  });

  test("is that of the views", async () => {
    const { page, complaints, close } = await openPage(browser, home.url);
    await visit(page, `${home.url}/period?site=home&range=day&from=${today}`);
    await page.waitForSelector(".estimate", { timeout: 300_000 });
    const money = (amount: unknown) =>
      new Intl.NumberFormat("en-GB", { style: "currency", currency: "PLN" }).format(Number(amount));
    // They take long, so what they answered to the page is compared with what it shows.
    const answerOf = (view: string) => home.answers.find(({ sql }) => sql.includes(`FROM ${view}`))?.rows ?? [];
    const gross = answerOf("cost_daily").reduce((sum, row) => sum + Number(row.gross), 0);
    expect(gross).toBeGreaterThan(0);
    expect(await page.textContent("[data-chart=costs] figcaption")).toContain(
      `The energy costs at least ${money(gross)} with tax`,
    );
    const [bill] = answerOf("bill_estimate AS e");
    expect(Number(bill?.estimate_gross)).toBeGreaterThan(Number(bill?.known_gross));
    const shown = await page.$$eval("[data-amount]", (all) =>
      all.map((each) => [each.getAttribute("data-amount"), each.querySelector(".figure")?.textContent]),
    );
    expect(shown).toEqual([
      ["known_gross", money(bill?.known_gross)],
      ["estimate_gross", money(bill?.estimate_gross)],
    ]);
    await picture(page, "period-money-light");
    expect(complaints).toEqual([]);
    await close();
  });
});
