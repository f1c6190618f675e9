/** Amazon EventBridge Scheduler: the schedules of the graph, with the same expression and time zone. */
import { z } from "zod";
import type { Graph } from "../../program/graph";
import type { World } from "../../world";
import { type SchedulerOptions, startSchedules } from "./scheduler";

export interface Schedules {
  /** The machine that the schedule of a component starts. @throws where it has none or several */
  stateMachine(component: Component): string;
  /** Starts the timers, and tells when the first execution is due, ms; `begin` starts one. */
  start(begin: SchedulerOptions["start"]): number | undefined;
}

/** The logical names of the program's components that run on a schedule. */
type Component = "aggregation" | "drill";

const scheduleInputs = z.object({ target: z.object({ arn: z.string() }) });

export function createSchedules(
  graph: Graph,
  world: Pick<World, "identities" | "clock" | "onProblem" | "onClose">,
): Schedules {
  return {
    stateMachine(component) {
      const schedules = graph.all("aws:scheduler/schedule:Schedule", scheduleInputs);
      const [schedule, ...others] = schedules.filter(({ name }) => name.startsWith(`${component}-`));
      if (!schedule || others.length > 0) throw new Error(`The program must have one schedule of "${component}".`);
      return schedule.inputs.target.arn;
    },
    start(begin) {
      const timers = startSchedules({ ...world, graph, start: begin });
      world.onClose(timers.cancel);
      return timers.first;
    },
  };
}
