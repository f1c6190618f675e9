/** Amazon EventBridge Scheduler: the schedules of the graph, with the same expression and time zone. */
import { z } from "zod";
import type { Graph } from "../../program/graph";
import type { World } from "../../world";
import { type SchedulerOptions, startSchedules } from "./scheduler";

export interface Schedules {
  /** The machine that the program's one schedule starts. @throws where it has none or several */
  stateMachine(): string;
  /** Starts the timers, and tells when the first execution is due, ms; `begin` starts one. */
  start(begin: SchedulerOptions["start"]): number | undefined;
}

const scheduleInputs = z.object({ target: z.object({ arn: z.string() }) });

export function createSchedules(
  graph: Graph,
  world: Pick<World, "identities" | "clock" | "onProblem" | "onClose">,
): Schedules {
  return {
    stateMachine() {
      const [schedule, ...others] = graph.all("aws:scheduler/schedule:Schedule", scheduleInputs);
      if (!schedule || others.length > 0)
        throw new Error("The program must have one schedule, for the daily aggregation.");
      return schedule.inputs.target.arn;
    },
    start(begin) {
      const timers = startSchedules({ ...world, graph, start: begin });
      world.onClose(timers.cancel);
      return timers.first;
    },
  };
}
