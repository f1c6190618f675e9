/** Carries out an `aws.sfn.StateMachine`: the deployed definition, its tasks answered by the local Lambdas. */
import { z } from "zod";
import type { Clock } from "../../clock";
import type { Graph } from "../../program/graph";
import type { World } from "../../world";
import type { Lambdas } from "../lambda";
import { type Definition, readDefinition, type Task } from "./definition";
import { type Progress, watchProgress } from "./execution-progress";

export interface StateMachines {
  /** Runs the machine to its end. Rejects with the error and cause with which the execution failed. */
  run(nameOrArn: string, input: unknown, onProgress?: (progress: Progress) => void): Promise<unknown>;
}

/** What the tasks of a machine call, and with whose right. */
interface Surroundings extends Pick<World, "identities"> {
  readonly graph: Graph;
  readonly lambdas: Pick<Lambdas, "invoke">;
}

const machineInputs = z.object({ definition: z.string(), roleArn: z.string() });
const lambdaIntegration = "arn:aws:states:::lambda:invoke";
const integrationInput = z.object({ FunctionName: z.string(), Payload: z.json() });
/** AWS ends an execution whose state is larger than this. */
const largestStateBytes = 262_144;

type Json = z.infer<ReturnType<typeof z.json>>;
type Handler = (input: Json) => Promise<Json>;

export function createStateMachines(
  graph: Graph,
  { identities, clock, cloudWatch }: Pick<World, "identities" | "clock"> & Partial<Pick<World, "cloudWatch">>,
  lambdas: Pick<Lambdas, "invoke">,
): StateMachines {
  const machines = graph.all("aws:sfn/stateMachine:StateMachine", machineInputs).map((resource) => ({
    ...resource,
    definition: readDefinition(resource.inputs.definition, resource.physicalName),
    failed: cloudWatch?.counter({
      namespace: "AWS/States",
      metricName: "ExecutionsFailed",
      dimensions: { StateMachineArn: resource.arn ?? "" },
    }),
  }));
  return {
    async run(nameOrArn, input, onProgress = () => undefined) {
      const machine = machines.find(({ arn, physicalName }) => [arn, physicalName].includes(nameOrArn));
      if (!machine) throw new Error(`The program has no state machine ${nameOrArn}.`);
      const { definition, physicalName, arn, inputs, failed } = machine;
      const faults = new Map<string, string>();
      const handlers = definition.tasks.map((task) => {
        const handler = createHandler(task, inputs.roleArn, arn, { graph, identities, lambdas });
        return [task.name, noting(task, handler, faults)] as const;
      });
      const execution = start(definition, z.json().parse(input), physicalName, clock, Object.fromEntries(handlers));
      const watching = watchProgress(execution.eventLogs, onProgress);
      try {
        const result = await execution.result;
        failed?.(0);
        return result;
      } catch (error) {
        failed?.(1);
        throw executionFailure(physicalName, error, [...faults.values()]);
      } finally {
        await watching;
      }
    },
  };
}

function start(definition: Definition, input: Json, name: string, clock: Clock, handlers: Record<string, Handler>) {
  const startTime = new Date(clock.now()).toISOString();
  return definition.machine.run(input, {
    context: { Execution: { Id: `local:${name}:${startTime}`, Name: startTime }, Local: { StartTime: startTime } },
    overrides: {
      taskResourceLocalHandlers: handlers,
      // Nothing here needs time to recover, so a retry follows at once.
      retryIntervalOverrides: zeros(definition.retrying),
      waitTimeOverrides: zeros(definition.waiting),
    },
  });
}

const zeros = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 0]));

/** A task as Step Functions runs it: the machine's role must be allowed, and the state must stay within its limit. */
function createHandler(
  { name, resource }: Task,
  roleArn: string,
  sourceArn: string | undefined,
  { identities, lambdas, graph }: Surroundings,
): Handler {
  const invoke = async (nameOrArn: string, payload: Json) => {
    const target = graph.resources.find(({ arn, physicalName }) => arn === nameOrArn || physicalName === nameOrArn);
    const call = { action: "lambda:InvokeFunction", resource: target?.arn ?? nameOrArn };
    identities.require(roleArn, { service: "states.amazonaws.com", sourceArn }, call);
    limitSize(name, payload);
    const result = z.json().parse(await lambdas.invoke(nameOrArn, payload));
    limitSize(name, result);
    return result;
  };
  return async (input) => {
    if (resource !== lambdaIntegration) return invoke(resource, input);
    const { FunctionName, Payload } = integrationInput.parse(input);
    return { ExecutedVersion: "$LATEST", StatusCode: 200, Payload: await invoke(FunctionName, Payload) };
  };
}

function limitSize(state: string, value: Json): void {
  const bytes = Buffer.byteLength(JSON.stringify(value));
  if (bytes <= largestStateBytes) return;
  const message = `The state "${state}" passes ${bytes} bytes; the limit is ${largestStateBytes}.`;
  throw Object.assign(new Error(message), { name: "States.DataLimitExceeded" });
}

/** What tasks failed with at their last attempt: a laptop has no history of the execution to look it up in. */
const noting =
  ({ name }: Task, handler: Handler, faults: Map<string, string>): Handler =>
  async (input) => {
    const call = `${name} ${JSON.stringify(integrationInput.safeParse(input).data?.Payload ?? input).slice(0, 100)}`;
    try {
      const result = await handler(input);
      faults.delete(call);
      return result;
    } catch (error) {
      faults.set(call, `${call}: ${error instanceof Error ? error.message : error}`);
      throw error;
    }
  };
/** Faults that are told one by one. */
const shownFaults = 10;

function executionFailure(machine: string, error: unknown, faults: readonly string[]): Error {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  // A fault that was the end of the execution is the reason already.
  const others = faults.filter((fault) => !(cause instanceof Error) || !fault.endsWith(cause.message));
  const more = others.length > shownFaults ? [`and ${others.length - shownFaults} more`] : [];
  const lines = [...others.slice(0, shownFaults), ...more].map((line) => `\n  ${line}`);
  return Object.assign(new Error(`The state machine ${machine} failed. ${reason}${lines.join("")}`, { cause }), {
    name: "ExecutionFailed",
  });
}
