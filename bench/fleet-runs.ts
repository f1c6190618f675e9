/** The deployed pipeline for the bench of a fleet: state machine, archives and roles over an S3 stand-in, and an account of what they use. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { createIdentities } from "../local/aws/iam";
import { openLambdas } from "../local/aws/lambda/functions";
import { startObjectServer } from "../local/aws/s3/server";
import { createStateMachines } from "../local/aws/states";
import { createClock } from "../local/clock";
import { type Graph, loadGraph } from "../local/program/graph";
import { readStackConfig } from "../local/program/stack-config";
import { projectDirectory } from "../local/project";

export interface OfFunction {
  invocations: number;
  seconds: number;
  longestSeconds: number;
  /** Of its processes, their starts included. */
  processorSeconds: number;
  puts: number;
  gets: number;
  peakMb: number;
  /** What the program gives it. */
  memoryMb: number;
}

export interface Used extends Omit<OfFunction, "memoryMb"> {
  /** Of the functions, s: what is billed if a processor is all that they wait for; it does not grow with what else the machine does. */
  processorSeconds: number;
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

/** Processor time of a process, s (Linux; proc(5), in hundredths of a second); `ended` of its children that have ended. */
function secondsOf(pid: number | "self", of: "itself" | "ended"): number {
  const [, ...fields] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
  const numbers = (fields.join(") ").split(" ") ?? []).map(Number);
  const at = of === "itself" ? 11 : 13;
  return ((numbers[at] ?? 0) + (numbers[at + 1] ?? 0)) / 100;
}
const childrenSeconds = () => secondsOf("self", "ended");

/** The deployed program, of which each pipeline is a start. */
export const loadProgram = () => loadGraph(readStackConfig(projectDirectory, "dev"));

export async function startPipeline(directory: string, graph: Graph) {
  const identities = createIdentities(graph);
  const [bucket = ""] = graph.all("aws:s3/bucket:Bucket", z.unknown()).map(({ physicalName }) => physicalName);
  const functions = new Map<string, OfFunction>();
  const total = { transitions: 0, largestBytes: 0, mostEvents: 0 };
  const resources = graph.all("aws:lambda/function:Function", z.object({ memorySize: z.number() }));
  const processes: { name: string; pid: number; seconds: number }[] = [];
  const nothing = { invocations: 0, seconds: 0, longestSeconds: 0, processorSeconds: 0, puts: 0, gets: 0, peakMb: 0 };
  /** Looks at the processes of a function, or of all. One that has ended keeps what it was last seen with. */
  function lookAt(ofFunction?: string): void {
    for (const process of processes)
      if ((ofFunction ?? process.name) === process.name && existsSync(`/proc/${process.pid}/stat`))
        process.seconds = secondsOf(process.pid, "itself");
  }
  function usedBy(name: string): OfFunction {
    const memoryMb = () => resources.find((each) => stepOf(each.physicalName) === stepOf(name))?.inputs.memorySize ?? 0;
    const known = functions.get(stepOf(name)) ?? { ...nothing, memoryMb: memoryMb() };
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
    onStart: (name, pid) => void processes.push({ name, pid, seconds: 0 }),
    onLine(name, line) {
      if (!line.startsWith("{")) return console.error(line);
      const parsed = reportLine.safeParse(JSON.parse(line));
      if (!parsed.success) return;
      const { durationMs, maxMemoryUsedMB } = parsed.data.record.metrics;
      lookAt(name);
      const used = usedBy(name);
      used.invocations++;
      used.seconds += durationMs / 1000;
      used.longestSeconds = Math.max(used.longestSeconds, durationMs / 1000);
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
    async get(key: string): Promise<Buffer> {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    },
    run: (input: object) =>
      machines.run(machine.physicalName, input, undefined, ({ transitions, events, largestBytes }) => {
        total.transitions += transitions;
        total.mostEvents = Math.max(total.mostEvents, events);
        total.largestBytes = Math.max(total.largestBytes, largestBytes);
      }),
    /** Calls a function by the name of its step. */
    async invoke(step: string, event: unknown): Promise<unknown> {
      const found = resources.find(({ physicalName }) => stepOf(physicalName) === step);
      if (!found) throw new Error(`The program has no function ${step}`);
      return lambdas.invoke(found.physicalName, event);
    },
    used(): Omit<Used, "processorSeconds"> {
      for (const used of functions.values()) used.processorSeconds = 0;
      lookAt();
      for (const process of processes) usedBy(process.name).processorSeconds += process.seconds;
      const sum = { ...nothing };
      for (const each of functions.values()) {
        for (const key of ["peakMb", "longestSeconds"] as const) sum[key] = Math.max(sum[key], each[key]);
        for (const key of ["invocations", "seconds", "puts", "gets"] as const) sum[key] += each[key];
      }
      return { ...total, ...sum, functions: new Map([...functions].map(([name, used]) => [name, { ...used }])) };
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
