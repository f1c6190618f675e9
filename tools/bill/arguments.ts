/** The command line of `npm run bill`. */
import { z } from "zod";
import { checkedOptions, flag, givenOptions, text } from "../command-line";
import { isOneSource, sourceOptions, twoSources } from "../query/source-options";

export const usage = `Prints the bill of a site, line by line, as the views compute it.

  npm run bill -- --site home --month 2026-10

  --site <id>        the site                     (the only one with a tariff)
  --month <YYYY-MM>  the bills that begin in it, or else the one that covers it
  --plan <name>      a plan of wattlake:tariffs.compare instead of the site's own contract
  --state <folder>   the state folder of npm start                            (.wattlake/demo-dev)
  --stack <name>     instead the real dataset of Pulumi.<name>.yaml, with your Google credentials
  --help

While npm start runs, it is asked, with the live readings; else the mirror in its state folder.`;

const id = (message: string) => z.string().regex(/^[\w.-]+$/, message);

const argumentsSchema = z
  .object({
    site: id("must be a site's id").optional(),
    month: z.string("must be given, for example --month 2026-10").regex(/^\d{4}-(0[1-9]|1[0-2])$/, "must be YYYY-MM"),
    plan: id("must be the name of a plan").optional(),
    ...sourceOptions,
  })
  .refine(isOneSource, twoSources);
export type Arguments = z.infer<typeof argumentsSchema>;

const hint = "npm run bill -- --help lists the options.";

/** @returns undefined where help is asked for. @throws a `UserError` with a line for each mistake. */
export function readArguments(args: readonly string[]): Arguments | undefined {
  const options = { help: flag, site: text, month: text, plan: text, state: text, stack: text };
  const { help, ...values } = givenOptions(args, options, hint);
  return help ? undefined : checkedOptions(values, argumentsSchema, hint);
}
