/** What axe finds wrong with the page as it is, and its picture, in light, dark and on a telephone. */
import { source } from "axe-core";
import type { Page } from "playwright-core";
import { z } from "zod";
import { picture } from "./browser";

const found = z.array(z.object({ id: z.string(), impact: z.string(), nodes: z.array(z.string()) }));

const looks = {
  light: { colorScheme: "light", width: 1280 },
  dark: { colorScheme: "dark", width: 1280 },
  narrow: { colorScheme: "light", width: 360 },
} as const;

/** Looks at it in each, and takes a picture of each; empty where nothing serious is wrong. */
export async function faultsInAllLooks(page: Page, name: string): Promise<unknown[]> {
  const faults: unknown[] = [];
  for (const [look, { colorScheme, width }] of Object.entries(looks)) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 900 });
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    faults.push(...(await faultsOf(page)).map((fault) => ({ look, ...fault })));
    const tooWide = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    if (tooWide > 0) faults.push({ look, tooWide });
    await picture(page, `${name}-${look}`);
  }
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await page.setViewportSize({ width: 1280, height: 900 });
  return faults;
}

async function faultsOf(page: Page) {
  await page.evaluate(source);
  const answer = await page.evaluate(`axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
    violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map(({ html }) => html.slice(0, 160)) })))`);
  return found.parse(answer).filter(({ impact }) => impact === "serious" || impact === "critical");
}
