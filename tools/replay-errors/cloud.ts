/** A replay in the cloud: the stack's lake with the user's own credentials, its state machine through the AWS CLI. */
import { S3Client } from "@aws-sdk/client-s3";
import { loadGraph } from "../../local/program/graph";
import { readStackConfig } from "../../local/program/stack-config";
import { projectDirectory } from "../../local/project";
import { type Run, readOutput, startExecutions } from "../backfill/cloud";
import type { Arguments } from "./arguments";
import { openLake } from "./lake";
import { makeReplayer } from "./raw-line";
import { type Account, replayErrors } from "./replay";

const wayOut = "Sign in to the state backend of Pulumi first.";

export async function replayInCloud(args: Arguments, run: Run, print: (line: string) => void): Promise<Account> {
  const { stack } = args;
  const bucket = await readOutput("lakeBucket", stack, run, wayOut);
  const stateMachineArn = await readOutput("stateMachineArn", stack, run, wayOut);
  const [, , , region = ""] = stateMachineArn.split(":");
  // The rules as the program defines them: what is deployed, where the checkout is.
  const graph = await loadGraph(readStackConfig(projectDirectory, stack));
  const client = new S3Client({ region });
  try {
    return await replayErrors({
      ...args,
      lake: openLake(client, bucket),
      replay: makeReplayer(graph),
      collect: (ranges) => startExecutions(stateMachineArn, ranges, run, print),
    });
  } finally {
    client.destroy();
  }
}
