/** The command line of `npm run tariff`. */
import { parseArgs } from "node:util";
import { z } from "zod";

export const usage = `Tariff plans: docs/tariff-language.md describes their language.

  npm run tariff -- check <file or name>               looks for holes, overlaps and other mistakes, and says what is an example
  npm run tariff -- show <plan> --day <YYYY-MM-DD>     the bands of a day with their prices, component by component
  --help

A plan is a name of tariffs/, or a file that ends with .yaml; its calendars/ and series/ lie beside it.`;

const options = { day: { type: "string" }, help: { type: "boolean" } } as const;

const plan = z.string("the plan is missing: a name of tariffs/, or a file that ends with .yaml");
const request = z.discriminatedUnion(
  "what",
  [
    z.object({ what: z.literal("check"), plan }),
    z.object({ what: z.literal("show"), plan, day: z.iso.date("--day must be a day YYYY-MM-DD") }),
    z.object({ what: z.literal("help") }),
  ],
  "the first word must be check or show",
);

export type Arguments = z.output<typeof request>;

/** @throws where an argument is unknown or missing. */
export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const [what, plan, ...more] = positionals;
  const parsed = request.safeParse({ plan, day: values.day, what: values.help ? "help" : what });
  if (parsed.success && more.length === 0) return parsed.data;
  const said = parsed.error?.issues.map(({ message }) => message) ?? [`${more.join(" ")} is one word too many`];
  throw new Error(`${said.join("\n")}\n\n${usage}`);
}
