/** `npm run replay-errors`: what the topic rules could not deliver goes through the pipeline again, each message once. */
import { runProgram } from "./backfill/cloud";
import { runTool } from "./command-line";
import { readArguments, usage } from "./replay-errors/arguments";
import { replayInCloud } from "./replay-errors/cloud";
import { replayLocally } from "./replay-errors/local";
import { accountLines } from "./replay-errors/replay";

const print = (line: string) => void process.stdout.write(`${line}\n`);
const complain = (line: string) => void process.stderr.write(`${line}\n`);

async function main(): Promise<number> {
  const args = readArguments(process.argv.slice(2));
  if (args.help) {
    print(usage);
    return 0;
  }
  const account = await (args.local ? replayLocally(args, complain) : replayInCloud(args, runProgram, print));
  for (const line of accountLines(account)) print(line);
  return account.ended && account.left.length === 0 ? 0 : 1;
}

runTool(main);
