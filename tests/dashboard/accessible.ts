/** What axe finds wrong with the page as it is, and its picture, in light, dark and on a telephone. */
import type { Page } from "playwright-core";
import { seriousFaults } from "./axe";
import { picture } from "./browser";

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
    faults.push(...(await seriousFaults(page)).map((fault) => ({ look, ...fault })));
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
