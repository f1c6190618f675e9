/** `npm run rebuild`: what follows from the archives and the reference data anew, in the local cloud or in a stack's. */
import { count } from "../local/session/account";
import { userError } from "../local/session/options";
import { runProgram } from "./backfill/cloud";
import { terminal } from "./backfill/consent";
import { runTool } from "./command-line";
import { type Arguments, readArguments, usage } from "./rebuild/arguments";
import { rebuildInCloud } from "./rebuild/cloud";
import { rebuildLocally } from "./rebuild/local";

const print = (line: string) => void process.stdout.write(`${line}\n`);

/** In the cloud it costs requests and hours of other people's dashboards, so somebody says so. */
const consenting =
  ({ yes, local }: Arguments) =>
  async (dates: readonly string[]): Promise<boolean> => {
    const extent = `${dates[0]} to ${dates.at(-1)}: ${count(dates.length, "arrival day")} are made anew`;
    print(`${extent}.`);
    if (yes || local) return true;
    if (!terminal) throw userError("Nothing was changed: say --yes if all of it is wanted.");
    return /^y(es)?$/i.test((await terminal("Begin? [y/N] ")).trim());
  };

async function main(): Promise<number> {
  const args = readArguments(process.argv.slice(2));
  if (args.help) {
    print(usage);
    return 0;
  }
  const started = performance.now();
  const right = args.local
    ? await rebuildLocally(args, print, consenting(args))
    : await rebuildInCloud(args, runProgram, print, consenting(args));
  print(`It took ${((performance.now() - started) / 1000).toFixed(0)} s.`);
  return right ? 0 : 1;
}

runTool(main);
