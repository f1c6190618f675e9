/** A rebuild in the local cloud, over the state folder of `npm start`. */
import { makeLakeStore } from "../../functions/lake/store";
import { createS3Client } from "../../local/aws/s3";
import type { Cloud } from "../../local/cloud";
import { shortPath } from "../../local/damage";
import type { Graph } from "../../local/program/graph";
import { readOptions } from "../../local/session/options";
import { openSession } from "../../local/session/session";
import { step } from "../../local/session/steps";
import { lakeBucket } from "../replay-errors/local";
import type { Arguments } from "./arguments";
import { type Part, type Rebuilding, rebuild } from "./rebuild";

export async function rebuildLocally(
  { stack, state, ...part }: Arguments,
  print: (line: string) => void,
  mayBegin: Rebuilding["mayBegin"],
): Promise<boolean> {
  const options = readOptions(["--stack", stack, ...(state === undefined ? [] : ["--state", state])]);
  const session = openSession(options, "demo", print);
  try {
    const { cloud } = await step("Start the local cloud", () => session.startCloud(Date.now()));
    const right = await rebuildIn(cloud, await session.graph, part, print, mayBegin);
    if (right) print(`${shortPath(session.directory)} is whole again: npm start goes on from it.`);
    return right;
  } finally {
    await session.close();
  }
}

/** @param now - Up to when arrival hours are due; the clock of a replay may stand before them. */
export async function rebuildIn(
  cloud: Pick<Cloud, "s3Url" | "deployer" | "run" | "settleMirror" | "warehouse">,
  graph: Graph,
  part: Part,
  print: (line: string) => void,
  mayBegin?: Rebuilding["mayBegin"],
  now = Date.now(),
): Promise<boolean> {
  const s3 = createS3Client(cloud.s3Url, cloud.deployer);
  try {
    const right = await rebuild(part, {
      lake: makeLakeStore("", s3, lakeBucket(graph)),
      print,
      ...(mayBegin && { mayBegin }),
      asking: () => "The local lake has archives that cannot be read.",
      run: (input) =>
        step(
          `Run the state machine${input.from ? ` from ${input.from} to ${input.to}` : " since the checkpoint"}`,
          () => cloud.run({ ...input, now: new Date(now).toISOString() }),
        ),
    });
    await cloud.settleMirror();
    return right;
  } finally {
    s3.destroy();
  }
}
