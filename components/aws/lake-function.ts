/** A Lambda callback that works on the lake: its own log, and a role that reaches the named prefixes and nothing else. */
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createOwnFunction, type OwnFunctionArgs } from "./own-function";
import { allow } from "./policy";
import type { TelemetryLake } from "./telemetry-lake";

/** What a function may do in the lake; `*` stands for any rest of a key. */
export interface LakeGrants {
  /** Prefixes or keys that may be listed; S3 tells that a key is absent only to whom may list it. */
  readonly list: readonly string[];
  readonly read: readonly string[];
  readonly write: readonly string[];
  /** @default nothing */
  readonly remove?: readonly string[];
}

export interface LakeFunctionArgs extends Omit<OwnFunctionArgs, "rights" | "environment"> {
  readonly lake: TelemetryLake;
  readonly grants: LakeGrants;
  /** What the function may do beside the lake. */
  readonly rights?: readonly aws.iam.PolicyStatement[];
  /** Beside `LAKE_BUCKET`. */
  readonly environment?: Record<string, pulumi.Input<string>>;
  /** Further environment, made of the function's own role. */
  readonly roleEnvironment?: (role: aws.iam.Role) => Record<string, pulumi.Input<string>>;
}

/** A function with its log group, role and policy. */
export class LakeFunction extends pulumi.ComponentResource {
  readonly functionArn: pulumi.Output<string>;
  readonly functionName: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;

  constructor(name: string, args: LakeFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:aws:LakeFunction", name, {}, opts);
    const { lake, grants, rights = [], environment, roleEnvironment, ...own } = args;
    const created = createOwnFunction(
      name,
      {
        ...own,
        rights: [...lakeRights(lake, grants), ...rights],
        environment: (role) => ({ LAKE_BUCKET: lake.bucketName, ...environment, ...roleEnvironment?.(role) }),
      },
      this,
    );
    this.functionArn = created.functionArn;
    this.functionName = created.functionName;
    this.logGroupName = created.logGroupName;
    this.registerOutputs(created);
  }
}

function lakeRights({ bucketArn }: TelemetryLake, { list, read, write, remove = [] }: LakeGrants) {
  const objects = (patterns: readonly string[]) =>
    patterns.map((pattern) => pulumi.interpolate`${bucketArn}/${pattern}`);
  return [
    allow(["s3:ListBucket"], [bucketArn], { StringLike: { "s3:prefix": [...list] } }),
    allow(["s3:GetObject"], objects(read)),
    ...(write.length > 0 ? [allow(["s3:PutObject"], objects(write))] : []),
    ...(remove.length > 0 ? [allow(["s3:DeleteObject"], objects(remove))] : []),
  ];
}
