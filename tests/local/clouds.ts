/** Whole local clouds for tests: the demo's program, its messages replayed, and what lies in the lake and the mirror after. */
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { gunzipSync } from "node:zlib";
import { z } from "zod";
import { createClock, type VirtualClock } from "../../local/clock";
import { type Cloud, startCloud } from "../../local/cloud";
import type { TimedMessage } from "../../local/messages/capture";
import { createPublisher } from "../../local/messages/publisher";
import { createGraph, type Registered, registered, registerResources } from "../../local/program/graph";
import { readStackConfig } from "../../local/program/stack-config";
import { hoursFrom, settleHour } from "../../local/session/pipeline";
import { patient } from "../../tools/cost/patience";
import { onceARun } from "../run-folder";

const projectDirectory = join(__dirname, "../..");

/**
 * What the program registers for the stack "dev"; `changes` replaces whole keys of its file. Each function gets the
 * longest time that Lambda knows: how busy the machine is must not decide.
 */
export async function registerDemo(changes: Readonly<Record<string, unknown>> = {}): Promise<readonly Registered[]> {
  const { values, ...stack } = readStackConfig(projectDirectory, "dev");
  const made = await onceARun(["demo", changes], () =>
    registerResources({ ...stack, values: { ...values, ...changes } }),
  );
  return z.array(registered).parse(made).map(patient);
}

export interface Opened {
  readonly cloud: Cloud;
  readonly clock: VirtualClock;
  readonly problems: string[];
  /** What the start told. */
  readonly warnings: string[];
}

export async function openCloud(resources: readonly Registered[], directory: string, start: number): Promise<Opened> {
  const clock = createClock(start);
  const problems: string[] = [];
  const warnings: string[] = [];
  const graph = createGraph(resources);
  const cloud = await startCloud({
    graph,
    stateDirectory: directory,
    clock,
    onProblem: (problem) => problems.push(problem),
    onWarning: (warning) => warnings.push(warning),
  });
  return { cloud, clock, problems, warnings };
}

/** Publishes the messages at their times, delivers them and runs the state machine over their hours. */
export async function replayInto({ cloud, clock }: Opened, messages: readonly TimedMessage[]): Promise<void> {
  const [first, last] = [messages[0]?.at ?? 0, messages.at(-1)?.at ?? 0];
  const publisher = createPublisher(cloud.broker.url, clock.advanceTo);
  await publisher.publish(messages);
  await publisher.close();
  await settleHour(cloud, clock, last);
  await cloud.run(hoursFrom(first, last));
}

/** SHA-256 of every file under the folder, by relative path; the bookkeeping of the S3 stand-in is left out. */
export function hashFiles(directory: string): Record<string, string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => !relative(directory, path).startsWith(".objects"))
    .sort();
  return Object.fromEntries(
    files.map((path) => [relative(directory, path), createHash("sha256").update(readFileSync(path)).digest("hex")]),
  );
}

/** The lines of a gzip file of the lake, parsed. */
export const readLines = (directory: string, key: string): unknown[] =>
  gunzipSync(readFileSync(join(directory, "s3/lake-bucket", key)))
    .toString()
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line));

/** State folders that `removeAll` removes. */
export function makeDirectories() {
  const made: string[] = [];
  return {
    make() {
      const directory = mkdtempSync(join(tmpdir(), "wattlake-cloud-"));
      made.push(directory);
      return directory;
    },
    removeAll() {
      for (const directory of made.splice(0)) rmSync(directory, { recursive: true });
    },
  };
}
