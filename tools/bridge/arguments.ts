/** The command line of `npm run bridge`. */
import { z } from "zod";
import { checkedOptions, flag, givenOptions, text } from "../command-line";
import { mostBytes, usualLimits } from "./limits";

export const usage = `Carries what the meters of a site tell mosquitto to AWS IoT Core, one message for each report of a meter.

  npm run bridge -- --at /var/lib/wattlake-bridge

  --at <folder>      where npm run provision -- bridge has put its files   (this folder)
  --quiet <ms>       a report ends when the meter has been quiet so long   (${usualLimits.quietMs})
  --longest <ms>     and lasts at most so long                             (${usualLimits.longestMs})
  --size <kB>        and has at most so many bytes; IoT Core takes ${Math.floor(mostBytes / 1024)}     (${Math.floor(mostBytes / 1024)})
  --help

It runs until it is stopped, and tells a line of JSON each minute. mosquitto keeps what is not delivered.`;

const number = (least: number, most: number) =>
  z.coerce
    .number("must be a number")
    .int("must be whole")
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`);

const schema = z.object({
  at: z.string().default("."),
  quiet: number(10, 60_000).default(usualLimits.quietMs),
  longest: number(10, 300_000).default(usualLimits.longestMs),
  size: number(1, Math.floor(mostBytes / 1024)).default(Math.floor(mostBytes / 1024)),
});
export type Arguments = z.infer<typeof schema>;

const hint = "npm run bridge -- --help lists the options.";

/** @returns undefined where help is asked for. @throws a `UserError` with a line for each mistake. */
export function readArguments(args: readonly string[]): Arguments | undefined {
  const options = { at: text, quiet: text, longest: text, size: text, help: flag };
  const { help, ...values } = givenOptions(args, options, hint);
  return help ? undefined : checkedOptions(values, schema, hint);
}
