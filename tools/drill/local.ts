/** A drill in the local cloud, by the program's own state machine. */
import { z } from "zod";
import type { Cloud } from "../../local/cloud";
import { readOptions } from "../../local/session/options";
import { openSession } from "../../local/session/session";
import { step } from "../../local/session/steps";
import type { Arguments } from "./arguments";
import { passedText } from "./report";

export async function drillLocally({ stack, state, day }: Arguments, print: (line: string) => void): Promise<boolean> {
  const options = readOptions(["--stack", stack, ...(state === undefined ? [] : ["--state", state])]);
  const session = openSession(options, "demo", print);
  try {
    const { cloud } = await step("Start the local cloud", () => session.startCloud(Date.now()));
    return await drillIn(cloud, day, print);
  } finally {
    await session.close();
  }
}

const failure = z.object({ cause: z.object({ name: z.literal("DrillFailed"), message: z.string() }) });

/** Resolves with whether it passed; prints what it did. */
export async function drillIn(cloud: Pick<Cloud, "drill">, day: string | undefined, print: (line: string) => void) {
  const started = performance.now();
  try {
    const output = await cloud.drill(day === undefined ? {} : { siteDay: day });
    print(passedText(output, (performance.now() - started) / 1000));
    return true;
  } catch (error) {
    const failed = failure.safeParse(error);
    if (!failed.success) throw error;
    print(failed.data.cause.message);
    return false;
  }
}
