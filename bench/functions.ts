/** The functions of the program as they are deployed (archives, memory, roles), in child processes over an S3 stand-in, for benches. */
import { join } from "node:path";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { z } from "zod";
import { createIdentities } from "../local/aws/iam/identity";
import { openLambdas } from "../local/aws/lambda/functions";
import { startObjectServer } from "../local/aws/s3/server";
import { loadGraph } from "../local/program/graph";
import { readStackConfig } from "../local/program/stack-config";

const projectDirectory = join(__dirname, "..");
const reportLine = z.object({
  type: z.literal("platform.report"),
  record: z.object({ metrics: z.object({ durationMs: z.number(), maxMemoryUsedMB: z.number() }) }),
});

export interface Measured {
  seconds: number;
  peakMb: number;
  /** To the lake. */
  requests: number;
}

export interface FunctionsOptions {
  /** Of each request to the lake, ms. @default 0 */
  readonly latencyMs?: number;
  /** Fills the folder of the stand-in before it is served; given the lake's bucket. */
  readonly fill?: (folder: string, bucket: string) => void;
}

/** Starts the functions of the dev stack over a lake. */
export async function startFunctions(directory: string, { latencyMs = 0, fill }: FunctionsOptions = {}) {
  const graph = await loadGraph(readStackConfig(projectDirectory, "dev"));
  const identities = createIdentities(graph);
  const functions = graph.all("aws:lambda/function:Function", z.object({ environment: z.unknown() }));
  const bucket = z
    .object({ environment: z.object({ variables: z.object({ LAKE_BUCKET: z.string() }) }) })
    .parse(functions.find(({ name }) => name.endsWith("collect-hour"))?.inputs).environment.variables.LAKE_BUCKET;
  const folder = join(directory, "s3");
  fill?.(folder, bucket);
  let requests = 0;
  const server = await startObjectServer({
    directory: folder,
    latencyMs,
    authorize(call) {
      requests++;
      return identities.authorize(call);
    },
  });
  const client = new S3Client({ endpoint: server.url, region: "eu-central-1", credentials: identities.deployer });
  server.createBucket(bucket);

  const reports: Pick<Measured, "seconds" | "peakMb">[] = [];
  const lambdas = openLambdas(graph, {
    identities,
    s3Endpoint: server.url,
    stateDirectory: directory,
    onLine: (_, line) => {
      if (!line.startsWith("{")) return console.error(line);
      const parsed = reportLine.safeParse(JSON.parse(line));
      if (!parsed.success) return;
      const { durationMs, maxMemoryUsedMB } = parsed.data.record.metrics;
      reports.push({ seconds: durationMs / 1000, peakMb: maxMemoryUsedMB });
    },
  });
  const nameOf = (step: string) => {
    const found = functions.find(({ name }) => name.endsWith(step));
    if (!found) throw new Error(`The program has no function ${step}`);
    return found.physicalName;
  };

  return {
    put: (key: string, body: Buffer | string) =>
      client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body })),
    /** Invokes a function and returns what Lambda would report of it. */
    async measure(step: string, event: unknown): Promise<Measured> {
      reports.length = 0;
      requests = 0;
      await lambdas.invoke(nameOf(step), event);
      for (;;) {
        const [report] = reports;
        if (report) return { ...report, requests };
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    async close(): Promise<void> {
      await lambdas.close();
      client.destroy();
      await server.close();
    },
  };
}

export const thousands = (number: number) => Math.round(number).toLocaleString("en");
