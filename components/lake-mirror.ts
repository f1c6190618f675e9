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
  /** `event`: an object is copied when it is written; `hourly`: the buckets are compared every hour. */
  readonly mode: "event" | "hourly";
  /** Location of the mirror bucket; a dataset over it must have the same. */
  readonly location: string;
  readonly protection: Protection;
  readonly accountId: pulumi.Input<string>;
}

/** The first day of an hourly schedule: constant and past, so that the job starts at once and no preview changes. */
const scheduleStart = { year: 2025, month: 1, day: 1 };

/** The mirror bucket and the transfer job into it. Deletions are not mirrored. */
export class LakeMirror extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  /** Name of the queue of new objects; none where the mirror is hourly. */
  readonly eventsName: pulumi.Output<string> | undefined;

  constructor(name: string, args: LakeMirrorArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:gcp:LakeMirror", name, {}, opts);
    const parent = this;
    const { lake } = args;

    const api = enableApi(`${name}-api`, "storagetransfer", parent);
    const bucket = createBucket();
    const agent = gcp.storage.getTransferProjectServiceAccountOutput({}, { parent, dependsOn: [api] });
    const granted = grantBucket();
    const events = args.mode === "event" ? createEvents() : undefined;
    const source = createSourceRole();
    createJob();

    this.bucketName = bucket.name;
    this.eventsName = events?.queueName;
    this.registerOutputs({ bucketName: this.bucketName });

    function createBucket() {
      return new gcp.storage.Bucket(
        `${name}-bucket`,
        {
          location: args.location,
          uniformBucketLevelAccess: true,
          publicAccessPrevention: "enforced",
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
        { bucket: lake.bucketName, queues },
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
        allow(["s3:GetBucketLocation"], [lake.bucketArn]),
        allow(["s3:ListBucket"], [lake.bucketArn], {
          StringLike: { "s3:prefix": mirrored.map((prefix) => `${prefix}*`) },
        }),
        allow(
          ["s3:GetObject"],
          mirrored.map((prefix) => pulumi.interpolate`${lake.bucketArn}/${prefix}*`),
        ),
        ...(events ? [allow(listen, [events.queueArn])] : []),
      );
      return createRole(`${name}-source`, { trust, rights }, parent);
    }

    function createJob() {
      const start = events
        ? { eventStream: { name: events.queueArn } }
        : { schedule: { scheduleStartDate: scheduleStart, repeatInterval: "3600s" } };
      new gcp.storage.TransferJob(
        `${name}-job`,
        {
          description: `wattlake ${pulumi.getStack()}: lake to mirror`,
          status: "ENABLED",
          ...start,
          transferSpec: {
            awsS3DataSource: { bucketName: lake.bucketName, roleArn: source.role.arn },
            gcsDataSink: { bucketName: bucket.name },
            objectConditions: { includePrefixes: [...mirrored] },
            transferOptions: { overwriteWhen: "DIFFERENT" },
          },
        },
        { parent, dependsOn: [...granted, source.attached, ...(events ? [events.notification] : [])] },
      );
    }
  }
}
