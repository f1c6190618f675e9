/** The command line of `npm run cost`. */
import { parseArgs } from "node:util";
import { z } from "zod";
import { optionMistakes, userError } from "../../local/session/options";

export const usage = `Dollars a month, of the requests that a day of the stack really makes in the local cloud.

  npm run cost                          the stack as it is configured
  npm run cost -- --compare             beside it: both deliveries, with and without the live path

  --stack <name>      whose configuration, Pulumi.<name>.yaml           (dev)
  --region <region>   whose prices                                      (that of the stack)
  --delivery <kind>   buffered or direct                                (as configured)
  --live <yes|no>     with or without the live path                     (as configured)
  --only <meter>      the stack with this one meter alone
  --every <seconds>   between two reports of a meter                    (30)
  --compare           all deliveries, with the live path and without
  --json              the figures as JSON
  --help

No cloud is asked. Durations of functions are those of this computer.`;

const schema = z.object({
  stack: z
    .string()
    .regex(/^[\w.-]+$/, "must be the name of a stack")
    .default("dev"),
  region: z.string().optional(),
  delivery: z.enum(["buffered", "direct"], "must be buffered or direct").optional(),
  live: z.enum(["yes", "no"], "must be yes or no").optional(),
  only: z.string().optional(),
  every: z.coerce.number("must be a number of seconds").int().min(1).max(3600).default(30),
  compare: z.boolean().default(false),
  json: z.boolean().default(false),
});
export type Arguments = z.infer<typeof schema>;

const hint = "npm run cost -- --help lists the options.";

/** @returns undefined where help is asked for. @throws a `UserError` with a line for each mistake. */
export function readArguments(args: readonly string[]): Arguments | undefined {
  const { help, ...values } = parse(args);
  if (help) return undefined;
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  throw userError(`${optionMistakes(parsed.error).join("\n")}\n${hint}`);
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const options = {
    ...{ stack: text, region: text, delivery: text, live: text, only: text, every: text },
    ...{ compare: flag, json: flag, help: flag },
  } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw userError(`${error instanceof Error ? error.message : error}\n${hint}`);
  }
}
