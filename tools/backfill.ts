/** `npm run backfill`: a range of arrival days through the state machine again, in the cloud or in the local one. */
import { bringBackInCloud, readStateMachineArn, runProgram, startExecutions } from "./backfill/cloud";
import { extentOf, mayBegin, terminal } from "./backfill/consent";
import { backfillLocally } from "./backfill/local";
import { hourRanges, readArguments, usage } from "./backfill/plan";
import { runTool } from "./command-line";

const print = (line: string) => void process.stdout.write(`${line}\n`);
const complain = (line: string) => void process.stderr.write(`${line}\n`);

async function main(): Promise<number> {
  const args = readArguments(process.argv.slice(2));
  const { help, from, to, local, stack } = args;
  if (help || from === undefined || to === undefined) {
    print(usage);
    return 0;
  }
  const ranges = hourRanges(from, to);
  const extent = extentOf(from, to, ranges);
  if (!(await mayBegin(extent, ranges, args.yes, terminal))) {
    print("Nothing was started.");
    return 1;
  }
  print(extent);
  if (local) {
    await backfillLocally(args, ranges, complain);
    return 0;
  }
  const arn = args["state-machine"] ?? (await readStateMachineArn(stack, runProgram));
  if (args.archived) await bringBackInCloud(args, arn, runProgram, print);
  return (await startExecutions(arn, ranges, runProgram, print)) ? 0 : 1;
}

runTool(main);
