/** The batch path: a scheduled state machine over Lambda callbacks that turns raw messages into the record. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { prefixes } from "../../functions/lake/keys";
import { aggregationSteps } from "./aggregation-steps";
import { LakeFunction } from "./lake-function";
import { createMachineSchedule } from "./machine-schedule";
import { allow, createRole, policy, trustService } from "./policy";
import { type RunFunctions, runDefinition } from "./run-definition";
import { createRunLogs } from "./run-logs";
import type { TelemetryLake } from "./telemetry-lake";

export interface DailyAggregationArgs {
  readonly lake: TelemetryLake;
  /** `hourly`, or `daily` at the local time `at` (`HH:MM`). */
  readonly schedule: "hourly" | "daily";
  readonly at: string;
  /** IANA time zone of the schedule. */
  readonly timezone: string;
  /** The longest time that a message waits in a delivery buffer, s. */
  readonly flushSeconds: number;
  /** Days that raw messages are kept once they are archived. */
  readonly rawDays: number;
  /** Days that the functions' logs are kept. */
  readonly logDays: number;
  /** Whether failures of executions are logged as well. */
  readonly logRuns: boolean;
  readonly accountId: pulumi.Input<string>;
}

/** The functions, the state machine and its schedule. */
export class DailyAggregation extends pulumi.ComponentResource {
  readonly stateMachineArn: pulumi.Output<string>;
  /** The queue where a scheduled start ends that the scheduler could not deliver. */
  readonly missedRunsUrl: pulumi.Output<string>;
  readonly missedRunsName: pulumi.Output<string>;
  /** Names of the log groups of the functions whose records tell how a run went. */
  readonly logs: Readonly<Record<"planRun" | "collectHour" | "commitRun", pulumi.Output<string>>>;

  constructor(name: string, args: DailyAggregationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:aws:DailyAggregation", name, {}, opts);
    const parent = this;

    const steps = createSteps();
    const functions = arnsOf(steps);
    const { machine, children } = createStateMachine();
    const missedRuns = createMissedRuns();
    createSchedule();

    this.stateMachineArn = machine.arn;
    this.missedRunsUrl = missedRuns.url;
    this.missedRunsName = missedRuns.name;
    const { planRun, collectHour, commitRun } = steps;
    this.logs = {
      planRun: planRun.logGroupName,
      collectHour: collectHour.logGroupName,
      commitRun: commitRun.logGroupName,
    };
    this.registerOutputs({ stateMachineArn: this.stateMachineArn, missedRunsUrl: this.missedRunsUrl, logs: this.logs });

    function createSteps(): Record<keyof RunFunctions, LakeFunction> {
      const create = (suffix: string, step: keyof RunFunctions, environment: Record<string, string> = {}) => {
        const { lake, logDays } = args;
        const packages = ["@aws-sdk/client-s3", "zod"] as const;
        const all = { ...aggregationSteps[step], lake, logDays, packages, environment };
        return new LakeFunction(`${name}-${suffix}`, all, { parent });
      };
      return {
        planRun: create("plan-run", "planRun", { FLUSH_SECONDS: String(args.flushSeconds) }),
        collectHour: create("collect-hour", "collectHour"),
        gatherDays: create("gather-days", "gatherDays"),
        compileDay: create("compile-day", "compileDay"),
        linkDays: create("link-days", "linkDays"),
        archiveDay: create("archive-day", "archiveDay", { RAW_DAYS: String(args.rawDays) }),
        commitRun: create("commit-run", "commitRun"),
      };
    }

    function arnsOf(functions: Record<keyof RunFunctions, LakeFunction>): RunFunctions {
      return {
        planRun: functions.planRun.functionArn,
        collectHour: functions.collectHour.functionArn,
        gatherDays: functions.gatherDays.functionArn,
        compileDay: functions.compileDay.functionArn,
        linkDays: functions.linkDays.functionArn,
        archiveDay: functions.archiveDay.functionArn,
        commitRun: functions.commitRun.functionArn,
      };
    }

    function createStateMachine() {
      const { bucketName, bucketArn } = args.lake;
      // No tracing, and a log only where it is asked for: both need a role on resource "*".
      const logs = createRunLogs(`${name}-run`, args, parent);
      const rights = policy(
        allow(["lambda:InvokeFunction"], Object.values(functions)),
        // The items of its maps.
        allow(["s3:GetObject"], [pulumi.interpolate`${bucketArn}/${prefixes.runs}*/touched.json`]),
        ...logs.rights,
      );
      const trust = trustService("states.amazonaws.com", args.accountId);
      const { role, attached } = createRole(`${name}-run`, { trust, rights }, parent);
      const created = new aws.sfn.StateMachine(
        `${name}-run`,
        {
          type: "STANDARD",
          definition: pulumi.jsonStringify(runDefinition(functions, bucketName)),
          roleArn: role.arn,
          ...logs.configured,
        },
        { parent, dependsOn: attached },
      );
      return { machine: created, children: allowChildren(created, role) };
    }

    /** A distributed map starts its children in the machine's own name, watches them, and stops them with the run. */
    function allowChildren(created: aws.sfn.StateMachine, role: aws.iam.Role) {
      const executions = created.arn.apply((arn) => arn.replace(":stateMachine:", ":execution:"));
      const rights = policy(
        allow(["states:StartExecution"], [created.arn]),
        allow(
          ["states:DescribeExecution", "states:StopExecution"],
          [pulumi.interpolate`${executions}:*`, pulumi.interpolate`${executions}/*`],
        ),
      );
      return new aws.iam.RolePolicy(`${name}-run-children`, { role: role.name, policy: rights }, { parent });
    }

    function createMissedRuns() {
      return new aws.sqs.Queue(
        `${name}-missed-runs`,
        { sqsManagedSseEnabled: true, messageRetentionSeconds: 14 * 86_400 },
        { parent },
      );
    }

    function createSchedule() {
      const start = {
        description: "Starts a run since the checkpoint",
        machineArn: machine.arn,
        expression: scheduleExpression(args),
        timezone: args.timezone,
        maximumAgeSeconds: 3600,
        missed: missedRuns,
        accountId: args.accountId,
      };
      // Nothing starts a run before its maps may start their children.
      createMachineSchedule(`${name}-schedule`, start, parent, [children]);
    }
  }
}

/** Hourly: as soon as the buffers of the last hour must have been flushed, with a margin for their delivery. */
function scheduleExpression({ schedule, at, flushSeconds }: DailyAggregationArgs): `cron(${string})` {
  if (schedule === "hourly") return `cron(${Math.ceil(flushSeconds / 60) + 5} * * * ? *)`;
  const [hour, minute] = at.split(":").map(Number);
  return `cron(${minute} ${hour} * * ? *)`;
}
