/** The account of a simulated week in which everything happens that happens to messages: each of them is in exactly one place. */
import { parseArgs } from "node:util";
import { z } from "zod";
import { loadGraph } from "../local/program/graph";
import { readStackConfig } from "../local/program/stack-config";
import { projectDirectory } from "../local/project";
import { readSites } from "../local/session/sites";
import { accountOf } from "../tests/local/faults/conservation";
import { createPipeline } from "../tests/local/faults/pipeline";
import { simulateWeek } from "../tests/local/faults/week";
import { thousands } from "./functions";

export async function runWeekBench(): Promise<void> {
  const { values } = parseArgs({
    allowPositionals: true,
    options: { days: { type: "string", default: "7" }, seed: { type: "string", default: "week" } },
  });
  const days = z.coerce.number().int().positive().parse(values.days);
  const config = readStackConfig(projectDirectory, "dev");
  // A clock change is in it.
  const week = simulateWeek(readSites(config), Date.UTC(2025, 2, 27), days, values.seed ?? "");
  const began = Date.now();
  const pipeline = await createPipeline(await loadGraph(config), week);
  try {
    const { wrong, ...account } = accountOf(await pipeline.run());
    const parts = (["readings", "merged", "duplicates", "quarantined", "ignored"] as const).map(
      (part) => `${thousands(account[part])} ${part}`,
    );
    console.log(`${days} days, seed "${values.seed}", ${((Date.now() - began) / 1000).toFixed(0)} s:
${thousands(week.messages.length)} messages sent (${thousands(week.repeated)} of them copies, ${thousands(week.unusable)} unusable)
${thousands(account.messages)} arrived + ${thousands(account.fannedOut)} further parts = ${parts.join(" + ")}`);
    if (week.messages.length !== account.messages) wrong.push("not every message has arrived");
    if (week.unusable !== account.quarantined + account.ignored)
      wrong.push("more or less is set aside than is unusable");
    for (const sentence of wrong) console.log(sentence);
    console.log(wrong.length === 0 ? "Every sum closes." : `${wrong.length} sums do not close.`);
    if (wrong.length > 0) process.exitCode = 1;
  } finally {
    pipeline.close();
  }
}
