/** What the workflows' commands are asked. */
import { parseArgs } from "node:util";
import { z } from "zod";

const options = { stack: { type: "string" }, access: { type: "string" } } as const;

const signInArguments = z.object({ stack: z.string().min(1), access: z.enum(["preview", "deploy"]) });
const reportArguments = z.object({ stack: z.string().min(1) });

/** @throws where `--stack` or `--access` is missing or unknown. */
export const readSignInArguments = (args: string[]) => signInArguments.parse(valuesOf(args));

/** @throws where `--stack` is missing. */
export const readReportArguments = (args: string[]) => reportArguments.parse(valuesOf(args));

const valuesOf = (args: string[]) => parseArgs({ args, options }).values;
