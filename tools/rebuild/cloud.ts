/** A rebuild in the cloud: with the user's own credentials in the lake, and through the stack's state machine. */
import { S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { makeLakeStore } from "../../functions/lake/store";
import { userError } from "../../local/session/options";
import { asking } from "../backfill/archived";
import { type Run, readOutput, readStateMachineArn } from "../backfill/cloud";
import type { Arguments } from "./arguments";
import { type Rebuilding, type RunInput, rebuild } from "./rebuild";

const started = z.object({ executionArn: z.string() });
const described = z.object({ status: z.string(), cause: z.string().optional() });

/** How often an execution is asked whether it has ended, ms. */
const everyMs = 10_000;

export async function rebuildInCloud(
  { stack, ...part }: Arguments,
  program: Run,
  print: (line: string) => void,
  mayBegin: Rebuilding["mayBegin"],
  pause = () => new Promise<void>((resolve) => setTimeout(resolve, everyMs)),
): Promise<boolean> {
  const arn = await readStateMachineArn(stack, program);
  const bucket = await readOutput("lakeBucket", stack, program, "Sign in to the state backend of Pulumi first.");
  const [, , , region = ""] = arn.split(":");
  const aws = async (...args: string[]) =>
    JSON.parse(await program("aws", ["stepfunctions", ...args, "--region", region, "--output", "json"])) as unknown;

  /** One after the other: each links its days to those of the ones before. */
  async function run(input: RunInput): Promise<void> {
    const { executionArn } = started.parse(
      await aws("start-execution", "--state-machine-arn", arn, "--input", JSON.stringify(input)),
    );
    print(`${input.from ? `${input.from} to ${input.to}` : "since the checkpoint"}: ${executionArn}`);
    for (;;) {
      await pause();
      const { status, cause = "" } = described.parse(await aws("describe-execution", "--execution-arn", executionArn));
      if (status === "SUCCEEDED") return;
      if (status !== "RUNNING") throw userError(`${executionArn} ended as ${status}. ${cause}`);
    }
  }

  const s3 = new S3Client({ region });
  try {
    const right = await rebuild(part, {
      lake: makeLakeStore("", s3, bucket),
      run,
      print,
      ...(mayBegin && { mayBegin }),
      asking: (dates) => asking(bucket, dates),
    });
    print(
      `The mirror follows by itself; what it lacks for longer it gets at once by: npm run mirror -- --stack ${stack}`,
    );
    return right;
  } finally {
    s3.destroy();
  }
}
