/** A backfill in the cloud: the stack's state machine, started through the AWS CLI. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { userError } from "../../local/session/options";
import { engineEnvironment } from "../pulumi/engine";
import { bringBack } from "./archived";
import { type Arguments, type HourRange, shellCommand, startExecution } from "./plan";

/** Runs a program and resolves with what it prints. */
export type Run = (program: string, args: readonly string[]) => Promise<string>;

export const runProgram: Run = async (program, args) =>
  (await promisify(execFile)(program, [...args], { env: engineEnvironment() })).stdout;

/** The stack's own output, asked from the Pulumi CLI. @throws a `UserError` that ends with the way out. */
export async function readOutput(name: string, stack: string, run: Run, wayOut: string): Promise<string> {
  try {
    return (await run("pulumi", ["stack", "output", name, "--stack", stack])).trim();
  } catch (error) {
    const message = `The output ${name} of the stack "${stack}" cannot be read: ${reason(error)}\n${wayOut}`;
    throw Object.assign(userError(message), { cause: error });
  }
}

export const readStateMachineArn = (stack: string, run: Run): Promise<string> =>
  readOutput(
    "stateMachineArn",
    stack,
    run,
    "Sign in to the state backend of Pulumi, or name the state machine with --state-machine <arn>.",
  );

/** Brings expired raw messages back in the stack's lake, with the user's own credentials. */
export async function bringBackInCloud(
  { stack, from, to }: Pick<Arguments, "stack" | "from" | "to">,
  stateMachineArn: string,
  run: Run,
  print: (line: string) => void,
): Promise<void> {
  const bucket = await readOutput("lakeBucket", stack, run, "Sign in to the state backend of Pulumi first.");
  const [, , , region = ""] = stateMachineArn.split(":");
  const client = new S3Client({ region });
  try {
    await bringBack(client, bucket, from, to, print);
  } finally {
    client.destroy();
  }
}

/** Starts an execution for each range; prints the commands where the AWS CLI is absent. Resolves with whether it started any. */
export async function startExecutions(
  stateMachineArn: string,
  ranges: readonly HourRange[],
  run: Run,
  print: (line: string) => void,
): Promise<boolean> {
  const [first] = ranges;
  if (first === undefined) return false;
  try {
    for (const range of ranges) {
      const started = await run("aws", [...startExecution(stateMachineArn, range), "--output", "json"]);
      const { executionArn } = z.object({ executionArn: z.string() }).parse(JSON.parse(started));
      print(`${range.from} to ${range.to}: ${executionArn}`);
    }
    return true;
  } catch (error) {
    if (!isAbsent(error)) throw Object.assign(userError(`The AWS CLI failed: ${reason(error)}`), { cause: error });
    print("The AWS CLI is not installed here. Where it is, run:");
    for (const range of ranges) print(shellCommand(startExecution(stateMachineArn, range)));
    return false;
  }
}

const failure = z.object({ code: z.unknown().optional(), stderr: z.string().optional(), message: z.string() });
const isAbsent = (error: unknown) => failure.safeParse(error).data?.code === "ENOENT";
const reason = (error: unknown) => {
  const { stderr, message } = failure.safeParse(error).data ?? {};
  return (stderr?.trim() || message) ?? String(error);
};
