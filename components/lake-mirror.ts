/** The bridge between the clouds: what BigQuery needs of the lake is copied to Cloud Storage by Storage Transfer Service, keyless. */
import * as aws from "@pulumi/aws";
import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { mirrored } from "../functions/lake/keys";
import { allow, createRole, denyWithoutTls, policy } from "./aws/policy";
import type { TelemetryLake } from "./aws/telemetry-lake";
import { enableApi } from "./gcp/api";
import type { Protection } from "./protection";

export interface LakeMirrorArgs {
  readonly lake: TelemetryLake;
  /** `event`: an object is copied when it is written, and the buckets are compared daily; `hourly`: they are every hour. */
  readonly mode: "event" | "hourly";
  /** Whether AWS Backup listens to the lake: it does through EventBridge, and a bucket has one notification configuration. */
  readonly backedUp: boolean;
  /** Location of the mirror bucket; a dataset over it must have the same. */
  readonly location: string;
  readonly protection: Protection;
  readonly accountId: pulumi.Input<string>;
}

/**
 * From when on a schedule runs, UTC: constant, so that no preview changes. Such a past start means a first run on the
 * following day; `npm run mirror` makes one at once.
 */
const scheduleStart = {
  scheduleStartDate: { year: 2025, month: 1, day: 1 },
  startTimeOfDay: { hours: 0, minutes: 30, seconds: 0, nanos: 0 },
};
/** What could not be listed or copied is in Cloud Logging by its name. What succeeds is not: it is everything. */
const loggedFailures = { logActions: ["FIND", "COPY"], logActionStates: ["FAILED"] };
const hourS = 3600;
const dayS = 86_400;

/**
 * The mirror bucket and the transfer jobs into it. Deletions are not mirrored.
 *
 * Events tell of what is new, and of nothing else: what was there before, while the mirror was hourly, or whose event was
 * lost, a daily comparison copies.
 */
export class LakeMirror extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  /** Name of the queue of new objects; none where the mirror is hourly. */
  readonly eventsName: pulumi.Output<string> | undefined;
  /** Name of the job that compares the buckets. */
  readonly comparisonName: pulumi.Output<string>;
  /** Names of all jobs. */
  readonly jobNames: readonly pulumi.Output<string>[];

  constructor(name: string, args: LakeMirrorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:gcp:LakeMirror", name, {}, opts);
    const parent = this;
    const { lake } = args;

    const api = enableApi(`${name}-api`, "storagetransfer", parent);
    const bucket = createBucket();
    const agent = gcp.storage.getTransferProjectServiceAccountOutput({}, { parent, dependsOn: [api] });
    const granted = grantBucket();
    const eventbridge = args.backedUp ? { eventbridge: true } : {};
    const events = args.mode === "event" ? createEvents() : undefined;
    if (!events && args.backedUp)
      new aws.s3.BucketNotification(`${name}-notification`, { bucket: lake.bucketName, ...eventbridge }, { parent });
    const source = createSourceRole();
    const jobs = createJobs();

    this.bucketName = bucket.name;
    this.eventsName = events?.queueName;
    this.comparisonName = jobs.comparison.name;
    this.jobNames = [...new Set(Object.values(jobs))].map((job) => job.name);
    this.registerOutputs({ bucketName: this.bucketName, comparisonName: this.comparisonName });

    function createBucket() {
      return new gcp.storage.Bucket(
        `${name}-bucket`,
        {
          location: args.location,
          uniformBucketLevelAccess: true,
          publicAccessPrevention: "enforced",
          // What is overwritten or deleted comes back within the month, or the week where even its versions were deleted.
          versioning: { enabled: true },
          lifecycleRules: [
            { action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: 30, withState: "ARCHIVED" } },
          ],
          softDeletePolicy: { retentionDurationSeconds: 7 * dayS },
          forceDestroy: !args.protection.protect,
        },
        { parent, ...args.protection },
      );
    }

    /** The transfer agent may write and list the mirror bucket. */
    function grantBucket() {
      const member = pulumi.interpolate`serviceAccount:${agent.email}`;
      const grant = (suffix: string, role: string) =>
        new gcp.storage.BucketIAMMember(`${name}-${suffix}`, { bucket: bucket.name, role, member }, { parent });
      return [grant("writer", "roles/storage.legacyBucketWriter"), grant("viewer", "roles/storage.objectViewer")];
    }

    /** S3 tells the queue of each new object; the transfer agent listens to the queue. */
    function createEvents() {
      const queue = new aws.sqs.Queue(
        `${name}-events`,
        { sqsManagedSseEnabled: true, messageRetentionSeconds: 14 * 86_400 },
        { parent },
      );
      const fromLake = {
        ArnEquals: { "aws:SourceArn": lake.bucketArn },
        StringEquals: { "aws:SourceAccount": args.accountId },
      };
      const send = { ...allow(["sqs:SendMessage"], [queue.arn], fromLake), Principal: { Service: "s3.amazonaws.com" } };
      const queuePolicy = new aws.sqs.QueuePolicy(
        `${name}-events-policy`,
        { queueUrl: queue.url, policy: policy(send, denyWithoutTls("sqs:*", [queue.arn])) },
        { parent },
      );
      const queues = mirrored.map((filterPrefix) => ({
        queueArn: queue.arn,
        events: ["s3:ObjectCreated:*"],
        filterPrefix,
      }));
      const notification = new aws.s3.BucketNotification(
        `${name}-notification`,
        { bucket: lake.bucketName, queues, ...eventbridge },
        { parent, dependsOn: queuePolicy },
      );
      return { queueName: queue.name, queueArn: queue.arn, notification };
    }

    /** A role that the transfer agent assumes with its Google identity: no key exists. */
    function createSourceRole() {
      const trust = policy({
        Effect: "Allow",
        Action: "sts:AssumeRoleWithWebIdentity",
        Principal: { Federated: "accounts.google.com" },
        Condition: { StringEquals: { "accounts.google.com:sub": agent.subjectId } },
      });
      const listen = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"];
      const rights = policy(
        // As documented for the service, without a condition on the prefix: it also asks without one.
        allow(["s3:GetBucketLocation", "s3:ListBucket"], [lake.bucketArn]),
        allow(
          ["s3:GetObject"],
          mirrored.map((prefix) => pulumi.interpolate`${lake.bucketArn}/${prefix}*`),
        ),
        ...(events ? [allow(listen, [events.queueArn])] : []),
      );
      return createRole(`${name}-source`, { trust, rights }, parent);
    }

    /** One specification, whatever starts the copy. */
    function createJobs() {
      const transferSpec = {
        awsS3DataSource: { bucketName: lake.bucketName, roleArn: source.role.arn },
        gcsDataSink: { bucketName: bucket.name },
        objectConditions: { includePrefixes: [...mirrored] },
        transferOptions: { overwriteWhen: "DIFFERENT" },
      };
      const dependsOn = [...granted, source.attached, ...(events ? [events.notification] : [])];
      const create = (suffix: string, what: string, start: Partial<gcp.storage.TransferJobArgs>) =>
        new gcp.storage.TransferJob(
          `${name}-${suffix}`,
          {
            description: `wattlake ${pulumi.getStack()}: ${what}`,
            status: "ENABLED",
            ...start,
            transferSpec,
            loggingConfig: loggedFailures,
          },
          // The service documents no change of what starts a job.
          { parent, dependsOn, replaceOnChanges: ["eventStream", "schedule"] },
        );
      const every = (seconds: number) => ({ schedule: { ...scheduleStart, repeatInterval: `${seconds}s` } });
      if (!events) return { comparison: create("job", "lake to mirror", every(hourS)) };
      return {
        onEvents: create("job", "lake to mirror", { eventStream: { name: events.queueArn } }),
        comparison: create("comparison", "what no event brought from lake to mirror", every(dayS)),
      };
    }
  }
}
