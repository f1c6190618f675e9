/** `npm run drill`: a day made again from its archive and compared with the record, in the local cloud or in a stack's. */
import { runProgram } from "./backfill/cloud";
import { runTool } from "./command-line";
import { readArguments, usage } from "./drill/arguments";
import { drillInCloud } from "./drill/cloud";
import { drillLocally } from "./drill/local";

const print = (line: string) => void process.stdout.write(`${line}\n`);

async function main(): Promise<number> {
  const args = readArguments(process.argv.slice(2));
  if (args.help) {
    print(usage);
    return 0;
  }
  return (await (args.local ? drillLocally(args, print) : drillInCloud(args, runProgram, print))) ? 0 : 1;
}

runTool(main);
