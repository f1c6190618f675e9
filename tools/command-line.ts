/** What the command lines of the tools have in common: options are parsed and judged, and a mistake is the user's to read. */
import { type ParseArgsConfig, parseArgs } from "node:util";
import type { z } from "zod";
import { optionMistakes, userError } from "../local/session/options";

/** Kinds of an option. */
export const text = { type: "string" } as const;
export const flag = { type: "boolean" } as const;

type Options = NonNullable<ParseArgsConfig["options"]>;

/** The options as they were given; `hint` stands under a mistake. @throws a `UserError` for an option that is not known. */
export function givenOptions<Known extends Options>(args: readonly string[], options: Known, hint?: string) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw told([error instanceof Error ? error.message : String(error)], hint);
  }
}

/** The options by their schema. @throws a `UserError` with a line for each mistake. */
export function checkedOptions<Parsed>(values: unknown, schema: z.ZodType<Parsed>, hint?: string): Parsed {
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  throw told(optionMistakes(parsed.error), hint);
}

const told = (mistakes: readonly string[], hint?: string) =>
  userError([...mistakes, ...(hint === undefined ? [] : [hint])].join("\n"));

/** Runs a tool to its exit code; what it throws is told in a sentence, with WATTLAKE_DEBUG=1 as the stack. */
export function runTool(main: () => Promise<number>): void {
  main().then(
    (code) => process.exit(code),
    (error: unknown) => {
      const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
      process.stderr.write(`${process.env.WATTLAKE_DEBUG === "1" ? (stack ?? message) : message}\n`);
      process.exit(1);
    },
  );
}
