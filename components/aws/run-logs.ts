/** A log of what a state machine's executions failed at, beside the history that Step Functions keeps for 90 days anyway. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { allow } from "./policy";

/**
 * What AWS asks of a machine's role before it takes a log (Step Functions, Logging using CloudWatch Logs). They are calls of the
 * log delivery of the whole account, for which IAM knows no resource: the role may see and change every delivery. So a stack has
 * a log only where its configuration asks for it.
 */
const deliveryActions = [
  "logs:CreateLogDelivery",
  "logs:GetLogDelivery",
  "logs:UpdateLogDelivery",
  "logs:DeleteLogDelivery",
  "logs:ListLogDeliveries",
  "logs:PutResourcePolicy",
  "logs:DescribeResourcePolicies",
  "logs:DescribeLogGroups",
];

/** Below it the policy that AWS keeps for log groups does not grow with each of them. */
export const vendedLogs = "/aws/vendedlogs/states/";

/** Creates `<name>-logs`, where it is wanted; what the machine's role must have, and its configuration. */
export function createRunLogs(
  name: string,
  { logRuns, logDays }: { readonly logRuns: boolean; readonly logDays: number },
  parent: pulumi.Resource,
) {
  if (!logRuns) return { rights: [], configured: {} };
  const group = new aws.cloudwatch.LogGroup(
    `${name}-logs`,
    { name: `${vendedLogs}${pulumi.getProject()}-${pulumi.getStack()}-${name}`, retentionInDays: logDays },
    { parent },
  );
  // Errors alone, and no data: the meters' messages are nobody's business there.
  const loggingConfiguration = {
    level: "ERROR",
    includeExecutionData: false,
    logDestination: pulumi.interpolate`${group.arn}:*`,
  };
  return { rights: [allow(deliveryActions, ["*"])], configured: { loggingConfiguration } };
}
