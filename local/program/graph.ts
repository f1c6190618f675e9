/**
 * The resource graph of the program: `index.ts` as it stands, run under Pulumi's mock monitor in a child process, and
 * typed look-ups in what it registered. Local mode carries out what it finds here and nothing else.
 */
import { fork } from "node:child_process";
import { join } from "node:path";
import { z } from "zod";
import { projectDirectory } from "../project";
import type { StackConfig } from "./stack-config";

export interface Resource<Inputs = unknown> {
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  readonly inputs: Inputs;
  /** ARN, where the resource has one. */
  readonly arn: string | undefined;
  /** The name that the service knows it by. */
  readonly physicalName: string;
}

export interface Graph {
  readonly resources: readonly Resource[];
  /** All resources of a type, their inputs parsed; throws, naming the resource, where they do not fit the schema. */
  all<T>(type: string, inputs: z.ZodType<T>): readonly Resource<T>[];
}

export const registered = z.object({
  type: z.string(),
  name: z.string(),
  id: z.string(),
  custom: z.boolean(),
  inputs: z.unknown(),
  state: z.looseObject({ arn: z.string().optional(), name: z.string().optional(), bucket: z.string().optional() }),
});
export type Registered = z.infer<typeof registered>;

const reply = z.union([
  z.object({ resources: z.array(registered) }),
  z.object({ error: z.string(), stack: z.string().optional() }),
]);

/** Runs the program for the stack. Rejects with the program's own message where it refuses the configuration. */
export const loadGraph = async (config: StackConfig): Promise<Graph> => createGraph(await registerResources(config));

/** What the program registers, in the order of registration. */
export async function registerResources(config: StackConfig): Promise<readonly Registered[]> {
  const answer = reply.parse(await runProgram({ ...config, program: join(projectDirectory, "index.ts") }));
  if ("error" in answer) throw Object.assign(new Error(answer.error), { cause: answer.stack, name: "ProgramError" });
  return answer.resources;
}

export function createGraph(resources: readonly Registered[]): Graph {
  const all: Resource[] = resources.map(({ type, name, inputs, state }) => ({
    type,
    name,
    inputs,
    arn: state.arn,
    physicalName: (type.startsWith("aws:s3/bucket:") ? state.bucket : state.name) ?? name,
  }));
  return {
    resources: all,
    all: (type, schema) =>
      all
        .filter((resource) => resource.type === type)
        .map((resource) => {
          const parsed = schema.safeParse(resource.inputs);
          if (!parsed.success)
            throw new Error(
              `${type} "${resource.name}" cannot be carried out locally: ${z.prettifyError(parsed.error)}`,
            );
          return { ...resource, inputs: parsed.data };
        }),
  };
}

function runProgram(request: StackConfig & { readonly program: string }): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const child = fork(join(__dirname, "graph-program.ts"), {
      execArgv: ["-r", join(projectDirectory, "local", "ts.cjs")],
      cwd: projectDirectory,
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    const errors: string[] = [];
    child.stderr?.on("data", (chunk) => errors.push(String(chunk)));
    child.once("message", resolve);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`The program ended with code ${code}.\n${errors.join("")}`)));
    child.send(request);
  });
}
