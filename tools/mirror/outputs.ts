/** Which transfer job to start: what the stack's outputs say. */
import { z } from "zod";
import type { Run } from "../backfill/cloud";

export interface MirrorJob {
  /** `transferJobs/<id>`. */
  readonly name: string;
  /** The Google Cloud project that owns it. */
  readonly project: string;
}

const outputs = z.object({
  mirrorJob: z.string().regex(/^transferJobs\/[\w.-]+$/),
  /** `project.dataset`. */
  dataset: z.string().regex(/^[^.]+\.\w+$/),
});
const failure = z.object({ stderr: z.string().default(""), message: z.string() });

/** @throws where Pulumi tells no outputs of the stack, or it has no mirror. */
export async function readMirrorJob(stack: string, run: Run): Promise<MirrorJob> {
  const text = await run("pulumi", ["stack", "output", "--json", "--stack", stack]).catch((error: unknown) => {
    const { stderr, message } = failure.parse(error);
    throw new Error(
      `Pulumi tells no outputs of the stack "${stack}": ${stderr.trim() || message}\nSign in to Pulumi's state backend first.`,
      { cause: error },
    );
  });
  const told = outputs.safeParse(JSON.parse(text));
  if (!told.success)
    throw new Error(`The stack "${stack}" has no mirror yet: run \`npm run up\`.\n${z.prettifyError(told.error)}`);
  return { name: told.data.mirrorJob, project: told.data.dataset.replace(/\.\w+$/, "") };
}
