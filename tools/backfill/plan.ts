/** The command line of a backfill, and the executions that a range of days becomes. */
import { Temporal } from "temporal-polyfill";
import { z } from "zod";
import { checkedOptions, flag, givenOptions, text } from "../command-line";
import { defaultStack } from "../default-stack";

export const usage = `Collects and compiles a range of UTC arrival days again, both ends included; the checkpoint stays where it is.

  npm run backfill -- --from 2025-06-01 --to 2025-06-07

  --from, --to <day>         YYYY-MM-DD, UTC
  --archived                 brings raw messages that have expired back from archive/ first
  --stack <name>             whose state machine                        (prod; dev with --local)
  --state-machine <arn>      instead of the output stateMachineArn of the stack
  --local                    in the local cloud of npm start
  --state <folder>           with --local: its state folder             (.wattlake/demo-<stack>)
  --yes                      begins more than 31 days without being asked
  --help

In the cloud it starts one execution for each 31 days through the AWS CLI; without it the commands are printed.`;

/** An execution's input: UTC arrival hours, half-open. */
export interface HourRange {
  readonly from: string;
  readonly to: string;
}

const stateMachineArn = /^arn:[\w-]+:states:([\w-]+):\d{12}:stateMachine:[\w-]+$/;

const day = z.iso.date("must be a day YYYY-MM-DD");
const argumentsSchema = z
  .object({
    help: z.boolean().default(false),
    local: z.boolean().default(false),
    archived: z.boolean().default(false),
    yes: z.boolean().default(false),
    from: day.optional(),
    to: day.optional(),
    stack: z.string().optional(),
    state: z.string().optional(),
    "state-machine": z.string().regex(stateMachineArn, "must be the ARN of a state machine").optional(),
  })
  .refine(({ help, from, to }) => help || (from !== undefined && to !== undefined), "--from and --to are needed")
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, "--from must not be after --to")
  .refine(({ local, state }) => local || state === undefined, "--state needs --local")
  .refine((all) => !all.local || all["state-machine"] === undefined, "--state-machine does not go with --local")
  .transform((given) => ({ ...given, stack: given.stack ?? defaultStack(given) }));
export type Arguments = z.infer<typeof argumentsSchema>;

const longestDays = 31;

/** @throws a `UserError` with a line for each mistake. */
export function readArguments(args: readonly string[]): Arguments {
  const options = {
    help: flag,
    local: flag,
    archived: flag,
    yes: flag,
    from: text,
    to: text,
    stack: text,
    state: text,
    "state-machine": text,
  };
  return checkedOptions(givenOptions(args, options), argumentsSchema);
}

/** The days, both included, in pieces of at most 31 days. */
export function hourRanges(from: string, to: string): HourRange[] {
  const ranges: HourRange[] = [];
  const end = Temporal.PlainDate.from(to).add({ days: 1 });
  for (let start = Temporal.PlainDate.from(from); Temporal.PlainDate.compare(start, end) < 0; ) {
    const limit = start.add({ days: longestDays });
    const next = Temporal.PlainDate.compare(limit, end) < 0 ? limit : end;
    ranges.push({ from: `${start}T00`, to: `${next}T00` });
    start = next;
  }
  return ranges;
}

/** The AWS CLI's arguments that start the execution. */
export const startExecution = (arn: string, range: HourRange): string[] => [
  "stepfunctions",
  "start-execution",
  "--region",
  stateMachineArn.exec(arn)?.[1] ?? "",
  "--state-machine-arn",
  arn,
  "--input",
  JSON.stringify(range),
];

/** The same as a command for a POSIX shell. */
export const shellCommand = (args: readonly string[]) =>
  ["aws", ...args].map((each) => (/^[\w:/.@=-]+$/.test(each) ? each : `'${each.replaceAll("'", "'\\''")}'`)).join(" ");
