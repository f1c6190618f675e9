/** A copy of the record in a second region: what the lake cannot be made again of, and what spares making it again. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { prefixes } from "../../functions/lake/keys";
import type { Protection } from "../protection";
import { allow, createRole, policy, trustService } from "./policy";
import { createPrivateBucket } from "./private-bucket";
import type { TelemetryLake } from "./telemetry-lake";

export interface LakeReplicaArgs {
  readonly lake: TelemetryLake;
  /** Of the lake. */
  readonly lakeRegion: string;
  /** Of the copy, another one. */
  readonly region: string;
  /** Days after which an archive moves to Glacier there, as it does in the lake. */
  readonly archiveDays: number;
  readonly protection: Protection;
  readonly accountId: pulumi.Input<string>;
}

/** What is copied: with the archives and the reference data all of the rest can be made again. */
export const replicated = [prefixes.daily, prefixes.archive, prefixes.manifests, prefixes.reference] as const;

/** Days that a version is kept there that was overwritten. */
const noncurrentDays = 90;

/** The bucket and the replication into it. Deletions are not copied: what is removed here by mistake is still there. */
export class LakeReplica extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;

  constructor(name: string, args: LakeReplicaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:aws:LakeReplica", name, {}, opts);
    const parent = this;
    const { lake, region, protection } = args;
    if (region === args.lakeRegion)
      throw new pulumi.RunError(
        `The stack configuration has a mistake:\n  wattlake:recovery.replica.region is ${region}, but must be another region than aws:region.`,
      );

    const copy = createPrivateBucket(name, { protection, region }, this);
    createLifecycle();
    const { role, attached } = createReplicationRole();
    createReplication();

    this.bucketName = copy.policy.bucket;
    this.registerOutputs({ bucketName: this.bucketName });

    function createLifecycle() {
      const versions = { noncurrentVersionExpiration: { noncurrentDays } };
      const transitions = [{ days: args.archiveDays, storageClass: "GLACIER" }];
      const filter = (prefix: string) => ({ filter: { prefix }, status: "Enabled" });
      new aws.s3.BucketLifecycleConfiguration(
        `${name}-lifecycle`,
        {
          ...copy.of,
          transitionDefaultMinimumObjectSize: "varies_by_storage_class",
          rules: [
            { id: "versions", ...filter(""), ...versions },
            { id: "archive", ...filter(prefixes.archive), transitions },
          ],
        },
        { ...copy.guarded, dependsOn: copy.versioning },
      );
    }

    /** The role that S3 copies in. */
    function createReplicationRole() {
      const objects = replicated.map((prefix) => pulumi.interpolate`${lake.bucketArn}/${prefix}*`);
      const copies = replicated.map((prefix) => pulumi.interpolate`${copy.bucket.arn}/${prefix}*`);
      const rights = policy(
        // As documented for the service, without a condition on the prefix.
        allow(["s3:GetReplicationConfiguration", "s3:ListBucket"], [lake.bucketArn]),
        allow(["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging"], objects),
        allow(["s3:ReplicateObject", "s3:ReplicateTags"], copies),
      );
      const trust = trustService("s3.amazonaws.com", args.accountId);
      return createRole(name, { trust, rights }, parent);
    }

    function createReplication() {
      const rules = replicated.map((prefix, index) => ({
        id: prefix.slice(0, -1),
        priority: index + 1,
        status: "Enabled",
        filter: { prefix },
        deleteMarkerReplication: { status: "Disabled" },
        destination: { bucket: copy.bucket.arn },
      }));
      new aws.s3.BucketReplicationConfig(
        `${name}-replication`,
        { bucket: lake.bucketName, role: role.arn, rules },
        { parent, dependsOn: [lake.versioning, copy.versioning, attached] },
      );
    }
  }
}
