/**
 * Carries out `gcp.storage.TransferJob`: copies the included prefixes of the bucket into the folder that stands for the
 * Cloud Storage bucket, object by object, verified by size and MD5; what is the same stays untouched, nothing is deleted.
 *
 * A job with an event stream copies what it is told of and never looks at anything else; one with a schedule compares.
 */
import { z } from "zod";
import { createdKeys, createS3Client, createS3Objects } from "../../aws/s3";
import type { Queue } from "../../aws/sqs";
import { answerInvoke } from "../../program/computed";
import type { Graph, Resource } from "../../program/graph";
import type { World } from "../../world";
import { createCopier } from "./copier";
import { type Runs, startRuns } from "./runs";
import { scheduleSchema } from "./schedule";

/** What became of a wish to run a job now. */
export type Start = ReturnType<Runs["start"]> | "unknown" | "not scheduled";

export interface TransferJobs {
  /** Runs every job with a schedule now. Resolves with the number of objects copied. */
  reconcile(): Promise<number>;
  /** Begins to run a job, by its name, whenever its schedule is due. */
  start(job: string): Start;
  /** Resolves when every announced object has been copied and no run is under way. */
  settle(): Promise<void>;
  /** Begins no further run; resolves when the ones under way have ended. */
  close(): Promise<void>;
}

export interface TransferOptions
  extends Pick<World, "identities" | "clock" | "s3Endpoint" | "onProblem" | "usage">,
    Partial<Pick<World, "monitoring">> {
  readonly queues: ReadonlyMap<string, Queue>;
  /** Holds a folder for each Cloud Storage bucket. */
  readonly directory: string;
  /** Called after each file that is written. */
  readonly onCopied: () => void;
}

const jobInputs = z
  .object({
    status: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
    transferSpec: z.object({
      awsS3DataSource: z.object({ bucketName: z.string(), roleArn: z.string(), path: z.literal("").optional() }),
      gcsDataSink: z.object({ bucketName: z.string(), path: z.literal("").optional() }),
      objectConditions: z.object({ includePrefixes: z.array(z.string()) }),
      transferOptions: z.object({ overwriteWhen: z.literal("DIFFERENT") }),
    }),
    eventStream: z.object({ name: z.string() }).optional(),
    schedule: scheduleSchema.optional(),
  })
  .refine(({ eventStream, schedule }) => !eventStream !== !schedule, "a job has an event stream or a schedule");
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
      for (const { runs } of jobs) copied += (await runs?.now()) ?? 0;
      return copied;
    },
    start(name) {
      const job = jobs.find((each) => each.name === name);
      if (!job) return "unknown";
      return job.runs ? job.runs.start() : "not scheduled";
    },
    async settle() {
      for (const { queue, runs } of jobs) await Promise.all([queue?.settle(), runs?.settle()]);
    },
    async close() {
      await Promise.all(jobs.map((job) => job.close()));
    },
  };
}

function createJob({ name, physicalName, inputs }: JobResource, options: TransferOptions) {
  const { awsS3DataSource, gcsDataSink, objectConditions } = inputs.transferSpec;
  const credentials = assumeSourceRole(awsS3DataSource, options);
  const s3 = createS3Client(options.s3Endpoint, credentials);
  const objects = createS3Objects(options.s3Endpoint, credentials);
  const { includePrefixes } = objectConditions;
  const directory = `${options.directory}/${gcsDataSink.bucketName}`;
  const measure = (metric: string, labels: Record<string, string>) =>
    options.monitoring?.count(
      { type: `storagetransfer.googleapis.com/transferjob/${metric}`, labels },
      { type: "storage_transfer_job", labels: { job_id: physicalName } },
    );
  /** What fails is an error of the job, whoever tries it again. */
  const counted = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      measure("error_count", { code: "UNKNOWN" });
      throw error;
    });
  const copied = (bytes: number) => {
    measure("copied_objects_count", { status: "succeeded" });
    options.usage?.count("gcs_write", 1, gcsDataSink.bucketName);
    options.usage?.count("transfer_byte", bytes, gcsDataSink.bucketName);
    options.onCopied();
  };
  const copier = createCopier({ s3, objects }, awsS3DataSource.bucketName, directory, copied);

  const compare = async () => {
    let copied = 0;
    for (const prefix of includePrefixes) copied += await counted(copier.copyAll(prefix));
    return copied;
  };
  const copyIncluded = async (key: string) => {
    if (includePrefixes.some((prefix) => key.startsWith(prefix))) await counted(copier.copy(key));
  };
  const queue = inputs.eventStream && listen(name, inputs.eventStream.name, options, copyIncluded);
  const runs = inputs.schedule && startRuns(name, inputs.schedule, options, compare);
  return {
    name: physicalName,
    queue,
    runs,
    async close() {
      runs?.cancel();
      await runs?.settle();
      s3.destroy();
      objects.close();
    },
  };
}

/** The agent takes the role, and asks where the bucket is and what is in it, without a prefix, before a job is created. */
function assumeSourceRole(
  { bucketName, roleArn }: { readonly bucketName: string; readonly roleArn: string },
  { identities }: TransferOptions,
) {
  const { subjectId } = agentSchema.parse(
    answerInvoke("gcp:storage/getTransferProjectServiceAccount:getTransferProjectServiceAccount"),
  );
  const agent = { service: "accounts.google.com", claims: { "accounts.google.com:sub": subjectId } };
  const credentials = identities.assume(roleArn, agent);
  for (const action of ["s3:GetBucketLocation", "s3:ListBucket"])
    identities.require(roleArn, agent, { action, resource: `arn:aws:s3:::${bucketName}` });
  return credentials;
}

function listen(
  job: string,
  queueArn: string,
  { queues }: TransferOptions,
  copy: (key: string) => Promise<void>,
): Queue {
  const queue = queues.get(queueArn);
  if (!queue)
    throw new Error(`The transfer job ${job} listens to a queue that the program does not have: ${queueArn}.`);
  queue.consume(async (body) => {
    for (const key of createdKeys(body)) await copy(key);
  });
  return queue;
}
