/** A Lambda callback with a log and a role of its own, which may do what is named and nothing else. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { lambdaPackages, type PackageName } from "./lambda-packages";
import { allow, createRole, policy } from "./policy";

export interface OwnFunctionArgs {
  readonly description: string;
  /** Makes the handler, once a cold start; everything it needs is read inside. */
  readonly callbackFactory: () => (event: unknown) => Promise<unknown>;
  readonly packages: readonly PackageName[];
  readonly rights: readonly aws.iam.PolicyStatement[];
  readonly memoryMebibytes: number;
  readonly timeoutSeconds: number;
  /** Size of the temporary folder; default 512, Lambda's own. */
  readonly scratchMebibytes?: number | undefined;
  readonly environment: (role: aws.iam.Role) => Record<string, pulumi.Input<string>>;
  readonly logDays: number;
  /** What Lambda itself logs of each invocation; default INFO: its start, its end and a report. */
  readonly systemLogLevel?: "WARN" | undefined;
}

/** Creates the function `name`, `<name>-logs` and its role. */
export function createOwnFunction(name: string, args: OwnFunctionArgs, parent: pulumi.Resource) {
  const logs = new aws.cloudwatch.LogGroup(`${name}-logs`, { retentionInDays: args.logDays }, { parent });
  const trust = policy({ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } });
  const rights = policy(
    ...args.rights,
    allow(["logs:CreateLogStream", "logs:PutLogEvents"], [pulumi.interpolate`${logs.arn}:*`]),
  );
  const { role, attached } = createRole(name, { trust, rights }, parent);
  const created = new aws.lambda.CallbackFunction(
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
      environment: { variables: args.environment(role) },
      loggingConfig: {
        logFormat: "JSON",
        logGroup: logs.name,
        ...(args.systemLogLevel && { systemLogLevel: args.systemLogLevel }),
      },
    },
    { parent, dependsOn: attached },
  );
  return { functionArn: created.arn, functionName: created.name, logGroupName: logs.name };
}
