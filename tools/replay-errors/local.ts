/** A replay in the local cloud: its own lake, and the same state machine. */
import { z } from "zod";
import { createS3Client } from "../../local/aws/s3";
import type { Graph } from "../../local/program/graph";
import { readOptions } from "../../local/session/options";
import { runMachine } from "../../local/session/pipeline";
import { openSession } from "../../local/session/session";
import { step } from "../../local/session/steps";
import type { Arguments } from "./arguments";
import { openLake } from "./lake";
import { makeReplayer } from "./raw-line";
import { type Account, replayErrors } from "./replay";

export async function replayLocally(args: Arguments, complain: (line: string) => void): Promise<Account> {
  const { stack, state } = args;
  const options = readOptions(["--stack", stack, ...(state === undefined ? [] : ["--state", state])]);
  const session = openSession(options, "demo", complain);
  try {
    const { cloud } = await step("Start the local cloud", () => session.startCloud(Date.now()));
    const graph = await session.graph;
    const client = createS3Client(cloud.s3Url, cloud.deployer);
    session.onClose(async () => client.destroy());
    return await replayErrors({
      ...args,
      lake: openLake(client, lakeBucket(graph)),
      replay: makeReplayer(graph),
      async collect(ranges) {
        for (const range of ranges)
          await step(`Run the state machine from ${range.from} to ${range.to}`, (shown) =>
            runMachine(cloud, range, shown),
          );
        return true;
      },
    });
  } finally {
    await session.close();
  }
}

const bucketInputs = z.object({ region: z.string().optional() });

/** @throws where the program has not exactly one bucket in its own region. */
export function lakeBucket(graph: Graph): string {
  const buckets = graph.all("aws:s3/bucket:Bucket", bucketInputs);
  const [bucket, ...others] = buckets.filter(({ inputs }) => inputs.region === undefined);
  if (!bucket || others.length > 0) throw new Error("The program must have one S3 bucket in its region, the lake.");
  return bucket.physicalName;
}
