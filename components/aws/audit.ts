/** Who did what in the account, and what of it can be reached from outside: CloudTrail's trail, and IAM Access Analyzer. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Protection } from "../protection";
import { createPrivateBucket } from "./private-bucket";
import type { TelemetryLake } from "./telemetry-lake";

export interface AuditArgs {
  readonly lake: TelemetryLake;
  readonly trail: boolean;
  /** Whether each call on an object of the lake is recorded, too. */
  readonly lakeEvents: boolean;
  /** Days that the trail's files are kept. */
  readonly keepDays: number;
  readonly accessAnalyzer: boolean;
  readonly region: string;
  readonly protection: Protection;
  readonly accountId: pulumi.Input<string>;
}

/** The trail with a bucket of its own, and the analyzer; each where it is asked for. */
export class Audit extends pulumi.ComponentResource {
  constructor(name: string, args: AuditArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:aws:Audit", name, {}, opts);
    const parent: pulumi.Resource = this;
    const own = `${pulumi.getProject()}-${pulumi.getStack()}-${name}`;
    if (args.trail) createTrail();
    if (args.accessAnalyzer)
      new aws.accessanalyzer.Analyzer(`${name}-analyzer`, { analyzerName: own, type: "ACCOUNT" }, { parent });
    this.registerOutputs({});

    function createTrail() {
      const { protection, region, accountId, keepDays } = args;
      const trailArn = pulumi.interpolate`arn:aws:cloudtrail:${region}:${accountId}:trail/${own}`;
      const bucket = createPrivateBucket(name, { protection, policyOf: (arn) => written(arn, trailArn) }, parent);
      new aws.s3.BucketLifecycleConfiguration(
        `${name}-lifecycle`,
        {
          ...bucket.of,
          rules: [
            {
              ...{ id: "files", status: "Enabled", filter: { prefix: "" } },
              expiration: { days: keepDays },
              noncurrentVersionExpiration: { noncurrentDays: 1 },
            },
          ],
        },
        { ...bucket.guarded, dependsOn: bucket.versioning },
      );
      new aws.cloudtrail.Trail(
        `${name}-trail`,
        {
          name: own,
          // Depends on the policy, without which CloudTrail refuses the bucket.
          s3BucketName: bucket.policy.bucket,
          isMultiRegionTrail: true,
          includeGlobalServiceEvents: true,
          enableLogFileValidation: true,
          ...(args.lakeEvents && { eventSelectors: [selectorOf(args.lake)] }),
        },
        { parent },
      );
    }

    /** As CloudTrail documents it: this trail may write below this account's prefix, and nothing else. */
    function written(bucketArn: pulumi.Output<string>, trailArn: pulumi.Output<string>): aws.iam.PolicyStatement[] {
      const Principal = { Service: "cloudtrail.amazonaws.com" };
      const ofTrail = { "aws:SourceArn": trailArn };
      const objects = pulumi.interpolate`${bucketArn}/AWSLogs/${args.accountId}/*`;
      return [
        {
          ...{ Sid: "TrailLooks", Effect: "Allow", Principal, Action: "s3:GetBucketAcl", Resource: bucketArn },
          Condition: { StringEquals: ofTrail },
        },
        {
          ...{ Sid: "TrailWrites", Effect: "Allow", Principal, Action: "s3:PutObject", Resource: objects },
          Condition: { StringEquals: { ...ofTrail, "s3:x-amz-acl": "bucket-owner-full-control" } },
        },
      ];
    }
  }
}

/** The management events as before, and each call on an object of the lake. */
const selectorOf = ({ bucketArn }: TelemetryLake) => ({
  readWriteType: "All",
  includeManagementEvents: true,
  dataResources: [{ type: "AWS::S3::Object", values: [pulumi.interpolate`${bucketArn}/`] }],
});
