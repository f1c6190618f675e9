/** *Now* in a browser: it shows what `live_power` says, moves with a new reading, and says what is old. */
import type { Browser } from "playwright-core";
import { readCatalog } from "../../sql/catalog";
import { chromium, needing } from "../needs";
import { launch, type Opened, openPage, picture, visit } from "./browser";
import { type Home, openHome } from "./home";

const { describe } = needing(chromium);

describe("the screen of now", () => {
  let home: Home;
  let browser: Browser;
  let opened: Opened;
  beforeAll(async () => {
    [home, browser] = await Promise.all([openHome({ catalog: readCatalog(), livePauseMs: 500 }), launch()]);
    opened = await openPage(browser, home.url);
  });
  afterAll(async () => {
    await browser.close();
    await home.close();
  });
  afterEach(() => expect(opened.complaints).toEqual([]));

  const watts = (name: string) => opened.page.getAttribute(`[data-live=${name}] [data-w]`, "data-w").then(Number);

  test("shows the view's figures, in segments and in words", async () => {
    const { page } = opened;
    await home.publish(4, [-1300, 2600, 800]);
    await visit(page, `${home.url}/now`);
    await page.waitForSelector("[data-segment=export]");
    const rows = await home.mirror.warehouse.query("SELECT role, power_w FROM `wattlake.live_power`");
    const of = (role: string) => Number(rows.find((row) => row.role === role)?.power_w);
    expect(await watts("grid_w")).toBe(Math.abs(of("grid")));
    expect(await watts("solar_w")).toBe(of("solar"));
    expect(await watts("consumption_w")).toBe(of("grid") + of("solar"));
    expect(await page.textContent("figcaption")).toBe(
      "In: Sun 2.60 kW. Out: Car 800 W, Rest of the home 500 W, To the grid 1.30 kW; 2.60 kW in all.",
    );
    const widths = await page.$$eval("[data-segment]", (all) =>
      all.map((each) => [each.getAttribute("data-segment"), each.getBoundingClientRect().width] as const),
    );
    const width = (name: string) => widths.find(([segment]) => segment === name)?.[1] ?? 0;
    expect(width("export") / width("solar")).toBeCloseTo(0.5, 1);
    await picture(page, "now-light");
  });

  test("moves with a new reading", async () => {
    const { page } = opened;
    await home.publish(1, [900, 100, 0]);
    await page.waitForSelector("[data-live=grid_w] [data-w='900']");
    expect(await page.textContent("[data-live=grid_w] dt")).toBe("Taking from the grid");
  });

  test("a value that is older than the meter's longest silence is not of now", async () => {
    const other = await openHome({ catalog: readCatalog() });
    try {
      await other.publish(3600, [500, 0, 0]);
      const { page, complaints, close } = await openPage(browser, other.url);
      await visit(page, `${other.url}/now`);
      await page.waitForSelector(".channels td");
      expect(await page.textContent("figcaption")).toContain("Not known now: Grid, Roof, Car.");
      expect(await page.textContent("[data-live=consumption_w] dd")).toBe("unknown");
      expect(await page.textContent(".channels")).toContain("too old to count");
      expect(complaints).toEqual([]);
      await picture(page, "now-silent-light");
      await close();
    } finally {
      await other.close();
    }
  });
});
