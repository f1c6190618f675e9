/** A backfill in the local cloud: the same state machine over what lies in its lake. */
import { createS3Client } from "../../local/aws/s3";
import { readOptions } from "../../local/session/options";
import { runMachine } from "../../local/session/pipeline";
import { openSession } from "../../local/session/session";
import { step } from "../../local/session/steps";
import { lakeBucket } from "../replay-errors/local";
import { bringBack } from "./archived";
import type { Arguments, HourRange } from "./plan";

export async function backfillLocally(
  { stack, state, archived, from, to }: Pick<Arguments, "stack" | "state" | "archived" | "from" | "to">,
  ranges: readonly HourRange[],
  complain: (line: string) => void,
): Promise<void> {
  const options = readOptions(["--stack", stack, ...(state === undefined ? [] : ["--state", state])]);
  const session = openSession(options, "demo", complain);
  try {
    const { cloud } = await step("Start the local cloud", () => session.startCloud(Date.now()));
    if (archived) {
      const s3 = createS3Client(cloud.s3Url, cloud.deployer);
      session.onClose(async () => s3.destroy());
      await bringBack(s3, lakeBucket(await session.graph), from, to, complain);
    }
    for (const range of ranges)
      await step(`Run the state machine from ${range.from} to ${range.to}`, (shown) => runMachine(cloud, range, shown));
  } finally {
    await session.close();
  }
}
