/** The command line of `npm run screenshots`. */
import { parseArgs } from "node:util";
import { z } from "zod";
import { optionMistakes, userError } from "../../local/session/options";

export const usage = `Pictures of the dashboard for the README and docs/, taken in Debian's Chromium (apt-get install chromium).

  npm run screenshots                       of the running npm start, or of what it left in its state folder

  --state <folder>   the state folder of npm start        (.wattlake/demo-dev)
  --site <name>      the home that is shown               (home)
  --out <folder>     where the pictures go                (docs/pictures)
  --help

Without a running npm start the screen of now has nothing to show.`;

const argumentsSchema = z.object({
  help: z.boolean().default(false),
  state: z.string().min(1, "must be a folder").optional(),
  site: z.string().min(1, "must be a site").default("home"),
  out: z.string().min(1, "must be a folder").default("docs/pictures"),
});

const hint = "npm run screenshots -- --help lists the options.";

/** @throws a `UserError` with a line for each mistake. */
export function readArguments(args: readonly string[]): z.infer<typeof argumentsSchema> {
  const parsed = argumentsSchema.safeParse(parse(args));
  if (parsed.success) return parsed.data;
  throw userError(`${optionMistakes(parsed.error).join("\n")}\n${hint}`);
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  const options = { help: { type: "boolean" }, state: text, site: text, out: text } as const;
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values;
  } catch (error) {
    throw userError(`${error instanceof Error ? error.message : error}\n${hint}`);
  }
}
