/** What starts a state machine by the clock: a schedule with a role that may do nothing else. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { allow, createRole, policy, trustService } from "./policy";

export interface MachineScheduleArgs {
  readonly description: string;
  readonly machineArn: pulumi.Input<string>;
  readonly expression: `cron(${string})`;
  /** IANA. */
  readonly timezone: string;
  /** s; how long after its time a start that fails is tried again, ten times at most. */
  readonly maximumAgeSeconds: number;
  /** Queue of the starts that could not be delivered. @default they are dropped */
  readonly missed?: aws.sqs.Queue;
  readonly accountId: pulumi.Input<string>;
}

/** Creates the schedule `name` with its role. Nothing is started before what `dependsOn` names is there. */
export function createMachineSchedule(
  name: string,
  { description, machineArn, expression, timezone, maximumAgeSeconds, missed, accountId }: MachineScheduleArgs,
  parent: pulumi.Resource,
  dependsOn: readonly pulumi.Resource[] = [],
): void {
  const rights = policy(
    allow(["states:StartExecution"], [machineArn]),
    ...(missed ? [allow(["sqs:SendMessage"], [missed.arn])] : []),
  );
  const { role, attached } = createRole(
    name,
    { trust: trustService("scheduler.amazonaws.com", accountId), rights },
    parent,
  );
  new aws.scheduler.Schedule(
    name,
    {
      description,
      scheduleExpression: expression,
      scheduleExpressionTimezone: timezone,
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: machineArn,
        roleArn: role.arn,
        input: "{}",
        retryPolicy: { maximumEventAgeInSeconds: maximumAgeSeconds, maximumRetryAttempts: 10 },
        ...(missed && { deadLetterConfig: { arn: missed.arn } }),
      },
    },
    { parent, dependsOn: [attached, ...dependsOn] },
  );
}
