/** The live path: raw messages go through a queue into BigQuery within seconds. The batch path stays the record. */
import * as aws from "@pulumi/aws";
import type * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { prefixes, referenceKeys } from "../functions/lake/keys";
import { makeStreamLive } from "../functions/stream-live";
import { liveReadings } from "../sql/tables";
import { LakeFunction } from "./aws/lake-function";
import type { LiveQueue } from "./aws/meter-ingest";
import { allow } from "./aws/policy";
import type { TelemetryLake } from "./aws/telemetry-lake";
import { FederatedWriter } from "./gcp/federated-writer";

export interface LiveStreamArgs {
  readonly lake: TelemetryLake;
  /** Google Cloud project of the table. */
  readonly project: string;
  /** The table `live_readings`. */
  readonly table: gcp.bigquery.Table;
  /** Days that the function's logs are kept. */
  readonly logDays: number;
  readonly accountId: pulumi.Input<string>;
}

const times = {
  /** Of one batch, s. */
  functionTimeout: 9,
  /**
   * After this a message whose batch failed is delivered again, s. Six times the function's limit, as Lambda asks for,
   * and within the minute for which BigQuery remembers insert ids: a retry adds no row.
   */
  visibility: 54,
  /** Messages wait for others at most this long, s. */
  batchingWindow: 1,
  /** A message that nobody took is dropped after this, s: the batch path has it. */
  retention: 4 * 3600,
  /** Messages that failed each time stay to be looked at, s. */
  deadLetterRetention: 14 * 86_400,
} as const;

/** The longest time from one try of a message to the next while the function runs, s: beside what AWS adds, a window. */
const longestTryEvery = times.visibility + times.batchingWindow + 2;

/**
 * Tries of a message. As many as its time in the queue has room for, so that an outage of Google for nearly that long
 * (tries times visibility) costs no message; and no more, so that a message that BigQuery never takes ends in the
 * dead-letter queue, and does not vanish when its time is over.
 */
const tries = Math.floor(times.retention / longestTryEvery);

/** The queue with its dead letters, the function `stream-live` behind it, and the function's way into the table. */
export class LiveStream extends pulumi.ComponentResource {
  readonly queue: LiveQueue;
  readonly queueName: pulumi.Output<string>;
  /** Where messages end that BigQuery took at none of all tries. */
  readonly deadLettersName: pulumi.Output<string>;
  readonly functionName: pulumi.Output<string>;

  constructor(name: string, args: LiveStreamArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:aws:LiveStream", name, {}, opts);
    const parent = this;

    const deadLetters = createDeadLetters();
    const queue = createQueue();
    const { functionArn, functionName } = createFunction();
    createMapping();

    this.queue = { url: queue.url, arn: queue.arn };
    this.queueName = queue.name;
    this.deadLettersName = deadLetters.name;
    this.functionName = functionName;
    const { queueName, deadLettersName } = this;
    this.registerOutputs({ queue: this.queue, queueName, deadLettersName, functionName });

    function createDeadLetters() {
      return new aws.sqs.Queue(
        `${name}-dead-letters`,
        { sqsManagedSseEnabled: true, messageRetentionSeconds: times.deadLetterRetention },
        { parent },
      );
    }

    function createQueue() {
      return new aws.sqs.Queue(
        `${name}-queue`,
        {
          sqsManagedSseEnabled: true,
          messageRetentionSeconds: times.retention,
          visibilityTimeoutSeconds: times.visibility,
          redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: tries }),
        },
        { parent },
      );
    }

    function createFunction() {
      const { lake, logDays, project, table, accountId } = args;
      const reference = `${prefixes.reference}*`;
      return new LakeFunction(
        `${name}-stream`,
        {
          lake,
          description: "Raw messages of the live queue to rows of live_readings",
          callbackFactory: makeStreamLive,
          packages: ["@aws-sdk/client-s3", "@google-cloud/bigquery", "google-auth-library", "zod"],
          grants: {
            list: [reference],
            read: [referenceKeys.meters, referenceKeys.zoneDays],
            write: [],
          },
          rights: [allow(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], [queue.arn])],
          memoryMebibytes: 512,
          timeoutSeconds: times.functionTimeout,
          environment: {
            LIVE_TABLE: pulumi.interpolate`${project}.${table.datasetId}.${table.tableId}`,
            LIVE_DAYS: String(liveReadings.partition.expirationDays),
            REGISTRY_SECONDS: "300",
          },
          roleEnvironment: (role) => ({
            GOOGLE_CREDENTIALS: new FederatedWriter(`${name}-writer`, { role, accountId, project, table }, { parent })
              .credentials,
          }),
          logDays,
          // A batch a second, and its own record tells of it: Lambda's three lines each would be most of the log.
          systemLogLevel: "WARN",
        },
        { parent },
      );
    }

    function createMapping() {
      new aws.lambda.EventSourceMapping(
        `${name}-mapping`,
        {
          eventSourceArn: queue.arn,
          functionName: functionArn,
          functionResponseTypes: ["ReportBatchItemFailures"],
          batchSize: 250,
          maximumBatchingWindowInSeconds: times.batchingWindow,
          scalingConfig: { maximumConcurrency: 4 },
        },
        { parent },
      );
    }
  }
}
