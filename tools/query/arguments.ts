/** The command line of `npm run query`. */
import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { z } from "zod";
import { optionMistakes, userError } from "../../local/session/options";
import { isOneSource, sourceOptions, twoSources } from "./source-options";

export const usage = `Asks the views in GoogleSQL.

  npm run query -- "SELECT ..."             one question
  npm run query -- question.sql             one from a file
  npm run query                             a prompt: a question ends with ; at the end of a line, or with an empty line
  npm run query -- --views [view]           the views and what they tell, or the columns of one

  --format <kind>    table, csv or json                                       (table)
  --state <folder>   the state folder of npm start                            (.wattlake/demo-dev)
  --stack <name>     instead the real dataset of Pulumi.<name>.yaml, with your Google credentials
  --help

Relations are written as \`dataset.view\` in backticks, or as the bare name. While npm start runs, it is asked, with the live
readings; else the mirror in its state folder. Ends with 1 where a question failed.`;

export const formats = ["table", "csv", "json"] as const;
export type Format = (typeof formats)[number];

const argumentsSchema = z
  .object({
    help: z.boolean().default(false),
    views: z.boolean().default(false),
    format: z.enum(formats, `must be ${formats.join(" or ")}`).default("table"),
    ...sourceOptions,
    /** The question, or with `views` the name of one. */
    text: z.string().optional(),
  })
  .refine(isOneSource, twoSources);
export type Arguments = z.infer<typeof argumentsSchema>;

/** @throws a `UserError` with a line for each mistake. */
export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args);
  if (positionals.length > 1)
    throw userError(`one question expected, got ${positionals.length}: put it in quotation marks.\n${hint}`);
  const [text] = positionals;
  const parsed = argumentsSchema.safeParse({ ...values, ...(text !== undefined && { text: contentOf(text) }) });
  if (parsed.success) return parsed.data;
  throw userError(`${optionMistakes(parsed.error).join("\n")}\n${hint}`);
}

const hint = "npm run query -- --help lists the options.";

/** The text of a file where it names one. */
const contentOf = (text: string) => (existsSync(text) ? readFileSync(text, "utf8") : text);

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const options = { help: flag, views: flag, format: text, state: text, stack: text };
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw userError(`${error instanceof Error ? error.message : error}\n${hint}`);
  }
}
