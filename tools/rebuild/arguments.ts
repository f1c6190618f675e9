/** The command line of a rebuild. */
import { z } from "zod";
import { prefixes } from "../../functions/lake/keys";
import { checkedOptions, flag, givenOptions, text } from "../command-line";
import { defaultStack } from "../default-stack";

export const usage = `Makes staged/, daily/, the manifests, the mirror and the warehouse anew from archive/ and reference/ (docs/recovery.md).

  npm run rebuild                            all of it, in the local cloud of npm start
  npm run rebuild -- --only <path>           what a damaged file concerns
  npm run rebuild -- --stack prod            in the cloud, through the stack's state machine

  --from, --to <day>         only these arrival days, YYYY-MM-DD, UTC, both included
  --only <path>              a file of the lake: its path, its key or its s3:// address
  --stack <name>             the stack; without --local or --state in the cloud        (dev, locally)
  --local                    in the local cloud, also of a named stack
  --state <folder>           the state folder of the local cloud                       (.wattlake/demo-<stack>)
  --yes                      begins without being asked
  --help`;

const day = z.iso.date("must be a day YYYY-MM-DD");
const kinds = Object.values(prefixes).map((prefix) => prefix.slice(0, -1));
/** The key in a path: from the last folder on that is one of the lake's. */
const keyIn = (path: string) => new RegExp(`(?:^|/)((?:${kinds.join("|")})/.*)$`).exec(path.replaceAll("\\", "/"))?.[1];

const argumentsSchema = z
  .object({
    help: z.boolean().default(false),
    local: z.boolean().default(false),
    yes: z.boolean().default(false),
    from: day.optional(),
    to: day.optional(),
    only: z
      .string()
      .transform((path, context) => {
        const key = keyIn(path);
        if (key !== undefined) return key;
        context.addIssue({ code: "custom", message: `must lie in ${kinds.map((kind) => `${kind}/`).join(", ")}` });
        return z.NEVER;
      })
      .optional(),
    stack: z.string().optional(),
    state: z.string().optional(),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, "--from must not be after --to")
  .refine(
    ({ from, to, only }) => only === undefined || (from === undefined && to === undefined),
    "--only does not go with --from or --to",
  )
  .transform(({ local, ...given }) => {
    const isLocal = local || given.state !== undefined || given.stack === undefined;
    return { ...given, local: isLocal, stack: given.stack ?? defaultStack({ local: isLocal }) };
  });
export type Arguments = z.infer<typeof argumentsSchema>;

/** @throws a `UserError` with a line for each mistake. */
export function readArguments(args: readonly string[]): Arguments {
  const options = { help: flag, local: flag, yes: flag, from: text, to: text, only: text, stack: text, state: text };
  return checkedOptions(givenOptions(args, options), argumentsSchema);
}
