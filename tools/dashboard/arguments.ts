/** The command line of `npm run dashboard`. */
import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { isOpenToOthers } from "../../dashboard/server";
import { userError } from "../../local/session/options";
import { checkedOptions, flag, givenOptions, text } from "../command-line";
import { isOneSource, sourceOptions, twoSources } from "../query/source-options";

export const passwordVariable = "WATTLAKE_DASHBOARD_PASSWORD";

export const usage = `The dashboard in a browser.

  npm run dashboard                         over the running npm start, or over what it left in its state folder
  npm run dashboard -- --stack prod         over the real dataset of Pulumi.prod.yaml, with your Google credentials

  --state <folder>        the state folder of npm start                   (.wattlake/demo-dev)
  --stack <name>          instead BigQuery
  --max-bytes <n>         the most that one question may be billed for    (10 GB; a question beyond it fails and costs nothing)
  --port <n>              the page's port                                 (a free one)
  --host <address>        the page's address                              (127.0.0.1)
  --password-file <file>  the page's password is the first line of this file
  --open                  opens the browser
  --help

The page only reads. Beyond this computer (--host) it needs a password: ${passwordVariable}, or --password-file. The browser
asks for it; any user name will do. It is not encrypted on its way.`;

const port = z.coerce.number("must be a number").int().min(0).max(65_535, "must be at most 65535").optional();
const argumentsSchema = z
  .object({
    help: z.boolean().default(false),
    open: z.boolean().default(false),
    "max-bytes": z.coerce.number("must be a number of bytes").int().positive().default(10e9),
    port,
    host: z.string().min(1, "must be an address").default("127.0.0.1"),
    "password-file": z.string().optional(),
    ...sourceOptions,
  })
  .refine(isOneSource, twoSources);
export type Arguments = z.infer<typeof argumentsSchema>;

const hint = "npm run dashboard -- --help lists the options.";

/** @throws a `UserError` with a line for each mistake. */
export function readArguments(args: readonly string[]): Arguments {
  const options = {
    ...{ help: flag, open: flag, state: text, stack: text },
    ...{ "max-bytes": text, port: text, host: text, "password-file": text },
  };
  return checkedOptions(givenOptions(args, options, hint), argumentsSchema, hint);
}

/** The password of the page, where there is one. @throws a `UserError` where others reach it and there is none. */
export function passwordFor(
  args: Pick<Arguments, "host" | "password-file">,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const file = args["password-file"];
  const password = file === undefined ? environment[passwordVariable] : passwordIn(file);
  if (password) return password;
  if (!isOpenToOthers(args.host)) return undefined;
  throw userError(
    `At --host ${args.host} others reach the page, so it needs a password: set ${passwordVariable}, or name a file with --password-file.`,
  );
}

function passwordIn(file: string): string {
  const [password] = existsSync(file) ? readFileSync(file, "utf8").split(/\r?\n/) : [];
  // To go on without one would open what was meant to be closed.
  if (!password) throw userError(`--password-file ${file} must have the password in its first line.`);
  return password;
}
