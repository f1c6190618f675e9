/** Whether a picture has hatching: pixels of its colour. */
import type { Page } from "playwright-core";
import { z } from "zod";

/** Columns of pixels of a chart's canvas in which there is hatching, 0 to 1 of its width. */
export async function hatchedShare(page: Page, chart: string): Promise<number> {
  const share = await page.evaluate(`(() => {
    const canvas = document.querySelector("[data-chart=${chart}] canvas");
    const hex = getComputedStyle(document.documentElement).getPropertyValue("--hatch").trim();
    const color = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
    // Of a copy: reading the canvas itself makes Chromium complain, and slow.
    const copy = document.createElement("canvas");
    Object.assign(copy, { width: canvas.width, height: canvas.height });
    const context = copy.getContext("2d", { willReadFrequently: true });
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const columns = new Set();
    for (let at = 0; at < data.length; at += 4)
      if (color.every((value, index) => data[at + index] === value)) columns.add((at / 4) % canvas.width);
    return columns.size / canvas.width;
  })()`);
  return z.number().parse(share);
}
