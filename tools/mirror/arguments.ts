/** The command line of `npm run mirror`. */
import { parseArgs } from "node:util";
import { z } from "zod";

export const usage = `Compares the lake with its mirror now, and copies what is missing or different; nothing is deleted.

  npm run mirror -- --stack prod

  --stack <name>   whose mirror   (dev)
  --help

It starts the stack's scheduled transfer job, with your Google Cloud credentials. Once after the first npm run up, and
after a change of warehouse.mirror; otherwise the job runs by itself.`;

const argumentsSchema = z.object({ help: z.boolean().default(false), stack: z.string().min(1).default("dev") });

/** @throws where an option is unknown or has no value. */
export const readMirrorArguments = (args: string[]) =>
  argumentsSchema.parse(parseArgs({ args, options: { help: { type: "boolean" }, stack: { type: "string" } } }).values);
