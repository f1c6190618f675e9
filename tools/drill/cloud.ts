/** A drill of a stack, by its own state machine, started through the AWS CLI. */
import { z } from "zod";
import { type Run, readOutput } from "../backfill/cloud";
import type { Arguments } from "./arguments";
import { passedText } from "./report";

const started = z.object({ executionArn: z.string() });
const described = z.object({ status: z.string(), cause: z.string().optional(), output: z.string().optional() });

/** How often the execution is asked whether it has ended, ms. */
const everyMs = 15_000;

/** Resolves with whether it passed. A drill goes on without this command: its execution is named first. */
export async function drillInCloud(
  { stack, day }: Arguments,
  program: Run,
  print: (line: string) => void,
  pause = () => new Promise<void>((resolve) => setTimeout(resolve, everyMs)),
): Promise<boolean> {
  const arn = await readOutput("drillStateMachineArn", stack, program, "Sign in to the state backend of Pulumi first.");
  const [, , , region = ""] = arn.split(":");
  const aws = async (...args: string[]): Promise<unknown> =>
    JSON.parse(await program("aws", ["stepfunctions", ...args, "--region", region, "--output", "json"]));
  const since = Date.now();
  const input = JSON.stringify(day === undefined ? {} : { siteDay: day });
  const { executionArn } = started.parse(await aws("start-execution", "--state-machine-arn", arn, "--input", input));
  print(executionArn);
  for (;;) {
    await pause();
    const {
      status,
      cause = "",
      output,
    } = described.parse(await aws("describe-execution", "--execution-arn", executionArn));
    if (status === "RUNNING") continue;
    if (status === "SUCCEEDED") print(passedText(JSON.parse(output ?? ""), (Date.now() - since) / 1000));
    else print(cause || `The execution ended as ${status}.`);
    return status === "SUCCEEDED";
  }
}
