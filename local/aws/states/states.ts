/** Carries out an `aws.sfn.StateMachine`: the deployed definition, its tasks answered by the local Lambdas. */
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { z } from "zod";
import type { Graph, Resource } from "../../program/graph";
import type { World } from "../../world";
import type { Lambdas } from "../lambda";
import { createS3Client } from "../s3";
import { type Definition, readDefinition, type Task } from "./definition";
import { runMap } from "./distributed-map";
import { type Progress, watchProgress } from "./execution-progress";
import { type Account, bytesOf, createHistory, type History, largestStateBytes, tooLarge } from "./history";

export interface StateMachines {
  /** Runs the machine to its end. Rejects with the error and cause with which the execution failed. */
  run(
    nameOrArn: string,
    input: unknown,
    onProgress?: (progress: Progress) => void,
    onAccount?: (account: Account) => void,
  ): Promise<unknown>;
}

/** What the tasks of a machine call, and with whose right. */
interface Surroundings extends Pick<World, "identities" | "clock" | "s3Endpoint"> {
  readonly graph: Graph;
  readonly lambdas: Pick<Lambdas, "invoke">;
}

const machineInputs = z.object({
  definition: z.string(),
  roleArn: z.string(),
  type: z.literal("STANDARD").default("STANDARD"),
});
type Machine = Resource<z.infer<typeof machineInputs>> & { readonly definition: Definition };
const lambdaIntegration = "arn:aws:states:::lambda:invoke";
const integrationInput = z.object({ FunctionName: z.string(), Payload: z.json() });

type Json = z.infer<ReturnType<typeof z.json>>;
type Handler = (input: Json) => Promise<Json>;

/** What the executions of one run have in common, its children's too. */
interface Run {
  readonly machine: Machine;
  readonly surroundings: Surroundings;
  readonly faults: Map<string, string>;
  readonly startTime: string;
  readonly onProgress: (progress: Progress) => void;
  /** Told of each execution that has ended. */
  readonly onAccount: (account: Account) => void;
}

export function createStateMachines(
  graph: Graph,
  world: Pick<World, "identities" | "clock"> & Partial<Pick<World, "s3Endpoint" | "cloudWatch">>,
  lambdas: Pick<Lambdas, "invoke">,
): StateMachines {
  const machines = graph.all("aws:sfn/stateMachine:StateMachine", machineInputs).map((resource) => ({
    ...resource,
    definition: readDefinition(resource.inputs.definition, resource.physicalName),
    ...metricsOf(resource.arn ?? "", world.cloudWatch),
  }));
  const { identities, clock } = world;
  const surroundings: Surroundings = {
    ...{ identities, clock, graph, lambdas },
    // Read when it is needed: S3 may have been started anew since.
    get s3Endpoint() {
      return world.s3Endpoint ?? "";
    },
  };
  return {
    async run(nameOrArn, input, onProgress = () => undefined, onAccount = () => undefined) {
      const machine = machines.find(({ arn, physicalName }) => [arn, physicalName].includes(nameOrArn));
      if (!machine) throw new Error(`The program has no state machine ${nameOrArn}.`);
      const faults = new Map<string, string>();
      const startTime = new Date(world.clock.now()).toISOString();
      // A clock that stands in the past goes on by days while a run is under way.
      const began = performance.now();
      const run: Run = { machine, surroundings, faults, startTime, onProgress, onAccount };
      try {
        const result = await execute(run, machine.definition, z.json().parse(input), startTime, onProgress);
        machine.failed?.(0);
        return result;
      } catch (error) {
        machine.failed?.(1);
        throw executionFailure(machine.physicalName, error, [...faults.values()]);
      } finally {
        machine.took?.(performance.now() - began);
      }
    },
  };
}

function metricsOf(arn: string, cloudWatch: World["cloudWatch"] | undefined) {
  const counter = (metricName: string) =>
    cloudWatch?.counter({ namespace: "AWS/States", metricName, dimensions: { StateMachineArn: arn } });
  return { failed: counter("ExecutionsFailed"), /** ms */ took: counter("ExecutionTime") };
}

/** One execution, of the machine itself or of a child of a map, to its end. */
async function execute(
  run: Run,
  definition: Definition,
  input: Json,
  name: string,
  onProgress: (progress: Progress) => void,
): Promise<Json> {
  const { machine, surroundings, faults, startTime } = run;
  const history = createHistory();
  const tasks = definition.tasks.map((task) => {
    const handler = createHandler(task, machine.inputs.roleArn, machine.arn, surroundings);
    return [task.name, counting(noting(task, handler, faults), history)] as const;
  });
  const context = {
    Execution: { Id: `local:${machine.physicalName}:${name}`, Name: name },
    Local: { StartTime: startTime },
  };
  const maps = definition.maps.map((map) => [map.name, mapHandler(run, map, context, history)] as const);
  const execution = definition.machine.run(input, {
    context,
    overrides: {
      taskResourceLocalHandlers: Object.fromEntries([...tasks, ...maps]),
      // Nothing here needs time to recover, so a retry follows at once.
      retryIntervalOverrides: zeros(definition.retrying),
      waitTimeOverrides: zeros(definition.waiting),
    },
  });
  const watching = watchProgress(execution.eventLogs, onProgress, (event) => history.note(event, execution.abort));
  try {
    const result = await execution.result.finally(() => watching);
    if (history.fault) throw history.fault;
    return result;
  } catch (error) {
    // What the interpreter was aborted for is the reason.
    throw history.fault ?? error;
  } finally {
    run.onAccount(history.account);
  }
}

const zeros = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 0]));

const counting =
  (handler: Handler, history: History): Handler =>
  (input) => {
    history.add(3);
    return handler(input);
  };

/** A distributed map's children run in the machine's own name, and its items are read with its role. */
function mapHandler(
  run: Run,
  map: Definition["maps"][number],
  context: Record<string, unknown>,
  history: History,
): Handler {
  const { machine, surroundings } = run;
  const { roleArn } = machine.inputs;
  const principal = { service: "states.amazonaws.com", sourceArn: machine.arn };
  const arn = machine.arn ?? machine.physicalName;
  const may = (action: string, resource: string) =>
    surroundings.identities.require(roleArn, principal, { action, resource });
  const execution = `${arn.replace(":stateMachine:", ":execution:")}:${String(run.startTime)}`;
  return (input) => {
    may("states:StartExecution", arn);
    for (const action of ["states:DescribeExecution", "states:StopExecution"]) may(action, execution);
    history.add(2);
    return runMap(map, input, context, {
      async readObject(bucket, key) {
        const s3 = createS3Client(surroundings.s3Endpoint, surroundings.identities.assume(roleArn, principal));
        try {
          const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
          return (await Body?.transformToString()) ?? "";
        } finally {
          s3.destroy();
        }
      },
      runChild(item, index) {
        history.add(0, 1);
        return execute(run, map.children, item, `${run.startTime}/${map.name}:${index}`, () => undefined);
      },
      onProgress: (begun, done) => run.onProgress({ state: map.name, done, begun }),
    });
  };
}

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
  const bytes = bytesOf(value);
  if (bytes > largestStateBytes) throw tooLarge(state, bytes);
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
