/** *Now* over the whole live path: broker, rule, queue, function, BigQuery, the dashboard of `npm start`, the browser. */
import type { Browser } from "playwright-core";
import { createGraph } from "../../local/program/graph";
import { registerDemo } from "../local/clouds";
import { chromium, needing } from "../needs";
import { launch, openPage, visit } from "./browser";
import { type LivePage, openLivePage } from "./live-page";

const { describe } = needing(chromium);

describe("a message that a meter publishes", () => {
  let live: LivePage;
  let browser: Browser;
  beforeAll(async () => {
    [live, browser] = await Promise.all([openLivePage(createGraph(await registerDemo())), launch()]);
  });
  afterAll(async () => {
    await browser.close();
    await live.close();
  });

  // How long it takes is measured by `npm run bench -- page`.
  test("moves the open page, and so does the next", async () => {
    const { page, complaints } = await openPage(browser, live.url);
    await visit(page, `${live.url}/now?site=home`);
    for (const [power_w, said] of [
      [1834.5, "Taking from the grid"],
      [-720.25, "Giving to the grid"],
    ] as const) {
      await live.publish(power_w);
      await page.waitForSelector(`[data-live=grid_w] [data-w='${Math.abs(power_w)}']`, { timeout: 0 });
      expect(await page.textContent("[data-live=grid_w] dt")).toBe(said);
    }
    expect([complaints, live.problems]).toEqual([[], []]);
  });
});
