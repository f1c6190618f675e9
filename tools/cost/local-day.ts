/**
 * A day of a stack through the local cloud, with everything that would be billed counted: its real rules, functions, state
 * machine, queues and copies. The day begins where the run of the day before would have archived it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { z } from "zod";
import type { Site } from "../../config";
import { partitionOf, prefixes } from "../../functions/lake/keys";
import type { OnAllowed } from "../../local/aws/iam";
import { createS3Client } from "../../local/aws/s3";
import { createClock } from "../../local/clock";
import { type Cloud, startCloud } from "../../local/cloud";
import { createPublisher } from "../../local/messages/publisher";
import type { Graph } from "../../local/program/graph";
import type { StackConfig } from "../../local/program/stack-config";
import { readConfig } from "../../local/session/sites";
import { createUsage, type Usage } from "../../local/usage";
import { createMeters, type Devices, meterOf, throughGateway } from "./device-day";

const hourMs = 3_600_000;
/** The first hours are not counted: by then the pipeline looks back on hours, and archives the first day in the counted one. */
const warmHours = 4;
const start = Date.parse("2026-06-03T00:00:00Z");

export interface LocalDay {
  readonly graph: Graph;
  readonly usage: Pick<Usage, "total">;
  /** Messages of each meter in the counted day, as IoT Core gets them. */
  readonly meters: ReadonlyMap<string, { readonly messages: number }>;
  /** Bytes that a day adds below each prefix of the lake, before anything expires. */
  readonly addedBytes: ReadonlyMap<string, number>;
  /** Runs of the state machine in the counted day. */
  readonly runs: number;
}

export interface DayOptions {
  /** s between two reports of a meter. */
  readonly period_s: number;
  readonly progress: (text: string) => void;
  /** What the meters say. @default each as it says it itself */
  readonly meters?: (sites: readonly Site[], start: number) => Devices;
  /** Hears of each call of a role that was allowed. @default nobody */
  readonly onAllowed?: OnAllowed;
}

/** `graph` is what the program makes of the stack. @throws where anything goes wrong on the way: such a day costs something else. */
export async function runDay(
  stack: StackConfig,
  graph: Graph,
  { period_s, progress, onAllowed, meters: makeMeters }: DayOptions,
): Promise<LocalDay> {
  const config = readConfig(stack);
  const stateDirectory = mkdtempSync(join(tmpdir(), "wattlake-cost-"));
  const clock = createClock(start);
  const problems: string[] = [];
  const usage = createUsage();
  const counted = { usage, is: false };
  const cloud = await startCloud({
    ...{ graph, stateDirectory, clock, onAllowed },
    usage: { count: (...said) => (counted.is ? usage.count(...said) : undefined), total: usage.total },
    onProblem: (problem) => problems.push(problem),
  });
  try {
    const publisher = createPublisher(cloud.broker.url, clock.advanceTo);
    const live = cloud.startLivePath();
    const runs: Promise<unknown>[] = [];
    cloud.startSchedules((run) => {
      if (counted.is) runs.push(run);
      run.catch((error: unknown) => problems.push(String(error)));
    });
    const meters = new Map<string, { messages: number }>();
    const said = makeMeters?.(config.sites, start) ?? createMeters(config.sites, start, period_s);
    const devices = throughGateway(said, config, stack);
    for (let hour = 0; hour < warmHours + 24; hour++) {
      counted.is = hour >= warmHours;
      const to = start + (hour + 1) * hourMs;
      const messages = devices.advance(to);
      if (counted.is) tally(meters, messages);
      await publisher.publish(messages);
      await clock.advanceTo(to);
      await live.settle();
      progress(`${hour + 1} of ${warmHours + 24} hours`);
    }
    await publisher.close();
    const [problem, ...more] = problems;
    if (problem !== undefined)
      throw new Error(`The day is not whole: ${problem}${more.length > 0 ? ` (and ${more.length} more)` : ""}`);
    return { graph, usage, meters, addedBytes: await bytesByPrefix(graph, cloud), runs: runs.length };
  } finally {
    clock.stop();
    await cloud.close();
    rmSync(stateDirectory, { recursive: true, force: true });
  }
}

function tally(meters: Map<string, { messages: number }>, messages: readonly { readonly topic: string }[]): void {
  for (const { topic } of messages) {
    const meter = meterOf(topic);
    const sum = meters.get(meter) ?? { messages: 0 };
    meters.set(meter, sum);
    sum.messages++;
  }
}

/** Of the first day, which is complete by now. */
async function bytesByPrefix(graph: Graph, { s3Url, deployer }: Pick<Cloud, "s3Url" | "deployer">) {
  const s3 = createS3Client(s3Url, deployer);
  const bytes = new Map<string, number>();
  const day = new Date(start).toISOString().slice(0, 10);
  try {
    for (const { physicalName: Bucket } of graph.all("aws:s3/bucket:Bucket", z.unknown()))
      for (const prefix of Object.values(prefixes)) {
        let token: string | undefined;
        do {
          const page = await s3.send(
            new ListObjectsV2Command({ Bucket, Prefix: prefix, ...(token && { ContinuationToken: token }) }),
          );
          for (const { Key = "", Size = 0 } of page.Contents ?? [])
            if (partitionOf(Key).date === day || Key.includes(`date=${day}.`))
              bytes.set(prefix, (bytes.get(prefix) ?? 0) + Size);
          token = page.NextContinuationToken;
        } while (token);
      }
  } finally {
    s3.destroy();
  }
  return bytes;
}
