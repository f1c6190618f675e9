/** The command line of `npm run tariff -- import`. */
import { basename, extname } from "node:path";
import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { z } from "zod";
import { currency } from "../../../configuration/currency";
import { calendarDay, oneOf } from "../../../configuration/kinds";
import { fileName } from "../../../configuration/tariffs/band-schema";
import { timeZone } from "../../../configuration/time-zones";
import { optionMistakes, userError } from "../../../local/session/options";

export const importUsage = `npm run tariff -- import <file> [options]     makes a price series or a plan of tariffs/ out of a file of others

  --as <format>      csv, json, octopus, energy-charts, awattar, tibber, entsoe (series); urdb, evcc (plans)   (by its shape)
  --name <name>      what the series, or the plan, is called                                    (the file's name)
  --replace          instead of what has this name; without it, a series is merged and a plan is refused

What a source may not tell, and what is not guessed:
  --unit <unit>      of prices, for example EUR/MWh, ct/kWh, p/kWh
  --currency <code>  where the unit does not tell it, for example EUR
  --prices <kind>    net or gross: without VAT or with it
  --timezone <zone>  of times without offset; of a plan
  --step <minutes>   15, 30 or 60: how long a price holds, where only its beginning is told   (by its neighbours)
  --until <time>     the end of a price that holds until further notice
  --value <field>    which of several prices, for example value_inc_vat or total
  --select <what>    which of several payment methods, rates or auctions
  --from <day>       the first day of a plan
  --vat <fraction>   of a plan, for example 0.23
  --calendar <name>  of tariffs/calendars/, with --holidays weekend
  --holidays <how>   weekend or usual: whether a holiday counts as a Saturday and Sunday, or as the day that it is`;

const fraction = "must be a fraction from 0 to 1, for example 0.23";
const step = "must be 15, 30 or 60";

const optionsSchema = z.object({
  as: z.string().optional(),
  name: fileName(),
  replace: z.boolean().default(false),
  unit: z.string().optional(),
  currency: currency().optional(),
  prices: oneOf(["net", "gross"]).optional(),
  timezone: timeZone().optional(),
  step: z.coerce
    .number(step)
    .pipe(z.literal([15, 30, 60], step))
    .optional(),
  until: z.string().optional(),
  value: z.string().optional(),
  select: z.string().optional(),
  from: calendarDay().optional(),
  vat: z.coerce.number(fraction).min(0, fraction).max(1, fraction).optional(),
  calendar: fileName().optional(),
  holidays: oneOf(["weekend", "usual"]).optional(),
});
export type ImportOptions = z.output<typeof optionsSchema>;

/** @throws a `UserError` with a line for each mistake. */
export function readImportArguments(args: readonly string[]): { file: string; options: ImportOptions } {
  const { values, positionals } = parse(args);
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw userError(`one file expected.\n\n${importUsage}`);
  const parsed = optionsSchema.safeParse({ ...values, name: values.name ?? nameOf(file) });
  if (parsed.success) return { file, options: parsed.data };
  throw userError(optionMistakes(parsed.error).join("\n"));
}

/** The file's own name in the letters that a name of `tariffs/` has. */
const nameOf = (file: string) =>
  basename(file, extname(file))
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, "-")
    .replace(/^[^a-z0-9]+/, "");

function parse(args: readonly string[]) {
  const options: ParseArgsOptionsConfig = Object.fromEntries(
    Object.keys(optionsSchema.shape).map((key) => [key, { type: key === "replace" ? "boolean" : "string" }]),
  );
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw userError(`${error instanceof Error ? error.message : error}\n\n${importUsage}`);
  }
}
