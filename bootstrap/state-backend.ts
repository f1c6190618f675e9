/** Where Pulumi keeps its state: a private, versioned bucket that only answers over TLS, and the key of the secrets in it. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { allow, denyWithoutTls, policy } from "../components/aws/policy";
import type { Access } from "./subjects";

export interface StateBackendArgs {
  readonly region: string;
}

/** The bucket and the key; both are guarded against deletion. */
export class StateBackend extends pulumi.ComponentResource {
  /** As `pulumi login` takes it. */
  readonly url: pulumi.Output<string>;
  /** As `pulumi stack init --secrets-provider` takes it. */
  readonly secretsProvider: string;
  private readonly bucket: aws.s3.Bucket;
  private readonly key: aws.kms.Key;

  constructor(name: string, args: StateBackendArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:bootstrap:StateBackend", name, {}, opts);
    const guarded = { parent: this, protect: true, retainOnDelete: true };
    const alias = `alias/${pulumi.getProject()}-${pulumi.getStack()}`;

    this.bucket = new aws.s3.Bucket(`${name}-bucket`, {}, guarded);
    const { bucket, arn } = this.bucket;
    const publicAccess = createPublicAccessBlock();
    createSettings();
    const bucketPolicy = createPolicy();
    this.key = createKey();

    this.url = pulumi.interpolate`s3://${bucketPolicy.bucket}?region=${args.region}`;
    this.secretsProvider = `awskms://${alias}?region=${args.region}`;
    this.registerOutputs({ url: this.url, secretsProvider: this.secretsProvider });

    function createPublicAccessBlock() {
      const all = {
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      };
      return new aws.s3.BucketPublicAccessBlock(`${name}-public-access`, { bucket, ...all }, guarded);
    }

    /** Earlier states stay for a quarter: a mistaken `up` can be undone. */
    function createSettings() {
      const rule = { objectOwnership: "BucketOwnerEnforced" };
      new aws.s3.BucketOwnershipControls(`${name}-ownership`, { bucket, rule }, guarded);
      const rules = [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }];
      new aws.s3.BucketServerSideEncryptionConfiguration(`${name}-encryption`, { bucket, rules }, guarded);
      const versioningConfiguration = { status: "Enabled" };
      const versioning = new aws.s3.BucketVersioning(
        `${name}-versioning`,
        { bucket, versioningConfiguration },
        guarded,
      );
      const noncurrent = {
        id: "noncurrent",
        status: "Enabled",
        filter: { prefix: "" },
        noncurrentVersionExpiration: { noncurrentDays: 90 },
      };
      new aws.s3.BucketLifecycleConfiguration(
        `${name}-lifecycle`,
        { bucket, rules: [noncurrent] },
        { ...guarded, dependsOn: versioning },
      );
    }

    function createPolicy() {
      const tlsOnly = policy(denyWithoutTls("s3:*", [arn, pulumi.interpolate`${arn}/*`]));
      return new aws.s3.BucketPolicy(
        `${name}-policy`,
        { bucket, policy: tlsOnly },
        { ...guarded, dependsOn: publicAccess },
      );
    }

    function createKey() {
      const key = new aws.kms.Key(
        `${name}-key`,
        { description: "Secrets in Pulumi's state", enableKeyRotation: true, deletionWindowInDays: 30 },
        guarded,
      );
      new aws.kms.Alias(`${name}-key-alias`, { name: alias, targetKeyId: key.keyId }, guarded);
      return key;
    }
  }

  /**
   * Rights to the state of one stack. A preview writes nothing and takes no lock. The other stacks' names can be listed,
   * their state cannot be read.
   */
  rights(project: string, stack: string, access: Access): aws.iam.PolicyStatement[] {
    const object = (path: string) => pulumi.interpolate`${this.bucket.arn}/.pulumi/${path}`;
    const own = ["history", "backups", "journal", "locks/organization"].map((folder) =>
      object(`${folder}/${project}/${stack}/*`),
    );
    const state = [object(`stacks/${project}/${stack}.*`), ...own];
    return [
      allow(["s3:ListBucket"], [this.bucket.arn]),
      allow(["s3:GetObject"], [object("meta.yaml"), ...state]),
      ...(access === "deploy" ? [allow(["s3:PutObject", "s3:DeleteObject"], state)] : []),
      allow(["kms:Decrypt"], [this.key.arn]),
    ];
  }
}
