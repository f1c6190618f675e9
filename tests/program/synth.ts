/** Every resource that the whole program registers for a stack under Pulumi's mocks; each synthesis is made once a run of tests. */
import { fork } from "node:child_process";
import { join } from "node:path";
import { z } from "zod";
import { onceARun } from "../run-folder";

const registrations = z.object({
  resources: z.array(
    z.object({
      type: z.string(),
      /** Logical name. */
      name: z.string(),
      /** Resolved; archives as `{assets: {path: text}}`, a file as `{path}`. */
      inputs: z.record(z.string(), z.unknown()),
      /** Logical name of the parent, undefined for what the stack holds itself. */
      parent: z.string().optional(),
      protect: z.boolean(),
      retainOnDelete: z.boolean(),
    }),
  ),
  outputs: z.record(z.string(), z.unknown()),
});
export type Registrations = z.infer<typeof registrations>;
export type SynthesizedResource = Readonly<Registrations["resources"][number]>;

export interface Synthesis {
  readonly resources: readonly SynthesizedResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Resources of a type, for example `aws:s3/bucket:Bucket`. */
  ofType(type: string): readonly SynthesizedResource[];
  /** The resource of this logical name and type. @throws where there is none. */
  get(type: string, name: string): SynthesizedResource;
}

/** `changes` replaces whole keys of `Pulumi.<stack>.yaml`, for example `{"wattlake:ingest": {delivery: "direct"}}`. */
export async function synthesize(stack: string, changes: Record<string, unknown> = {}): Promise<Synthesis> {
  const made = await onceARun(["synthesis", stack, changes], () => runProgram(stack, changes));
  return createSynthesis(registrations.parse(made));
}

/** The same, made anew: also for what `changes` names and does not hold, as a folder of files. */
export async function synthesizeAnew(stack: string, changes: Record<string, unknown> = {}): Promise<Synthesis> {
  return createSynthesis(registrations.parse(await runProgram(stack, changes)));
}

export function createSynthesis({ resources, outputs }: Registrations): Synthesis {
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  return {
    resources,
    outputs,
    ofType,
    get(type, name) {
      const found = ofType(type).find((resource) => resource.name === name);
      if (!found) throw new Error(`no ${type} ${name}; there are: ${ofType(type).map((each) => each.name)}`);
      return found;
    },
  };
}

function runProgram(stack: string, changes: Record<string, unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const child = fork(join(__dirname, "synth-program.ts"), {
      execArgv: ["-r", join(__dirname, "..", "..", "local", "ts.cjs")],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      // Knows undefined, as an input may be.
      serialization: "advanced",
    });
    const errors: string[] = [];
    child.stderr?.on("data", (chunk) => errors.push(String(chunk)));
    child.once("message", resolve);
    child.once("error", reject);
    child.once("close", (code) => reject(new Error(`The program ended with code ${code}.\n${errors.join("")}`)));
    child.send({ stack, changes });
  });
}
