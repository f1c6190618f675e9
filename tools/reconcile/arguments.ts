/** The command line of `npm run reconcile`. */
import { parseArgs } from "node:util";
import { z } from "zod";
import { userError } from "../../local/session/options";
import { isOneSource, twoSources } from "../query/source-options";

export const usage = `Says line by line where a printed bill and the data agree, and what explains the rest.

  npm run reconcile -- bill.yaml

  --state <folder>   the state folder of npm start                            (.wattlake/demo-dev)
  --stack <name>     instead the real dataset of Pulumi.<name>.yaml, with your Google credentials
  --help

The bill as YAML, each line as far as it is printed:

  site: home
  from: 2026-10-01        # the first and the last day, both included
  to: 2026-10-31
  lines:
    - text: Active energy, day
      component: energy   # of the site's plan, with the band
      band: day
      quantity_kwh: 210
      price: 0.577        # per kWh, without VAT
      net: 121.17         # or gross
      register: { from: 12345, to: 12555 }

Ends with 1 where a difference stays unexplained.`;

const argumentsSchema = z
  .object({
    help: z.boolean().default(false),
    state: z.string().min(1).optional(),
    stack: z
      .string()
      .regex(/^[\w.-]+$/, "--stack must be the name of a stack")
      .optional(),
    file: z.string("one file expected: the bill").optional(),
  })
  .refine(({ help, file }) => help || file !== undefined, "one file expected: the bill")
  .refine(isOneSource, twoSources);
export type Arguments = z.output<typeof argumentsSchema>;

/** @throws a `UserError` with a line for each mistake. */
export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args);
  const [file, ...more] = positionals;
  const parsed = argumentsSchema.safeParse({ ...values, file });
  if (parsed.success && more.length === 0) return parsed.data;
  const said = parsed.error?.issues.map(({ message }) => message) ?? [`${more.join(" ")} is one word too many`];
  throw userError(`${said.join("\n")}\n\n${usage}`);
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  try {
    const options = { help: { type: "boolean" }, state: text, stack: text } as const;
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw userError(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  }
}
