/** The deployed pipeline for the bench of a fleet: state machine, archives and roles over an S3 stand-in, and an account of what they use. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { createIdentities } from "../local/aws/iam";
import { openLambdas } from "../local/aws/lambda/functions";
import { startObjectServer } from "../local/aws/s3/server";
import { createStateMachines } from "../local/aws/states";
import { createClock } from "../local/clock";
import { loadGraph } from "../local/program/graph";
import { readStackConfig } from "../local/program/stack-config";
import { projectDirectory } from "../local/project";

interface OfFunction {
  invocations: number;
  seconds: number;
  puts: number;
  gets: number;
  peakMb: number;
}

export interface Used extends OfFunction {
  /** Of the functions, s: what is billed if a processor is all that they wait for; it does not grow with what else the machine does. */
  processorSeconds: number;
  longestSeconds: number;
  /** Of the state machine; a retry is one too. */
  transitions: number;
  /** The largest input or output of a state, and the most events of one execution. */
  largestBytes: number;
  mostEvents: number;
  readonly functions: ReadonlyMap<string, OfFunction>;
}

export type Pipeline = Awaited<ReturnType<typeof startPipeline>>;

const reportLine = z.object({
  type: z.literal("platform.report"),
  record: z.object({ metrics: z.object({ durationMs: z.number(), maxMemoryUsedMB: z.number() }) }),
});
const stepOf = (name: string) =>
  /(plan-run|collect-hour|gather-days|compile-day|link-days|archive-day|commit-run)/.exec(name)?.[1] ?? name;
const stateMachine = "aws:sfn/stateMachine:StateMachine";

/** Processor time of the child processes that have ended, s (Linux; proc(5), cutime and cstime in hundredths of a second). */
function childrenSeconds(): number {
  const [, ...fields] = readFileSync("/proc/self/stat", "utf8").split(") ");
  const numbers = (fields.join(") ").split(" ") ?? []).map(Number);
  return ((numbers[13] ?? 0) + (numbers[14] ?? 0)) / 100;
}

export async function startPipeline(directory: string) {
  const graph = await loadGraph(readStackConfig(projectDirectory, "dev"));
  const identities = createIdentities(graph);
  const [bucket = ""] = graph.all("aws:s3/bucket:Bucket", z.unknown()).map(({ physicalName }) => physicalName);
  const functions = new Map<string, OfFunction>();
  const total: Omit<Used, "functions" | "processorSeconds" | keyof OfFunction> = {
    ...{ longestSeconds: 0, transitions: 0, largestBytes: 0, mostEvents: 0 },
  };
  function usedBy(name: string): OfFunction {
    const known = functions.get(stepOf(name)) ?? { invocations: 0, seconds: 0, puts: 0, gets: 0, peakMb: 0 };
    functions.set(stepOf(name), known);
    return known;
  }
  const clock = createClock(Date.parse("2025-06-01T00:00:00Z"));
  const server = await startObjectServer({
    directory: join(directory, "s3"),
    clock: clock.now,
    authorize(call) {
      const role = identities.roleOf(call.accessKeyId ?? "");
      if (role !== undefined) usedBy(role.name)[call.action === "s3:GetObject" ? "gets" : "puts"]++;
      return identities.authorize(call);
    },
  });
  const client = new S3Client({ endpoint: server.url, region: "eu-central-1", credentials: identities.deployer });
  server.createBucket(bucket);
  const lambdas = openLambdas(graph, {
    identities,
    s3Endpoint: server.url,
    stateDirectory: directory,
    onLine(name, line) {
      if (!line.startsWith("{")) return console.error(line);
      const parsed = reportLine.safeParse(JSON.parse(line));
      if (!parsed.success) return;
      const { durationMs, maxMemoryUsedMB } = parsed.data.record.metrics;
      const used = usedBy(name);
      used.invocations++;
      used.seconds += durationMs / 1000;
      total.longestSeconds = Math.max(total.longestSeconds, durationMs / 1000);
      used.peakMb = Math.max(used.peakMb, maxMemoryUsedMB);
    },
  });
  const machines = createStateMachines(graph, { identities, clock, s3Endpoint: server.url }, lambdas);
  const before = childrenSeconds();
  const machine = graph.all(stateMachine, z.unknown()).find(({ name }) => name.startsWith("aggregation-"));
  if (!machine) throw new Error("The program has no state machine of the aggregation");

  return {
    put: (key: string, body: Buffer | string) =>
      client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body })),
    run: (input: object) =>
      machines.run(machine.physicalName, input, undefined, ({ transitions, events, largestBytes }) => {
        total.transitions += transitions;
        total.mostEvents = Math.max(total.mostEvents, events);
        total.largestBytes = Math.max(total.largestBytes, largestBytes);
      }),
    used(): Omit<Used, "processorSeconds"> {
      const sum = { invocations: 0, seconds: 0, puts: 0, gets: 0, peakMb: 0 };
      for (const each of functions.values()) sum.peakMb = Math.max(sum.peakMb, each.peakMb);
      for (const each of functions.values())
        for (const key of ["invocations", "seconds", "puts", "gets"] as const) sum[key] += each[key];
      return { ...total, ...sum, functions };
    },
    /** Ends everything; returns the processor time that the functions took, s, starts included. */
    async close(): Promise<number> {
      await lambdas.close();
      client.destroy();
      await server.close();
      return childrenSeconds() - before;
    },
  };
}
