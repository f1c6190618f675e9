/** Chromium for the tests of the page: it may ask the page's own server and nobody else, and must not complain. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { chromiumPath } from "../needs";

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox", "--disable-gpu"] });

export interface Opened {
  readonly page: Page;
  /** What was said on the console, what was asked of others; nothing in a good run. */
  readonly complaints: string[];
  close(): Promise<void>;
}

export async function openPage(browser: Browser, origin: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({
    ...{
      locale: "en-GB",
      timezoneId: "America/New_York",
      reducedMotion: "reduce",
      viewport: { width: 1280, height: 900 },
    },
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  await page.route("**/*", (route) => {
    const url = route.request().url();
    if (url.startsWith(`${origin}/`) || url.startsWith("data:")) return route.continue();
    complaints.push(`asked ${url}`);
    return route.abort();
  });
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  return { page, complaints, close: () => context.close() };
}

/** Goes to an address and waits until what it shows is drawn. */
export async function visit(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await drawn(page);
}

export const drawn = (page: Page) => page.waitForSelector("main[aria-busy='false']", { state: "attached" });

/** The folder of pictures of this run. */
export const pictures = join(process.env.WATTLAKE_PICTURES ?? join(__dirname, "../../.wattlake/pictures"));

export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}
