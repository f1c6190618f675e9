/** A bucket with everything that each of ours has: private, owned by this account alone, encrypted, versioned, and only over TLS. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Protection } from "../protection";
import { denyWithoutTls, policy } from "./policy";

export interface PrivateBucketArgs {
  readonly protection: Protection;
  /** @default the provider's */
  readonly region?: string | undefined;
  /** What its policy says beside TLS. @default nothing */
  readonly policyOf?: (bucketArn: pulumi.Output<string>) => aws.iam.PolicyStatement[];
}

/** Creates `<name>-bucket` and its settings. Whoever uses the bucket waits for its `policy`. */
export function createPrivateBucket(
  name: string,
  { protection, region, policyOf = () => [] }: PrivateBucketArgs,
  parent: pulumi.Resource,
) {
  const guarded = { parent, ...protection };
  const where = region === undefined ? {} : { region };

  const bucket = new aws.s3.Bucket(`${name}-bucket`, { ...where, forceDestroy: !protection.protect }, guarded);
  const of = { ...where, bucket: bucket.bucket };
  const blocked = {
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  };
  const publicAccess = new aws.s3.BucketPublicAccessBlock(`${name}-public-access`, { ...of, ...blocked }, guarded);
  const rule = { objectOwnership: "BucketOwnerEnforced" };
  new aws.s3.BucketOwnershipControls(`${name}-ownership`, { ...of, rule }, guarded);
  const rules = [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }];
  new aws.s3.BucketServerSideEncryptionConfiguration(`${name}-encryption`, { ...of, rules }, guarded);
  const versioningConfiguration = { status: "Enabled" };
  const versioning = new aws.s3.BucketVersioning(`${name}-versioning`, { ...of, versioningConfiguration }, guarded);
  const everything = [bucket.arn, pulumi.interpolate`${bucket.arn}/*`];
  const bucketPolicy = new aws.s3.BucketPolicy(
    `${name}-policy`,
    { ...of, policy: policy(denyWithoutTls("s3:*", everything), ...policyOf(bucket.arn)) },
    { ...guarded, dependsOn: publicAccess },
  );
  return { bucket, versioning, policy: bucketPolicy, guarded, of };
}
