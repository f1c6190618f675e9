/** The command line of a drill. */
import { z } from "zod";
import { checkedOptions, flag, givenOptions, text } from "../command-line";
import { defaultStack } from "../default-stack";

export const usage = `Makes a day again from its archive, in a scratch prefix, and compares it with the record byte for byte (docs/recovery.md).

  npm run drill                          a day of the local cloud of npm start
  npm run drill -- --stack prod          a day of the stack's, by its own state machine; archives in Glacier take 5 to 12 hours

  --day <site>/<day>         this local day, for example home/2025-06-02   (one by chance)
  --stack <name>             the stack; without --local or --state in the cloud   (dev, locally)
  --local                    in the local cloud, also of a named stack
  --state <folder>           the state folder of the local cloud                  (.wattlake/demo-<stack>)
  --help

It ends with 1 where the day is not made again as it was.`;

const argumentsSchema = z
  .object({
    help: z.boolean().default(false),
    local: z.boolean().default(false),
    day: z
      .string()
      .regex(/^[^/]+\/\d{4}-\d\d-\d\d$/, "must be a site and a day, as home/2025-06-02")
      .optional(),
    stack: z.string().optional(),
    state: z.string().optional(),
  })
  .transform(({ local, ...given }) => {
    const isLocal = local || given.state !== undefined || given.stack === undefined;
    return { ...given, local: isLocal, stack: given.stack ?? defaultStack({ local: isLocal }) };
  });
export type Arguments = z.infer<typeof argumentsSchema>;

/** @throws a `UserError` with a line for each mistake. */
export const readArguments = (args: readonly string[]): Arguments =>
  checkedOptions(givenOptions(args, { help: flag, local: flag, day: text, stack: text, state: text }), argumentsSchema);
