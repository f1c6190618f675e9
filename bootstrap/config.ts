/** The configuration of the bootstrap: the repository, and what may deploy which stack. */
import { RunError } from "@pulumi/pulumi/errors";
import { z } from "zod";
import { type DeploySource, subjects } from "./subjects";

const source: z.ZodType<DeploySource> = z.union([
  z.strictObject({ branch: z.string().regex(/^[\w./-]+$/) }),
  z.strictObject({ environment: z.string().regex(/^[\w.-]+$/), tags: z.string().regex(/^[\w.-]+$/) }),
]);

/** A service account's id has at most 30 characters, `github-preview-` among them. */
const stackName = /^[a-z][a-z0-9-]{0,14}$/;

/** Google's limit of `google.subject`, bytes. */
const subjectLimit = 127;

const schema = z
  .strictObject({
    repository: z
      .string()
      .regex(
        /^[A-Za-z0-9-]+(@\d+)?\/[\w.-]+(@\d+)?$/,
        'must be "owner/name" or "owner@id/name@id", as the subject has it',
      ),
    deploys: z.record(z.string(), source),
  })
  .superRefine(({ repository, deploys }, context) => {
    for (const [stack, from] of Object.entries(deploys))
      for (const subject of Object.values(subjects(repository, from)))
        if (subject.length > subjectLimit)
          context.addIssue({
            code: "custom",
            path: ["deploys", stack],
            message: `the subject "${subject}" has ${subject.length} characters, but Google takes ${subjectLimit}`,
          });
    for (const stack of Object.keys(deploys)) {
      if (!stackName.test(stack))
        context.addIssue({
          code: "custom",
          path: ["deploys", stack],
          message: "must be a stack of up to 15 characters",
        });
      for (const other of Object.keys(deploys))
        if (other.startsWith(`${stack}-`))
          context.addIssue({
            code: "custom",
            path: ["deploys", other],
            message: `begins as "${stack}-", so the roles of ${stack} would reach what is named after ${other}`,
          });
    }
  });

export type BootstrapConfig = z.output<typeof schema>;

/** @throws one `RunError`, shown without a stack trace, with a line a mistake. */
export function parseBootstrap(raw: unknown): BootstrapConfig {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new RunError(`The bootstrap's configuration has mistakes:\n${z.prettifyError(parsed.error)}`);
}
