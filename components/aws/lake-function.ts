/** A Lambda callback that works on the lake: its own log, and a role that reaches the named prefixes and nothing else. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { lambdaPackages, type PackageName } from "./lambda-packages";
import { allow, createRole, policy } from "./policy";
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

export interface LakeFunctionArgs {
  readonly lake: TelemetryLake;
  readonly description: string;
  /** Makes the handler, once a cold start; everything it needs is read inside. */
  readonly callbackFactory: () => (event: unknown) => Promise<unknown>;
  readonly packages: readonly PackageName[];
  readonly grants: LakeGrants;
  readonly memoryMebibytes: number;
  readonly timeoutSeconds: number;
  /** Size of the temporary folder; default 512, Lambda's own. */
  readonly scratchMebibytes?: number;
  /** What the function may do beside the lake. */
  readonly rights?: readonly aws.iam.PolicyStatement[];
  /** Beside `LAKE_BUCKET`. */
  readonly environment?: Record<string, pulumi.Input<string>>;
  /** Further environment, made of the function's own role. */
  readonly roleEnvironment?: (role: aws.iam.Role) => Record<string, pulumi.Input<string>>;
  readonly logDays: number;
  /** What Lambda itself logs of each invocation; default INFO: its start, its end and a report. */
  readonly systemLogLevel?: "WARN";
}

/** A function with its log group, role and policy. */
export class LakeFunction extends pulumi.ComponentResource {
  readonly functionArn: pulumi.Output<string>;
  readonly functionName: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;

  constructor(name: string, args: LakeFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:aws:LakeFunction", name, {}, opts);
    const parent = this;
    const { lake } = args;

    const logs = new aws.cloudwatch.LogGroup(`${name}-logs`, { retentionInDays: args.logDays }, { parent });
    const { role, attached } = createFunctionRole();
    const created = createFunction();
    this.functionArn = created.arn;
    this.functionName = created.name;
    this.logGroupName = logs.name;
    const { functionArn, functionName, logGroupName } = this;
    this.registerOutputs({ functionArn, functionName, logGroupName });

    function createFunctionRole() {
      const trust = policy({
        Effect: "Allow",
        Action: "sts:AssumeRole",
        Principal: { Service: "lambda.amazonaws.com" },
      });
      const objects = (patterns: readonly string[]) =>
        patterns.map((pattern) => pulumi.interpolate`${lake.bucketArn}/${pattern}`);
      const { list, read, write, remove = [] } = args.grants;
      const rights = policy(
        allow(["s3:ListBucket"], [lake.bucketArn], { StringLike: { "s3:prefix": [...list] } }),
        allow(["s3:GetObject"], objects(read)),
        ...(write.length > 0 ? [allow(["s3:PutObject"], objects(write))] : []),
        ...(remove.length > 0 ? [allow(["s3:DeleteObject"], objects(remove))] : []),
        ...(args.rights ?? []),
        allow(["logs:CreateLogStream", "logs:PutLogEvents"], [pulumi.interpolate`${logs.arn}:*`]),
      );
      return createRole(name, { trust, rights }, parent);
    }

    function createFunction() {
      const variables = { LAKE_BUCKET: lake.bucketName, ...args.environment, ...args.roleEnvironment?.(role) };
      return new aws.lambda.CallbackFunction(
        name,
        {
          description: args.description,
          callbackFactory: args.callbackFactory,
          codePathOptions: lambdaPackages(...args.packages),
          runtime: aws.lambda.Runtime.NodeJS24dX,
          architectures: ["arm64"],
          role,
          memorySize: args.memoryMebibytes,
          timeout: args.timeoutSeconds,
          ephemeralStorage: { size: args.scratchMebibytes ?? 512 },
          environment: { variables },
          loggingConfig: {
            logFormat: "JSON",
            logGroup: logs.name,
            ...(args.systemLogLevel && { systemLogLevel: args.systemLogLevel }),
          },
        },
        { parent, dependsOn: attached },
      );
    }
  }
}
