/** The local cloud: everything of the resource graph that moves data, started in order and stopped in reverse. */
import { type Alarm, createCloudWatch } from "./aws/cloudwatch";
import { createDeliveryStreams } from "./aws/firehose";
import { type Credentials, createIdentities, type OnAllowed } from "./aws/iam";
import { type Broker, createBroker, type Listeners } from "./aws/iot";
import { createLambdas, readQueues } from "./aws/lambda";
import { createBuckets } from "./aws/s3";
import { createSchedules } from "./aws/scheduler";
import { createQueues } from "./aws/sqs";
import { createStateMachines, type Progress } from "./aws/states";
import type { VirtualClock } from "./clock";
import { type BigQuery, createBigQuery, type Warehouse } from "./google/bigquery";
import { createGoogleIdentity } from "./google/identity";
import { createMonitoring } from "./google/monitoring";
import { createGoogleBuckets } from "./google/storage";
import { createTransfers } from "./google/storage-transfer";
import type { Graph } from "./program/graph";
import type { World } from "./world";

export type { Warehouse } from "./google/bigquery";

/** How long the live path takes at most to deal with what has waited for it. */
const liveGraceMs = 300_000;

export interface CloudOptions
  extends Listeners,
    Pick<World, "stateDirectory" | "reach" | "onProblem" | "onWarning" | "usage"> {
  readonly graph: Graph;
  readonly clock: VirtualClock;
  /** Hears of each call of a role that was allowed. @default nobody */
  readonly onAllowed?: OnAllowed | undefined;
  /** Port of BigQuery's REST interface. @default a free one */
  readonly bigQueryPort?: number | undefined;
}

export interface Cloud {
  readonly broker: Broker;
  /** Endpoint of the S3 stand-in. */
  readonly s3Url: string;
  /** Of who deploys and may all: for what a user runs beside the program. */
  readonly deployer: Credentials;
  /** BigQuery's REST interface, for clients that look at `BIGQUERY_EMULATOR_HOST`. */
  readonly bigQuery: Pick<BigQuery, "url" | "userToken">;
  /** Storage Transfer Service's REST interface; the user's token is BigQuery's. */
  readonly storageTransferUrl: string;
  /** Resolves when the mirror has all that it was told of, and no comparison is under way. */
  settleMirror(): Promise<void>;
  /** Runs the scheduled state machine with this input, then waits until its results are mirrored and stored. */
  run(input: unknown, onProgress?: (progress: Progress) => void): Promise<unknown>;
  /** Runs the recovery drill with this input. Rejects where the archive does not make the record again. */
  drill(input: unknown, onProgress?: (progress: Progress) => void): Promise<unknown>;
  /** The program's alarms as they stand, and Google's policies. */
  alarms(): readonly Pick<Alarm, "name" | "description" | "state">[];
  /** Delivers what the streams hold back. */
  flush(): Promise<void>;
  /** The views over the mirror; opened at the first call. */
  warehouse(): Promise<Warehouse>;
  /** Lets real meters in and starts to read the live queue; `settle` resolves when all that was accepted is dealt with, or waits to be tried again. */
  startLivePath(): { settle(): Promise<void> };
  /** Starts the schedules, and tells when the first is due, ms; `onRun` is told of each execution that they start. */
  startSchedules(onRun: (run: Promise<unknown>) => void): number | undefined;
  /** Stops the children and servers; what is accepted and not delivered stays in the state directory. */
  close(): Promise<void>;
}

export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const ends: Parameters<World["onClose"]>[0][] = [];
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    return { ...(await start(options, (end) => ends.push(end))), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(options: CloudOptions, onClose: World["onClose"]): Promise<Omit<Cloud, "close">> {
  const { graph, clock, stateDirectory, reach, onProblem, onWarning, usage } = options;
  const identities = createIdentities(graph, options.onAllowed);
  const cloudWatch = createCloudWatch(graph, { clock });
  const monitoring = createMonitoring(graph, { clock });
  const watching = { usage, cloudWatch, monitoring };
  const inside = { clock, stateDirectory, reach, onProblem, onWarning, onClose, identities, ...watching };
  // A clock that stands in the past would put the readings of real meters there.
  let liveSince: number | undefined;
  // What functions read has waited until then, and is dealt with in some minutes: that is nobody's fault.
  const isLive = (at: number) => liveSince !== undefined && at >= liveSince + liveGraceMs;
  const read = new Set(readQueues(graph));
  const queues = createQueues(graph, { ...inside, isUsed: (arn, at) => !read.has(arn) || isLive(at) });
  const buckets = await createBuckets(graph, inside, queues);
  const withS3 = { ...inside, s3Endpoint: buckets.url };
  const googleBuckets = createGoogleBuckets(graph, inside);
  const googleIdentity = createGoogleIdentity(graph, withS3);
  // Before anything is copied: tables and views must stand on what the program itself has written.
  const bigQuery = await createBigQuery(graph, withS3, googleIdentity, googleBuckets.directory, options.bigQueryPort);
  const { directory } = googleBuckets;
  const transfers = await createTransfers(graph, withS3, queues, googleIdentity, directory, bigQuery.outdate);
  const world: World = { ...withS3, googleEndpoint: bigQuery.url };
  const lambdas = createLambdas(graph, world, queues);
  const machines = createStateMachines(graph, world, lambdas);
  const schedules = createSchedules(graph, world);
  const streams = createDeliveryStreams(graph, world);
  const admits = () => liveSince !== undefined;
  const broker = await createBroker(graph, world, { streams, queues }, { ...options, admits });

  const run = async (machine: string, input: unknown, onProgress?: (progress: Progress) => void) => {
    const output = await machines.run(machine, input, onProgress, ({ transitions }) =>
      usage?.count("states_transition", transitions),
    );
    await transfers.settle();
    await bigQuery.refresh();
    return output;
  };
  return {
    broker,
    s3Url: buckets.url,
    deployer: identities.deployer,
    bigQuery,
    storageTransferUrl: transfers.url,
    settleMirror: transfers.settle,
    run: async (input, onProgress) => run(schedules.stateMachine("aggregation"), input, onProgress),
    drill: async (input, onProgress) => machines.run(schedules.stateMachine("drill"), input, onProgress),
    async flush() {
      for (const stream of streams) await stream.flush();
    },
    alarms: () => [...cloudWatch.alarms(), ...monitoring.policies()],
    warehouse: bigQuery.warehouse,
    startLivePath() {
      liveSince = clock.now();
      const sources = lambdas.startEventSources();
      bigQuery.startExpiry();
      return sources;
    },
    startSchedules(onRun) {
      return schedules.start(async (machine, input) => {
        const running = run(machine, input);
        onRun(running);
        await running;
      });
    },
  };
}
