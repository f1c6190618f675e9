/** From a meter's publish to the figure on the open page, through the whole live path of this computer. */
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { loadGraph } from "../local/program/graph";
import { readStackConfig } from "../local/program/stack-config";
import { openLivePage } from "../tests/dashboard/live-page";

const messages = 60;

/** One message after the other, so that none is seen with the one before. */
export async function measureLive(browser: Browser): Promise<string> {
  const live = await openLivePage(await loadGraph(readStackConfig(join(__dirname, ".."), "dev")));
  try {
    const page = await browser.newPage();
    // The first question of all makes the views ready; how busy the machine is must not end it.
    page.setDefaultTimeout(0);
    await page.goto(`${live.url}/now?site=home`);
    await page.waitForSelector("main[aria-busy=false]", { state: "attached" });
    const seen = async (power_w: number) => {
      const begun = performance.now();
      await live.publish(power_w);
      await page.waitForSelector(`[data-live=grid_w] [data-w='${power_w}']`);
      return performance.now() - begun;
    };
    // The function's first start is not the meter's every day.
    await seen(99);
    const latencies: number[] = [];
    for (let n = 0; n < messages; n++) {
      // At another time of the page's own beat each.
      await page.waitForTimeout((n * 137) % 1000);
      latencies.push(await seen(100 + n));
    }
    await page.close();
    for (const problem of live.problems) console.log(problem);
    latencies.sort((a, b) => a - b);
    const quantile = (share: number) =>
      `${Math.round(latencies[Math.ceil(latencies.length * share) - 1] ?? Number.NaN).toLocaleString("en")} ms`;
    return `Publish of a meter to the page, ${messages} messages: p50 ${quantile(0.5)}, p95 ${quantile(0.95)}, max ${quantile(1)}.`;
  } finally {
    await live.close();
  }
}
