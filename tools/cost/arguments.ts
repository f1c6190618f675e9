/** The command line of `npm run cost`. */
import { z } from "zod";
import { checkedOptions, flag, givenOptions, text } from "../command-line";

export const usage = `Dollars a month, of the requests that a day of the stack really makes in the local cloud.

  npm run cost                          the stack as it is configured
  npm run cost -- --compare             both deliveries, both bridges, with and without the live path

  --stack <name>      whose configuration, Pulumi.<name>.yaml           (dev)
  --region <region>   whose prices                                      (that of the stack)
  --delivery <kind>   buffered or direct                                (as configured)
  --live <yes|no>     with or without the live path                     (as configured)
  --bridge <kind>     mosquitto or joining, for meters behind one        (as configured)
  --only <meter>      the stack with this one meter alone
  --every <seconds>   between two reports of a meter                    (30)
  --compare           all deliveries and bridges, with the live path and without
  --actual            beside it what the clouds charged in the last whole month; asks Cost Explorer (0.01 dollars a request)
                      and BigQuery with your own credentials
  --days <n>          of --actual: the last days instead, 1 to 180
  --json              the figures as JSON
  --help

Without --actual no cloud is asked. Durations of functions are those of this computer.`;

const schema = z.object({
  stack: z
    .string()
    .regex(/^[\w.-]+$/, "must be the name of a stack")
    .default("dev"),
  region: z.string().optional(),
  delivery: z.enum(["buffered", "direct"], "must be buffered or direct").optional(),
  live: z.enum(["yes", "no"], "must be yes or no").optional(),
  bridge: z.enum(["mosquitto", "joining"], "must be mosquitto or joining").optional(),
  only: z.string().optional(),
  every: z.coerce.number("must be a number of seconds").int().min(1).max(3600).default(30),
  compare: z.boolean().default(false),
  json: z.boolean().default(false),
  actual: z.boolean().default(false),
  days: z.coerce.number("must be a number of days").int().min(1).max(180).optional(),
});
export type Arguments = z.infer<typeof schema>;

const hint = "npm run cost -- --help lists the options.";

/** @returns undefined where help is asked for. @throws a `UserError` with a line for each mistake. */
export function readArguments(args: readonly string[]): Arguments | undefined {
  const options = {
    ...{ stack: text, region: text, delivery: text, live: text, bridge: text, only: text, every: text },
    ...{ compare: flag, json: flag, actual: flag, days: text, help: flag },
  };
  const { help, ...values } = givenOptions(args, options, hint);
  return help ? undefined : checkedOptions(values, schema, hint);
}
