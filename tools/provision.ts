/** `npm run provision`: meters and bridges, from the key to the first message. */
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { readArguments, usage } from "./provision/arguments";
import { provision } from "./provision/provision";

const print = (line: string) => void process.stdout.write(`${line}\n`);

async function main() {
  const args = readArguments(process.argv.slice(2));
  if (args.help) return print(usage);
  await provision(args, {
    directory: join(__dirname, ".."),
    print,
    pace: { now: Date.now, wait: async (ms) => void (await wait(ms)) },
    password: process.env.SHELLY_PASSWORD,
  });
}

main().catch((error: unknown) => {
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  process.stderr.write(`${process.env.WATTLAKE_DEBUG === "1" ? (stack ?? message) : message}\n`);
  process.exitCode = 1;
});
