/** `--state` and `--stack`: whose views a command asks. */
import { z } from "zod";

export const sourceOptions = {
  state: z.string().min(1, "must be a folder").optional(),
  stack: z
    .string()
    .regex(/^[\w.-]+$/, "must be the name of a stack")
    .optional(),
};

/** What is wrong with both of them. */
export const twoSources = "--state is no folder of a real dataset";

export const isOneSource = ({ state, stack }: { state?: string | undefined; stack?: string | undefined }): boolean =>
  state === undefined || stack === undefined;
