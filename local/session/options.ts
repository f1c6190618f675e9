/** The command line of `npm start`. */
import { parseArgs } from "node:util";
import { z } from "zod";

export const usage = `wattlake on this computer: the whole pipeline, without any cloud account.

  npm start                            a simulated home: fills the past days, then goes on live until Ctrl-C
  npm start -- --replay <file|folder>  a recorded capture through the pipeline, then its energy a day and channel

  --stack <name>          whose configuration, Pulumi.<name>.yaml           (dev)
  --state <folder>        where everything lies that outlives a run         (.wattlake/demo-<stack>, .wattlake/replay-<stack>)
  --fresh                 empties the state folder first
  --site <id>             the site of the configuration that is simulated   (the state's, else its first)
  --days <n>              simulated past days, 1 to 366; fixed with a state (14)
  --no-home               no simulated home: for real meters, docs/meters.md section 7
  --open                  opens the dashboard in the browser
  --no-dashboard          no dashboard
  --dashboard-port <n>    its port on 127.0.0.1                             (a free one)
  --once                  ends after the table, without going live
  --replay <path>         JSON Lines {received_at, topic, payload}, plain or .gz
  --integration <kind>    hold or trapezoid, for every meter                (as configured)
  --max-gap <duration>    a longer silence is a gap, for example "930 s"    (as configured)
  --host <address>        address of the MQTT broker                        (127.0.0.1)
  --port <n>              its port                                          (a free one)
  --bigquery-port <n>     BigQuery's REST interface on 127.0.0.1, README.md (a free one)
  --gateway-port <n>      mutual TLS for real meters and bridges, docs/meters.md (closed)
  --help

WATTLAKE_DEBUG=1 shows where an error came from.`;

/** What a person may get wrong; shown without a stack trace. */
export const userError = (message: string) => Object.assign(new Error(message), { name: "UserError" });

/** A line for each mistake; one that is of no single option has no name before it. */
export const optionMistakes = ({ issues }: z.ZodError): string[] =>
  issues.map(({ path, message }) => (path.length > 0 ? `--${path.join(".")} ${message}.` : `${message}.`));

const texts = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const flags = {
  help: flag,
  fresh: flag,
  once: flag,
  "no-home": flag,
  open: flag,
  "no-dashboard": flag,
  "dashboard-port": texts,
  stack: texts,
  state: texts,
  site: texts,
  days: texts,
  replay: texts,
  integration: texts,
  "max-gap": texts,
  host: texts,
  port: texts,
  "gateway-port": texts,
  "bigquery-port": texts,
} as const;

const integer = (least: number, most: number) =>
  z.coerce
    .number(`must be a number from ${least} to ${most}`)
    .int(`must be a whole number`)
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`);

const optionsSchema = z.object({
  help: z.boolean().default(false),
  fresh: z.boolean().default(false),
  once: z.boolean().default(false),
  "no-home": z.boolean().default(false),
  open: z.boolean().default(false),
  "no-dashboard": z.boolean().default(false),
  "dashboard-port": integer(0, 65_535).optional(),
  stack: z
    .string()
    .regex(/^[\w.-]+$/, "must be the name of a stack")
    .default("dev"),
  state: z.string().min(1, "must be a folder").optional(),
  site: z.string().min(1, "must be a site's id").optional(),
  days: integer(1, 366).default(14),
  replay: z.string().min(1, "must be a file or folder").optional(),
  integration: z.enum(["hold", "trapezoid"], "must be hold or trapezoid").optional(),
  "max-gap": z.string().optional(),
  host: z.string().default("127.0.0.1"),
  port: integer(0, 65_535).optional(),
  "gateway-port": integer(0, 65_535).optional(),
  "bigquery-port": integer(0, 65_535).optional(),
});
export type Options = z.infer<typeof optionsSchema> & {
  /** Names of the options that were given: the others have their defaults. */
  readonly given: readonly string[];
};

/** Options of the simulated home alone. */
const ofTheHome = ["site", "days"];

/** @throws a `UserError` with a line for each wrong option. */
export function readOptions(args: readonly string[]): Options {
  const values = parse(args);
  const given = Object.keys(values);
  const parsed = optionsSchema.safeParse(values);
  const lines = parsed.success ? [] : optionMistakes(parsed.error);
  for (const name of values.replay === undefined ? [] : ofTheHome.filter((each) => given.includes(each)))
    lines.push(`--${name} is of the simulated home and does not go with --replay.`);
  for (const name of values["no-home"] ? [...ofTheHome, "replay"].filter((each) => given.includes(each)) : [])
    lines.push(`--${name} does not go together with --no-home.`);
  for (const name of values["no-dashboard"] ? ["open", "dashboard-port"].filter((each) => given.includes(each)) : [])
    lines.push(`--${name} does not go together with --no-dashboard.`);
  if (parsed.success && lines.length === 0) return { ...parsed.data, given };
  throw userError(`${lines.join("\n")}\nnpm start -- --help lists the options.`);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: false }).values;
  } catch (error) {
    throw userError(`${error instanceof Error ? error.message : error}\nnpm start -- --help lists the options.`);
  }
}
