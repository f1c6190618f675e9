/** The local cloud: everything of the resource graph that moves data, started in order and stopped in reverse. */
import { join } from "node:path";
import { z } from "zod";
import { createDeliveryStreams } from "./aws/firehose/firehose";
import { createIdentities } from "./aws/iam/identity";
import { type Broker, startBroker } from "./aws/iot/broker";
import { openGateway } from "./aws/iot/gateway/gateway";
import { createTopicRules } from "./aws/iot/rules/rules";
import { createLambdas } from "./aws/lambda/lambda";
import { putBucketObjects } from "./aws/s3/bucket-objects";
import { createS3Client } from "./aws/s3/client";
import { createNotifications } from "./aws/s3/notifications";
import { startObjectServer } from "./aws/s3/server";
import { startSchedules } from "./aws/scheduler/scheduler";
import { createQueues } from "./aws/sqs/queue";
import type { Progress } from "./aws/states/execution-progress";
import { createStateMachines } from "./aws/states/states";
import type { VirtualClock } from "./clock";
import { type BigQueryServer, startBigQuery } from "./google/bigquery/bigquery-server";
import { openGraphWarehouse } from "./google/bigquery/graph-warehouse";
import { type LivePath, startLivePath } from "./google/bigquery/live-path";
import { createScheduledQueries } from "./google/bigquery/scheduled-queries";
import type { Warehouse } from "./google/duckdb/warehouse";
import { createTransfers } from "./google/storage-transfer/transfer";
import type { Graph } from "./program/graph";

export interface CloudOptions {
  readonly graph: Graph;
  /** Everything that outlives the process lies here. One process at a time. */
  readonly stateDirectory: string;
  readonly clock: VirtualClock;
  /** Address and port of the broker. @default "127.0.0.1" and a free one */
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  /** Port of the gateway, where meters and bridges sign in over mutual TLS; 0 takes a free one. @default no gateway */
  readonly gatewayPort?: number | undefined;
  /** What goes wrong beside the callers: a refused message, a failed delivery or copy. */
  readonly onProblem: (problem: string) => void;
  /** Lines that functions log. */
  readonly onLine?: (functionName: string, line: string) => void;
}

export interface Cloud {
  readonly broker: Broker;
  /** Endpoint of the S3 stand-in. */
  readonly s3Url: string;
  /** BigQuery's REST interface, for clients that look at `BIGQUERY_EMULATOR_HOST`. */
  readonly bigQuery: Pick<BigQueryServer, "url" | "userToken">;
  /** Runs the scheduled state machine with this input, then waits until its results are mirrored and stored. */
  run(input: unknown, onProgress?: (progress: Progress) => void): Promise<unknown>;
  /** Delivers what the streams hold back. */
  flush(): Promise<void>;
  /** The views over the mirror; opened at the first call. */
  warehouse(): Promise<Warehouse>;
  /** Starts to read the live queue. Until then it holds what arrives, for as long as the queue retains it. */
  startLivePath(): LivePath;
  /** Starts the schedules; `onRun` is told of each execution that they start. */
  startSchedules(onRun: (run: Promise<unknown>) => void): void;
  /** Stops the children and servers; what is accepted and not delivered stays in the state directory. */
  close(): Promise<void>;
}

export async function startCloud(options: CloudOptions): Promise<Cloud> {
  const { graph, stateDirectory, clock, onProblem } = options;
  const closing: (() => void | Promise<void>)[] = [];
  const close = async () => {
    for (const each of closing.splice(0).reverse()) await each();
  };
  try {
    return await start();
  } catch (error) {
    await close();
    throw error;
  }

  async function start(): Promise<Cloud> {
    const identities = createIdentities(graph);
    const queues = createQueues(graph, clock, onProblem);
    const objects = await startObjects();
    const shared = { graph, identities, clock, s3Endpoint: objects.url };
    const gcsDirectory = join(stateDirectory, "gcs");
    const scheduledQueries = createScheduledQueries(graph, clock, onProblem);
    const warehouse = openLazily(() => openGraphWarehouse(graph, gcsDirectory), scheduledQueries.run);
    closing.push(warehouse.close);
    const bigQuery = await startBigQuery({ ...shared, warehouse: warehouse.get });
    closing.push(bigQuery.close);
    const lambdas = createLambdas({ ...shared, ...options, googleEndpoint: bigQuery.url });
    closing.push(lambdas.close);
    const machines = createStateMachines({ ...shared, lambdas });
    const transfers = createTransfers({ ...shared, queues, directory: gcsDirectory });
    closing.push(transfers.close);
    await putReferences();
    await transfers.settle();
    await transfers.reconcile();
    const streams = startStreams();
    const broker = await startMqtt();

    return {
      broker,
      s3Url: objects.url,
      bigQuery,
      async run(input, onProgress) {
        return runMachine(scheduledMachine(graph), input, onProgress);
      },
      async flush() {
        for (const stream of streams) await stream.flush();
      },
      warehouse: warehouse.get,
      startLivePath() {
        const path = startLivePath({ ...shared, queues, lambdas, onProblem, warehouse: warehouse.get });
        closing.push(path.close);
        return path;
      },
      startSchedules(onRun) {
        const timer = startSchedules({
          ...shared,
          onProblem,
          async start(arn, input) {
            const run = runMachine(arn, input);
            onRun(run);
            await run;
          },
        });
        closing.push(timer.cancel);
      },
      close,
    };

    async function startObjects() {
      const server = await startObjectServer({
        directory: join(stateDirectory, "s3"),
        clock: clock.now,
        authorize: identities.authorize,
        onCreated: createNotifications(graph, queues, clock.now),
      });
      closing.push(server.close);
      for (const { physicalName } of graph.all("aws:s3/bucket:Bucket", z.unknown())) server.createBucket(physicalName);
      return server;
    }

    async function putReferences() {
      const s3 = createS3Client(objects.url, identities.deployer);
      await putBucketObjects(graph, s3);
      s3.destroy();
    }

    function startStreams() {
      const onFailure = (error: unknown) => onProblem(error instanceof Error ? error.message : String(error));
      const opened = createDeliveryStreams({ ...shared, directory: join(stateDirectory, "firehose"), onFailure });
      closing.push(() => {
        for (const stream of opened) stream.close();
      });
      return opened;
    }

    async function startMqtt() {
      const rules = createTopicRules({ ...shared, streams, queues, onProblem });
      closing.push(rules.close);
      const { host = "127.0.0.1", port, gatewayPort } = options;
      const gateway = gatewayPort !== undefined && {
        gateway: { gateway: await openGateway({ graph, stateDirectory, host, onProblem }), port: gatewayPort },
      };
      const started = await startBroker({ rules, clock, onProblem, host, port, ...gateway });
      closing.push(started.close);
      return started;
    }

    async function runMachine(arn: string, input: unknown, onProgress?: (progress: Progress) => void) {
      const output = await machines.run(arn, input, onProgress);
      await transfers.settle();
      await warehouse.refresh();
      return output;
    }
  }
}

/** A warehouse that is opened when it is first asked for; its own tables are filled then, and again by `refresh`. */
function openLazily(open: () => Promise<Warehouse>, fill: (warehouse: Warehouse) => Promise<void>) {
  let opened: Warehouse | undefined;
  let opening: Promise<Warehouse> | undefined;
  let filled = Promise.resolve();
  const refresh = async () => {
    if (opened) filled = fill(opened);
    await filled;
  };
  return {
    get: () => {
      opening ??= open().then(async (warehouse) => {
        opened = warehouse;
        await refresh();
        return warehouse;
      });
      return opening;
    },
    refresh,
    async close() {
      await filled;
      opened?.close();
    },
  };
}

/** The machine that the program's one schedule starts. */
function scheduledMachine(graph: Graph): string {
  const target = z.object({ target: z.object({ arn: z.string() }) });
  const [schedule, ...others] = graph.all("aws:scheduler/schedule:Schedule", target);
  if (!schedule || others.length > 0) throw new Error("The program must have one schedule, for the daily aggregation.");
  return schedule.inputs.target.arn;
}
