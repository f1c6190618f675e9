/** Buffered delivery of raw messages: Firehose gathers them into few large gzip objects under `raw/`, by arrival hour. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { prefixes } from "../../functions/lake/keys";
import { allow, createRole, policy, trustService } from "./policy";
import type { TelemetryLake } from "./telemetry-lake";

export interface DeliveryStreamArgs {
  readonly lake: TelemetryLake;
  /** An object is written when either is reached: seconds since its first message, MiB. */
  readonly bufferSeconds: number;
  readonly bufferMebibytes: number;
  /** Days that delivery errors stay in CloudWatch. */
  readonly logDays: number;
  readonly accountId: pulumi.Input<string>;
}

/** A delivery stream into the lake, with its own role and log. */
export class DeliveryStream extends pulumi.ComponentResource {
  readonly streamName: pulumi.Output<string>;
  readonly streamArn: pulumi.Output<string>;

  constructor(name: string, args: DeliveryStreamArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:aws:DeliveryStream", name, {}, opts);
    const parent = this;
    const { lake } = args;

    const logs = createLogs();
    const { role, attached } = createStreamRole();
    const stream = createStream();

    this.streamName = stream.name;
    this.streamArn = stream.arn;
    this.registerOutputs({ streamName: this.streamName, streamArn: this.streamArn });

    function createLogs() {
      const group = new aws.cloudwatch.LogGroup(`${name}-logs`, { retentionInDays: args.logDays }, { parent });
      const stream = { name: "delivery", logGroupName: group.name };
      const log = new aws.cloudwatch.LogStream(`${name}-log`, stream, { parent });
      const streamArn = pulumi.interpolate`${group.arn}:log-stream:${log.name}`;
      return { groupName: group.name, streamName: log.name, streamArn };
    }

    function createStreamRole() {
      const trust = trustService("firehose.amazonaws.com", args.accountId);
      const written = [prefixes.raw, prefixes.errors].map((prefix) => pulumi.interpolate`${lake.bucketArn}/${prefix}*`);
      const rights = policy(
        allow(["s3:PutObject", "s3:AbortMultipartUpload"], written),
        allow(["s3:GetBucketLocation", "s3:ListBucketMultipartUploads"], [lake.bucketArn]),
        allow(["s3:ListBucket"], [lake.bucketArn], {
          StringLike: { "s3:prefix": [`${prefixes.raw}*`, `${prefixes.errors}*`] },
        }),
        allow(["logs:PutLogEvents"], [logs.streamArn]),
      );
      return createRole(name, { trust, rights }, parent);
    }

    function createStream() {
      return new aws.kinesis.FirehoseDeliveryStream(
        name,
        {
          destination: "extended_s3",
          serverSideEncryption: { enabled: true, keyType: "AWS_OWNED_CMK" },
          extendedS3Configuration: {
            bucketArn: lake.bucketArn,
            roleArn: role.arn,
            bufferingInterval: args.bufferSeconds,
            bufferingSize: args.bufferMebibytes,
            compressionFormat: "GZIP",
            prefix: `${prefixes.raw}date=!{timestamp:yyyy-MM-dd}/hour=!{timestamp:HH}/`,
            errorOutputPrefix: `${prefixes.errors}delivery=!{firehose:error-output-type}/date=!{timestamp:yyyy-MM-dd}/`,
            cloudwatchLoggingOptions: { enabled: true, logGroupName: logs.groupName, logStreamName: logs.streamName },
          },
        },
        { parent, dependsOn: attached },
      );
    }
  }
}
