/** `npm run access`: writes docs/access/<stack>.txt, who may do what, out of the program; with `--unused` what no call of a day needs. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadGraph } from "../local/program/graph";
import { readStackConfig } from "../local/program/stack-config";
import { projectDirectory } from "../local/project";
import { nowAndThen } from "../local/session/steps";
import { accessMap, awsRights, rightText } from "./access/rights";
import { createRecorder, isCarriedOut } from "./access/used";
import { flag, givenOptions, runTool, text } from "./command-line";
import { runDay } from "./cost/local-day";

const usage = `Who may do what on which prefix, queue, table: every right that the program gives, a line each.

  npm run access                    writes docs/access/<stack>.txt for dev and prod
  npm run access -- --unused        the rights that no call of a day in the local cloud needs
  --stack <name>                    of one stack
  --help`;

async function main(): Promise<number> {
  const values = givenOptions(process.argv.slice(2), { stack: text, unused: flag, help: flag });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (values.unused) {
    await printUnused(values.stack ?? "dev");
    return 0;
  }
  for (const stack of values.stack === undefined ? ["dev", "prod"] : [values.stack]) {
    const graph = await loadGraph(readStackConfig(projectDirectory, stack));
    const path = join(projectDirectory, "docs/access", `${stack}.txt`);
    writeFileSync(path, `${accessMap(graph).join("\n")}\n`);
    console.log(`${path} is written.`);
  }
  return 0;
}

async function printUnused(name: string): Promise<void> {
  const stack = readStackConfig(projectDirectory, name);
  const graph = await loadGraph(stack);
  const rights = awsRights(graph).filter(isCarriedOut);
  const { onAllowed, unused } = createRecorder(rights);
  const progress = nowAndThen((text) => console.error(text), Date.now);
  await runDay(stack, graph, { period_s: 300, progress, onAllowed });
  for (const right of unused()) console.log(rightText(right));
  console.log(`${unused().length} of ${rights.length} rights were not needed by a day without faults.`);
}

runTool(main);
