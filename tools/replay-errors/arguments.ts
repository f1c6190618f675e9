/** The command line of `npm run replay-errors`. */
import { z } from "zod";
import { userError } from "../../local/session/options";
import { flag, givenOptions, text } from "../command-line";
import { defaultStack } from "../default-stack";

export const usage = `Brings what a topic rule could not deliver into the record: messages under errors/ go to raw/, under the hour of their
arrival, and these hours through the pipeline again. Each message once, however often it is run.

  npm run replay-errors

  --from, --to <day>         only what arrived on these days, YYYY-MM-DD, UTC, both included   (all)
  --stack <name>             whose lake and state machine                                      (prod; dev with --local)
  --local                    in the local cloud of npm start
  --state <folder>           with --local: its state folder                                    (.wattlake/demo-<stack>)
  --help

In the cloud it reads and writes the lake with your AWS credentials and starts the state machine through the AWS CLI.
What is replayed moves to replayed/, which expires with raw/.`;

const day = z.iso.date("must be a day YYYY-MM-DD");
const argumentsSchema = z
  .object({
    help: z.boolean().default(false),
    local: z.boolean().default(false),
    from: day.default("0000-01-01"),
    to: day.default("9999-12-31"),
    stack: z.string().optional(),
    state: z.string().optional(),
  })
  .refine(({ from, to }) => from <= to, "--from must not be after --to")
  .refine(({ local, state }) => local || state === undefined, "--state needs --local")
  .transform((given) => ({ ...given, stack: given.stack ?? defaultStack(given) }));
export type Arguments = z.infer<typeof argumentsSchema>;

/** @throws a `UserError` with a line for each mistake. */
export function readArguments(args: readonly string[]): Arguments {
  const options = { help: flag, local: flag, from: text, to: text, stack: text, state: text };
  const values = givenOptions(args, options);
  const parsed = argumentsSchema.safeParse(values);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(
    ({ path, message }) => `${path.map((each) => `--${String(each)} `)}${message}.`,
  );
  throw userError(lines.join("\n"));
}
