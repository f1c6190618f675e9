/** What axe-core finds on a page that is serious for somebody. */
import { source } from "axe-core";
import type { Page } from "playwright-core";
import { z } from "zod";

const found = z.array(z.object({ id: z.string(), impact: z.string(), nodes: z.array(z.string()) }));

export async function seriousFaults(page: Page): Promise<z.infer<typeof found>> {
  await page.evaluate(source);
  const faults = await page.evaluate(`axe.run(document).then(({ violations }) => violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map((each) => each.html.slice(0, 200)) })))`);
  return found.parse(faults);
}
