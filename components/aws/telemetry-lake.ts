/** The lake: one private, versioned, encrypted bucket that only answers over TLS; the prefix decides how long an object lives. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { prefixes } from "../../functions/lake/keys";
import type { Protection } from "../protection";
import { createPrivateBucket } from "./private-bucket";

export interface TelemetryLakeArgs {
  /** How long the copies are kept, in days. The record (`daily/`), the archive and the manifests are kept for good. */
  readonly retention: {
    readonly rawDays: number;
    readonly stagedDays: number;
    readonly quarantineDays: number;
    /** When daily files move to Infrequent Access. */
    readonly dailyToInfrequentAccessDays: number;
  };
  /** Guards the bucket and its settings. */
  readonly protection: Protection;
}

/**
 * The lake bucket with its settings.
 *
 * @example
 * ```ts
 * const lake = new TelemetryLake("lake", { retention, protection: protectionOf("prod") });
 * ```
 */
export class TelemetryLake extends pulumi.ComponentResource {
  /** Physical name of the bucket; resolves once its policy is in place. */
  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;
  /** What copies the bucket's versions waits for it. */
  readonly versioning: pulumi.Resource;

  constructor(name: string, args: TelemetryLakeArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:aws:TelemetryLake", name, {}, opts);
    const { protection } = args;
    const { bucket, versioning, policy, guarded } = createPrivateBucket(name, { protection }, this);
    createLifecycle();

    this.bucketName = policy.bucket;
    this.bucketArn = bucket.arn;
    this.versioning = versioning;
    this.registerOutputs({ bucketName: this.bucketName, bucketArn: this.bucketArn });

    function createLifecycle() {
      new aws.s3.BucketLifecycleConfiguration(
        `${name}-lifecycle`,
        {
          bucket: bucket.bucket,
          // S3 otherwise never moves an object under 128 KB; this moves small archives to Glacier, while small daily
          // files stay in Standard, where they are cheaper than the 128 KB minimum of Infrequent Access.
          transitionDefaultMinimumObjectSize: "varies_by_storage_class",
          rules: lifecycleRules(args.retention),
        },
        { ...guarded, dependsOn: versioning },
      );
    }
  }
}

type LifecycleRule = aws.types.input.s3.BucketLifecycleConfigurationRule;

/**
 * A rule a prefix; `reference/` has none, every version of it is kept. Raw messages do not expire by a rule, which cannot see
 * whether they are archived: `archive-day` removes them once their archive is verified.
 */
function lifecycleRules(retention: TelemetryLakeArgs["retention"]): LifecycleRule[] {
  const { rawDays, stagedDays, quarantineDays, dailyToInfrequentAccessDays } = retention;
  const expire = (days: number) => ({ expiration: { days } });
  const move = (days: number, storageClass: string) => ({ transitions: [{ days, storageClass }] });
  return [
    rule("raw", 7, {}),
    rule("staged", 7, expire(stagedDays)),
    rule("daily", 90, move(dailyToInfrequentAccessDays, "STANDARD_IA")),
    // Once the raw messages of a day are gone its archive cannot change any more: Glacier bills a rewrite for 90 days.
    rule("archive", 30, move(rawDays + 1, "GLACIER")),
    rule("quarantine", 30, expire(quarantineDays)),
    rule("manifests", 30, {}),
    rule("errors", 30, {}),
    rule("replayed", 7, expire(rawDays)),
    // As long as a run may take, and somebody may want to see what it did.
    rule("runs", 7, expire(7)),
    // What a drill leaves that was cut short.
    rule("drill", 1, expire(2)),
    {
      id: "unfinished",
      status: "Enabled",
      filter: { prefix: "" },
      abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      expiration: { expiredObjectDeleteMarker: true },
    },
  ];
}

const rule = (id: keyof typeof prefixes, noncurrentDays: number, life: Partial<LifecycleRule>): LifecycleRule => ({
  id,
  status: "Enabled",
  filter: { prefix: prefixes[id] },
  noncurrentVersionExpiration: { noncurrentDays },
  ...life,
});
