/**
 * Carries out `gcp.storage.TransferJob`: copies the included prefixes of the bucket into the folder that stands for the
 * Cloud Storage bucket, object by object, verified by size and MD5; what is the same stays untouched, nothing is deleted.
 */
import { z } from "zod";
import { createdKeys, createS3Client } from "../../aws/s3";
import type { Queue } from "../../aws/sqs";
import type { Clock, Timer } from "../../clock";
import { answerInvoke } from "../../program/computed";
import type { Graph, Resource } from "../../program/graph";
import type { World } from "../../world";
import { type Copier, createCopier } from "./copier";

export interface TransferJobs {
  /** Compares the buckets and copies what is missing or different. Resolves with the number of objects copied. */
  reconcile(): Promise<number>;
  /** Resolves when every announced object has been copied. */
  settle(): Promise<void>;
  close(): void;
}

export interface TransferOptions extends Pick<World, "identities" | "clock" | "s3Endpoint"> {
  readonly queues: ReadonlyMap<string, Queue>;
  /** Holds a folder for each Cloud Storage bucket. */
  readonly directory: string;
}

const jobInputs = z.object({
  status: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
  transferSpec: z.object({
    awsS3DataSource: z.object({ bucketName: z.string(), roleArn: z.string(), path: z.literal("").optional() }),
    gcsDataSink: z.object({ bucketName: z.string(), path: z.literal("").optional() }),
    objectConditions: z.object({ includePrefixes: z.array(z.string()) }),
    transferOptions: z.object({ overwriteWhen: z.literal("DIFFERENT") }),
  }),
  eventStream: z.object({ name: z.string() }).optional(),
  schedule: z
    .object({
      repeatInterval: z
        .string()
        .regex(/^\d+s$/)
        .default("86400s"),
    })
    .optional(),
});
type JobResource = Resource<z.infer<typeof jobInputs>>;

const agentSchema = z.object({ subjectId: z.string() });

export function openTransferJobs(graph: Graph, options: TransferOptions): TransferJobs {
  const jobs = graph
    .all("gcp:storage/transferJob:TransferJob", jobInputs)
    .filter(({ inputs }) => inputs.status === "ENABLED")
    .map((resource) => createJob(resource, options));
  return {
    async reconcile() {
      let copied = 0;
      for (const job of jobs) copied += await job.reconcile();
      return copied;
    },
    async settle() {
      for (const job of jobs) await job.settle();
    },
    close() {
      for (const job of jobs) job.close();
    },
  };
}

function createJob({ name, inputs }: JobResource, options: TransferOptions) {
  const { awsS3DataSource, gcsDataSink, objectConditions } = inputs.transferSpec;
  const { subjectId } = agentSchema.parse(
    answerInvoke("gcp:storage/getTransferProjectServiceAccount:getTransferProjectServiceAccount"),
  );
  const principal = { service: "accounts.google.com", claims: { "accounts.google.com:sub": subjectId } };
  const s3 = createS3Client(options.s3Endpoint, options.identities.assume(awsS3DataSource.roleArn, principal));
  const { includePrefixes } = objectConditions;
  const copier = createCopier(s3, awsS3DataSource.bucketName, `${options.directory}/${gcsDataSink.bucketName}`);
  const included = (key: string) => includePrefixes.some((prefix) => key.startsWith(prefix));

  const reconcile = async () => {
    let copied = 0;
    for (const prefix of includePrefixes) copied += await copier.copyAll(prefix);
    return copied;
  };
  const queue = inputs.eventStream && listen(name, inputs.eventStream.name, options, copier, included);
  const timer =
    inputs.schedule && repeat(options.clock, Number.parseInt(inputs.schedule.repeatInterval, 10), reconcile);
  return {
    reconcile,
    async settle() {
      await queue?.settle();
    },
    close() {
      timer?.cancel();
      s3.destroy();
    },
  };
}

function listen(
  job: string,
  queueArn: string,
  { queues }: TransferOptions,
  copier: Copier,
  included: (key: string) => boolean,
) {
  const queue = queues.get(queueArn);
  if (!queue)
    throw new Error(`The transfer job ${job} listens to a queue that the program does not have: ${queueArn}.`);
  queue.consume(async (body) => {
    for (const key of createdKeys(body)) if (included(key)) await copier.copy(key);
  });
  return queue;
}

/** A schedule of the transfer service: every so many seconds, also after a run that failed. */
function repeat(clock: Clock, everyS: number, run: () => Promise<unknown>): Timer {
  let timer: Timer;
  const next = () => {
    timer = clock.at(clock.now() + everyS * 1000, async () => {
      next();
      await run();
    });
  };
  next();
  return { cancel: () => timer.cancel() };
}
