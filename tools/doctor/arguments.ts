/** The command line of `npm run doctor`. */
import { parseArgs } from "node:util";
import { z } from "zod";
import { optionMistakes } from "../../local/session/options";

export const usage = `Looks whether \`npm run up\` can succeed: configuration, names, regions, state backend, accounts, APIs, permissions.
It changes nothing. Each finding is one sentence and the command that mends it.

  npm run doctor -- --stack <name>   whose configuration, Pulumi.<name>.yaml   (prod)
  --help

Credentials are those that Pulumi would find: of the environment, of the AWS CLI's profiles, of gcloud.

Exit codes: 0 nothing to mend; 1 something to mend; 2 nothing to mend, but not everything could be looked at;
64 a wrong option.`;

/** The exit code of a wrong option. */
export const wrongUsage = 64;

const options = { stack: { type: "string" }, help: { type: "boolean" } } as const;
const schema = z.object({
  stack: z
    .string()
    .regex(/^[\w.-]+$/, "must be the name of a stack")
    .default("prod"),
  help: z.boolean().default(false),
});

export type Arguments = z.output<typeof schema>;

/** @throws an error with a line for each wrong option. */
export function readArguments(args: readonly string[]): Arguments {
  const hint = "npm run doctor -- --help lists the options.";
  const parsed = schema.safeParse(valuesOf(args, hint));
  if (parsed.success) return parsed.data;
  throw new Error(`${optionMistakes(parsed.error).join("\n")}\n${hint}`);
}

function valuesOf(args: readonly string[], hint: string) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${hint}`);
  }
}
