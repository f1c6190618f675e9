/** The recovery drill: once a month a day is made again from its archive and compared with the record, byte for byte. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { makeDrillDay } from "../../functions/drill-day";
import { makeDrillPlan } from "../../functions/drill-plan";
import { archiveManifestsPrefix, dayIndexPrefix, prefixes } from "../../functions/lake/keys";
import { createRecordMetric } from "../monitoring/record-watches";
import { drillDefinition } from "./drill-definition";
import { LakeFunction } from "./lake-function";
import { createMachineSchedule } from "./machine-schedule";
import { allow, createRole, policy, trustService } from "./policy";
import { createRunLogs } from "./run-logs";
import type { TelemetryLake } from "./telemetry-lake";

export interface RecoveryDrillArgs {
  readonly lake: TelemetryLake;
  /** IANA time zone of the schedule. */
  readonly timezone: string;
  /** Days that the functions' logs are kept. */
  readonly logDays: number;
  /** Whether failures of executions are logged as well. */
  readonly logRuns: boolean;
  readonly accountId: pulumi.Input<string>;
}

/** On the 3rd of a month, at an hour at which nobody waits for the pipeline. */
const monthly: `cron(${string})` = "cron(40 3 3 * ? *)";

const { archive, manifests, daily, reference, drill } = prefixes;
const days = `${manifests}days/`;
const hours = `${manifests}hours/`;
const within = (...folders: string[]) => folders.map((folder) => `${folder}*`);

/** The functions, the state machine and its schedule. The record is read, and nothing outside of the scratch prefix is written. */
export class RecoveryDrill extends pulumi.ComponentResource {
  readonly stateMachineArn: pulumi.Output<string>;
  /** How many differences a drill found: the metric of its records. */
  readonly metric: { readonly namespace: string; readonly metricName: string };

  constructor(name: string, args: RecoveryDrillArgs, opts?: pulumi.ComponentResourceOptions) {
    super("wattlake:aws:RecoveryDrill", name, {}, opts);
    const parent = this;
    const { lake, logDays, accountId } = args;
    const common = { lake, logDays, packages: ["@aws-sdk/client-s3", "zod"] as const };

    const drillPlan = createPlan();
    const drillDay = createDay();
    const machine = createStateMachine();
    createSchedule();
    const watched = { logGroupName: drillDay.logGroupName, unit: "drill-day", field: "differences" };
    this.metric = createRecordMetric(name, watched, parent);
    this.stateMachineArn = machine.arn;
    this.registerOutputs({ stateMachineArn: this.stateMachineArn });

    function createPlan() {
      const asking = allow(["s3:RestoreObject"], [pulumi.interpolate`${lake.bucketArn}/${archive}*`]);
      return new LakeFunction(
        `${name}-plan`,
        {
          ...common,
          description: "Picks a day for the recovery drill, and asks for its archives",
          callbackFactory: makeDrillPlan,
          grants: { list: within(days, archive), read: within(days, archive), write: [] },
          rights: [asking],
          memoryMebibytes: 512,
          timeoutSeconds: 300,
        },
        { parent },
      );
    }

    function createDay() {
      return new LakeFunction(
        `${name}-day`,
        {
          ...common,
          description: "Makes a day again from the archive, and compares it with the record",
          callbackFactory: makeDrillDay,
          grants: {
            list: within(days, hours, daily, dayIndexPrefix, archiveManifestsPrefix, archive, drill),
            read: within(days, hours, daily, dayIndexPrefix, archiveManifestsPrefix, archive, reference, drill),
            write: within(drill),
            remove: within(drill),
          },
          memoryMebibytes: 1769,
          timeoutSeconds: 900,
          // As of `archive-day`, whose archives it opens.
          scratchMebibytes: 10_240,
        },
        { parent },
      );
    }

    function createStateMachine() {
      const functions = { drillPlan: drillPlan.functionArn, drillDay: drillDay.functionArn };
      const logs = createRunLogs(`${name}-run`, args, parent);
      const rights = policy(allow(["lambda:InvokeFunction"], Object.values(functions)), ...logs.rights);
      const trust = trustService("states.amazonaws.com", accountId);
      const { role, attached } = createRole(`${name}-run`, { trust, rights }, parent);
      return new aws.sfn.StateMachine(
        `${name}-run`,
        {
          type: "STANDARD",
          definition: pulumi.jsonStringify(drillDefinition(functions)),
          roleArn: role.arn,
          ...logs.configured,
        },
        { parent, dependsOn: attached },
      );
    }

    function createSchedule() {
      const { timezone } = args;
      const start = { description: "Starts a recovery drill", machineArn: machine.arn, expression: monthly, timezone };
      createMachineSchedule(`${name}-schedule`, { ...start, maximumAgeSeconds: 86_400, accountId }, parent);
    }
  }
}
