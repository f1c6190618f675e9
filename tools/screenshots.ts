/** `npm run screenshots`: pictures of the dashboard for README and docs, taken from the demo in Debian's Chromium. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { serveDashboard } from "../dashboard/server";
import { projectDirectory } from "../local/project";
import { userError } from "../local/session/options";
import { chromiumPath, chromium as needed } from "../tests/needs";
import { catalogAt, openSource } from "./query/sources";
import { readArguments, usage } from "./screenshots/arguments";
import { type Picture, pictures } from "./screenshots/pictures";

const print = (text: string) => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const args = readArguments(process.argv.slice(2));
  if (args.help) {
    print(usage);
    return;
  }
  if (!needed.isPresent) throw userError(`There is no ${needed.what}.`);
  const source = await openSource(args);
  const dashboard = await serveDashboard({ source, catalog: catalogAt(args), now: Date.now, livePauseMs: 1000 });
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    print(source.about);
    for (const picture of pictures(new Date(), args.site)) await take(browser, dashboard.url, picture, args.out);
  } finally {
    await browser.close();
    await dashboard.close();
    source.close();
  }
}

async function take(
  browser: Browser,
  url: string,
  { name, path, scheme, width }: Picture,
  folder: string,
): Promise<void> {
  const context = await browser.newContext({
    ...{ viewport: { width, height: 800 }, colorScheme: scheme, locale: "en-GB", reducedMotion: "reduce" },
  });
  const page = await context.newPage();
  await page.goto(`${url}${path}`);
  await page.waitForSelector("main[aria-busy=false]", { state: "attached", timeout: 120_000 });
  const parts = "[data-later]:not([aria-busy=false])";
  await page.waitForFunction((late) => document.querySelector(late) === null, parts, { timeout: 300_000 });
  // Charts are drawn, and live power has come.
  await page.waitForTimeout(2500);
  const target = join(projectDirectory, folder, `${name}.png`);
  mkdirSync(join(projectDirectory, folder), { recursive: true });
  await page.screenshot({ path: target, fullPage: true });
  print(`  ${join(folder, `${name}.png`)}`);
  await context.close();
}

main().catch((error: unknown) => {
  const isPlain = process.env.WATTLAKE_DEBUG !== "1" && error instanceof Error;
  process.stderr.write(`${isPlain ? error.message : error instanceof Error ? error.stack : error}\n`);
  process.exitCode = 1;
});
