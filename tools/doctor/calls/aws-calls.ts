/** What the doctor asks AWS, with the credentials that Pulumi would find; nothing of it changes anything. */
import { GetRoleCommand, IAMClient, SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";
import { HeadBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand, STSClient, type STSClientConfig } from "@aws-sdk/client-sts";

export interface Simulation {
  /** ARN of a user or a role. */
  readonly principal: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Condition keys and their values. */
  readonly context: Readonly<Record<string, string>>;
}

/** Each rejects with the service's own error: its `name` says what kind. */
export interface AwsCalls {
  callerIdentity(region: string): Promise<{ readonly account: string; readonly arn: string }>;
  /** The role's ARN with its path, which a session's ARN leaves out. */
  roleArn(name: string): Promise<string>;
  /** The actions that the principal may not do. */
  denied(simulation: Simulation): Promise<readonly string[]>;
  headBucket(bucket: string, region: string): Promise<void>;
}

/** How the requests go out; the SDK's own ways where nothing is given. */
export type Transport = Pick<STSClientConfig, "requestHandler" | "credentials">;

export function createAwsCalls(transport: Transport = {}): AwsCalls {
  const patience = { requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000 }, maxAttempts: 2 };
  const settings = (region: string) => ({ ...patience, ...transport, region });
  // IAM is one for all regions.
  const iam = () => new IAMClient(settings("us-east-1"));
  return {
    async callerIdentity(region) {
      const { Account: account = "", Arn: arn = "" } = await new STSClient(settings(region)).send(
        new GetCallerIdentityCommand({}),
      );
      return { account, arn };
    },
    async roleArn(name) {
      const { Role } = await iam().send(new GetRoleCommand({ RoleName: name }));
      return Role?.Arn ?? "";
    },
    async denied({ principal, actions, resources, context }) {
      const input = {
        PolicySourceArn: principal,
        ActionNames: [...actions],
        ResourceArns: [...resources],
        ContextEntries: Object.entries(context).map(([key, value]) => ({
          ContextKeyName: key,
          ContextKeyType: "string" as const,
          ContextKeyValues: [value],
        })),
      };
      const denied = new Set<string>();
      let marker: string | undefined;
      do {
        const answer = await iam().send(
          new SimulatePrincipalPolicyCommand({ ...input, ...(marker !== undefined && { Marker: marker }) }),
        );
        for (const { EvalActionName = "", EvalDecision } of answer.EvaluationResults ?? [])
          if (EvalDecision !== "allowed") denied.add(EvalActionName);
        marker = answer.IsTruncated ? answer.Marker : undefined;
      } while (marker !== undefined);
      return [...denied];
    },
    async headBucket(bucket, region) {
      await new S3Client(settings(region)).send(new HeadBucketCommand({ Bucket: bucket }));
    },
  };
}
