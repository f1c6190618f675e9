/**
 * `npm run bench -- cost`: counts a day of each home that docs/cost.md shows, keeps the counts in `cost-counts.json`, and writes the
 * page's tables. `--only <name>` counts one of them, `--tables` none: after a change of a price list.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { z } from "zod";
import { nowAndThen } from "../local/session/steps";
import { countedOf } from "../tools/cost/counted";
import { runDay } from "../tools/cost/local-day";
import { loadPatiently } from "../tools/cost/patience";
import { costTables, countsFile, homeNames, readCounts, stackOf } from "./cost-tables";
import { talkativeMeters } from "./home-meters";
import { writePage } from "./marked-page";

export async function runCostBench(): Promise<void> {
  const { values } = parseArgs({
    allowPositionals: true,
    options: { only: { type: "string" }, tables: { type: "boolean", default: false } },
  });
  const chosen = values.only === undefined ? homeNames.options : [homeNames.parse(values.only)];
  for (const name of values.tables ? [] : chosen) {
    const progress = nowAndThen((text) => process.stderr.write(`${name}: ${text}\n`), Date.now);
    const stack = stackOf(name);
    const meters = name === "talkative" ? { meters: talkativeMeters } : {};
    const counted = countedOf(await runDay(stack, await loadPatiently(stack), { period_s: 30, progress, ...meters }));
    // Each as soon as it is counted: a day takes half a minute at least.
    const before = existsSync(countsFile) ? readFileSync(countsFile, "utf8") : "{}";
    const all = { ...z.record(z.string(), z.unknown()).parse(JSON.parse(before)), [name]: counted };
    writeFileSync(countsFile, `${JSON.stringify(all, undefined, 2)}\n`);
  }
  const tables = costTables(readCounts());
  console.log(Object.values(tables).join("\n\n"));
  writePage("cost.md", tables);
}
