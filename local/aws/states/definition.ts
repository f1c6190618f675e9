/** Reads a state machine's definition for local use: refuses what aws-local-stepfunctions would silently ignore. */
import { z } from "zod";
import { StateMachine } from "./interpreter";
import { type DistributedMap, distributedMapSchema } from "./map-definition";

export interface Task {
  /** Unique within the machine. */
  readonly name: string;
  readonly resource: string;
}

export interface Definition {
  readonly machine: StateMachine;
  readonly tasks: readonly Task[];
  /** Names of all states that have Retry. */
  readonly retrying: readonly string[];
  /** Names of all Wait states. */
  readonly waiting: readonly string[];
  /** The distributed maps, each with the machine of its children. To the interpreter each is a task. */
  readonly maps: readonly (DistributedMap & { readonly children: Definition })[];
}

interface Machine {
  readonly States: Record<string, State>;
}
interface State {
  readonly Type: string;
  readonly Resource?: string | undefined;
  readonly Retry?: readonly unknown[] | undefined;
  TimeoutSeconds?: number | undefined;
  readonly TimeoutSecondsPath?: string | undefined;
  readonly ItemProcessor?: Machine | undefined;
  readonly Iterator?: Machine | undefined;
  readonly Branches?: readonly Machine[] | undefined;
}

const machineSchema: z.ZodType<Machine> = z.lazy(() => z.looseObject({ States: z.record(z.string(), stateSchema) }));
const stateSchema: z.ZodType<State> = z.looseObject({
  Type: z.string(),
  Resource: z.string().optional(),
  Retry: z.array(z.unknown()).optional(),
  TimeoutSeconds: z.number().optional(),
  TimeoutSecondsPath: z.string().optional(),
  ItemProcessor: machineSchema.optional(),
  Iterator: machineSchema.optional(),
  Branches: z.array(machineSchema).optional(),
});

const machineType = z.custom<ConstructorParameters<typeof StateMachine>[0]>(
  (value) => machineSchema.safeParse(value).success,
);

/** Keywords that the interpreter does not know and passes over without a word. */
const ignoredKeywords = [
  "QueryLanguage",
  "Assign",
  "Arguments",
  "Output",
  "ItemReader",
  "ItemBatcher",
  "ResultWriter",
  "ToleratedFailureCount",
  "ToleratedFailurePercentage",
  "HeartbeatSeconds",
  "Credentials",
];

const distributed = z.object({ ProcessorConfig: z.object({ Mode: z.literal("DISTRIBUTED") }) });

/** What the interpreter takes a distributed map for; its handler is the map's. */
const mapResource = "arn:aws:lambda:local:000000000000:function:distributed-map";

/** The interpreter replaces `$$.Execution.StartTime` by the wall clock, so the virtual time gets a name of its own. */
const startTimePath = { written: "$$.Execution.StartTime", replacement: "$$.Local.StartTime" } as const;

/** A task without a time limit has practically none in AWS; the interpreter would take 60 s. */
const longestTaskS = 86_400;

/** @throws an error naming the machine and the state where the definition cannot be carried out faithfully. */
export function readDefinition(text: string, machineName: string): Definition {
  const machine = machineSchema.parse(
    JSON.parse(text.replaceAll(startTimePath.written, () => startTimePath.replacement)),
  );
  return readMachine(machine, machineName, new Set());
}

/** `names` are the states that the machine has elsewhere. */
function readMachine(machine: Machine, machineName: string, names: Set<string>): Definition {
  const fail = (state: string, reason: string): never => {
    throw new Error(`The state machine ${machineName} cannot be carried out locally: the state "${state}" ${reason}.`);
  };
  const maps: Definition["maps"][number][] = [];
  const States: Machine["States"] = {};
  for (const [name, state] of Object.entries(machine.States)) {
    if (!distributed.safeParse(state.ItemProcessor).success) {
      States[name] = state;
      continue;
    }
    const read = distributedMapSchema.safeParse(state);
    if (!read.success) return fail(name, `is a distributed map of another kind: ${z.prettifyError(read.error)}`);
    if (read.data.ItemReader && read.data.ItemsPath) fail(name, "has both ItemReader and ItemsPath");
    const { ProcessorConfig, ...processor } = read.data.ItemProcessor;
    const children = readMachine(machineSchema.parse(processor), machineName, names);
    maps.push({ name, state: read.data, children });
    const { InputPath, ResultSelector, ResultPath, OutputPath, Retry, Catch, Next, End } = read.data;
    States[name] = stateSchema.parse(
      JSON.parse(
        JSON.stringify({
          ...{ Type: "Task", Resource: mapResource, InputPath, ResultSelector, ResultPath, OutputPath, Retry, Catch },
          ...{ Next, End },
        }),
      ),
    );
  }
  const rewritten = { ...machine, States };
  const states = [...eachState(rewritten)];
  for (const [name, state] of states) {
    if (names.has(name)) fail(name, "appears twice");
    names.add(name);
    for (const keyword of ignoredKeywords) if (Object.hasOwn(state, keyword)) fail(name, `uses ${keyword}`);
    if (distributed.safeParse(state.ItemProcessor).success) fail(name, "is a distributed map within a map in line");
    if (state.Type === "Task" && state.TimeoutSeconds === undefined && state.TimeoutSecondsPath === undefined)
      state.TimeoutSeconds = longestTaskS;
  }
  const having = (predicate: (state: State) => boolean) =>
    states.filter(([, state]) => predicate(state)).map(([name]) => name);
  return {
    // The interpreter validates the definition against the States Language.
    machine: new StateMachine(machineType.parse(rewritten)),
    tasks: states.flatMap(([name, { Resource }]) =>
      Resource === undefined || Resource === mapResource ? [] : [{ name, resource: Resource }],
    ),
    retrying: having(({ Retry }) => Retry !== undefined),
    waiting: having(({ Type }) => Type === "Wait"),
    maps,
  };
}

function* eachState({ States }: Machine): Generator<[string, State]> {
  for (const [name, state] of Object.entries(States)) {
    yield [name, state];
    for (const inner of [state.ItemProcessor, state.Iterator, ...(state.Branches ?? [])])
      if (inner) yield* eachState(inner);
  }
}
