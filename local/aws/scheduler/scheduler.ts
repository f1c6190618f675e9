/** Carries out `aws.scheduler.Schedule`: starts the state machine at the instants of the expression, with its input. */
import { z } from "zod";
import type { Timer } from "../../clock";
import type { Graph } from "../../program/graph";
import type { World } from "../../world";
import { parseSchedule } from "./schedule-expression";

export interface SchedulerOptions extends Pick<World, "identities" | "clock" | "onProblem"> {
  readonly graph: Graph;
  /** Starts an execution. */
  readonly start: (stateMachineArn: string, input: unknown) => Promise<unknown>;
}

const scheduleInputs = z.object({
  scheduleExpression: z.string(),
  scheduleExpressionTimezone: z.string().default("UTC"),
  state: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
  target: z.object({ arn: z.string(), roleArn: z.string(), input: z.string().default("{}") }),
});

export interface StartedSchedules extends Timer {
  /** When the first one comes due, ms. */
  readonly first: number | undefined;
}

/** Starts the timers; `cancel` ends them. */
export function startSchedules({ graph, identities, clock, start, onProblem }: SchedulerOptions): StartedSchedules {
  const timers = new Map<string, Timer>();
  const dues: number[] = [];
  for (const { name, arn, inputs } of graph.all("aws:scheduler/schedule:Schedule", scheduleInputs)) {
    if (inputs.state === "DISABLED") continue;
    const { target, scheduleExpression, scheduleExpressionTimezone } = inputs;
    const nextDue = parseSchedule(scheduleExpression, scheduleExpressionTimezone, clock.now());
    const fire = async () => {
      try {
        const call = { action: "states:StartExecution", resource: target.arn };
        identities.require(target.roleArn, { service: "scheduler.amazonaws.com", sourceArn: arn }, call);
        await start(target.arn, JSON.parse(target.input));
      } catch (error) {
        onProblem(`The schedule ${name} failed: ${error instanceof Error ? error.message : error}`);
      }
    };
    const arm = () => {
      const due = nextDue(clock.now());
      if (due === undefined) return;
      const timer = clock.at(due, () => {
        arm();
        return fire();
      });
      timers.set(name, timer);
    };
    const due = nextDue(clock.now());
    if (due !== undefined) dues.push(due);
    arm();
  }
  return {
    first: dues.length > 0 ? Math.min(...dues) : undefined,
    cancel() {
      for (const timer of timers.values()) timer.cancel();
    },
  };
}
