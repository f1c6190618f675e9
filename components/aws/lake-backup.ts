/** Daily recovery points of the whole lake in a vault of AWS Backup, which nobody may delete before their time. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Protection } from "../protection";
import { allow, createRole, policy, trustService } from "./policy";
import type { TelemetryLake } from "./telemetry-lake";

export interface LakeBackupArgs {
  readonly lake: TelemetryLake;
  /** Days that a recovery point is kept. */
  readonly keepDays: number;
  /** `governance`: who may administer the vault can take the lock away; `compliance`: after three days nobody can, AWS neither. */
  readonly lock: "governance" | "compliance";
  /** IANA time zone of the schedule. */
  readonly timezone: string;
  readonly region: string;
  readonly protection: Protection;
  readonly accountId: pulumi.Input<string>;
}

/** After the daily run, before the day begins. */
const daily = "cron(30 5 * * ? *)";
/** The shortest time that AWS Backup lets one think about a lock for good. */
const changeableForDays = 3;

/** The vault with its lock, and the plan that fills it. */
export class LakeBackup extends pulumi.ComponentResource {
  readonly vaultName: pulumi.Output<string>;

  constructor(name: string, args: LakeBackupArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:aws:LakeBackup", name, {}, opts);
    const parent = this;
    const { lake, keepDays, lock, protection, region, accountId } = args;
    const guarded = { parent, ...protection };

    const vault = new aws.backup.Vault(`${name}-vault`, { forceDestroy: !protection.protect }, guarded);
    createLock();
    const { role, attached } = createBackupRole();
    createPlan();

    this.vaultName = vault.name;
    this.registerOutputs({ vaultName: this.vaultName });

    function createLock() {
      const forGood = lock === "compliance" ? { changeableForDays } : {};
      const limits = { minRetentionDays: keepDays, ...forGood };
      new aws.backup.VaultLockConfiguration(`${name}-lock`, { backupVaultName: vault.name, ...limits }, guarded);
    }

    /** What AWS Backup needs of a bucket, as its own policy for S3 has it, on this bucket alone. */
    function createBackupRole() {
      const rule = pulumi.interpolate`arn:aws:events:${region}:${accountId}:rule/AwsBackupManagedRule*`;
      const rights = policy(
        allow(
          [
            "s3:GetBucketAcl",
            "s3:GetBucketLocation",
            "s3:GetBucketNotification",
            "s3:GetBucketTagging",
            "s3:GetBucketVersioning",
            "s3:GetInventoryConfiguration",
            "s3:ListBucket",
            "s3:ListBucketVersions",
            "s3:PutBucketNotification",
            "s3:PutInventoryConfiguration",
          ],
          [lake.bucketArn],
        ),
        allow(
          [
            "s3:GetObject",
            "s3:GetObjectAcl",
            "s3:GetObjectTagging",
            "s3:GetObjectVersion",
            "s3:GetObjectVersionAcl",
            "s3:GetObjectVersionTagging",
          ],
          [pulumi.interpolate`${lake.bucketArn}/*`],
        ),
        allow(
          [
            "events:DeleteRule",
            "events:DescribeRule",
            "events:DisableRule",
            "events:EnableRule",
            "events:ListTargetsByRule",
            "events:PutRule",
            "events:PutTargets",
            "events:RemoveTargets",
          ],
          [rule],
        ),
        // AWS knows no resource for these two.
        allow(["cloudwatch:GetMetricData", "events:ListRules"], ["*"]),
      );
      const trust = trustService("backup.amazonaws.com", accountId);
      return createRole(name, { trust, rights }, parent);
    }

    function createPlan() {
      const plan = new aws.backup.Plan(
        `${name}-plan`,
        {
          rules: [
            {
              ruleName: "daily",
              targetVaultName: vault.name,
              schedule: daily,
              scheduleExpressionTimezone: args.timezone,
              lifecycle: { deleteAfter: keepDays },
            },
          ],
        },
        { parent },
      );
      // A selection's name is its plan's own matter, and a generated one would be long for it.
      new aws.backup.Selection(
        `${name}-selection`,
        { name: "lake", planId: plan.id, iamRoleArn: role.arn, resources: [lake.bucketArn] },
        { parent, dependsOn: [attached, lake.versioning] },
      );
    }
  }
}
