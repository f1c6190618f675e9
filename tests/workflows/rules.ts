/** What every workflow of this repository must keep to; a fault is a sentence that names the job. */
import { validateWorkflow } from "@action-validator/core";
import { parse } from "yaml";
import { z } from "zod";

/** What the workflows name and must exist. */
export interface Surroundings {
  readonly npmScripts: readonly string[];
  readonly stacks: readonly string[];
  /** Programs that are called by their path. */
  readonly executables: readonly string[];
}

const permission = z.enum(["read", "write", "none"]);
const permissions = z.record(z.string(), permission);
const step = z.looseObject({
  name: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  env: z.record(z.string(), z.string()).optional(),
});
const job = z.looseObject({
  if: z.string().optional(),
  uses: z.string().optional(),
  "runs-on": z.string().optional(),
  "timeout-minutes": z.int().optional(),
  environment: z.string().optional(),
  permissions: permissions.optional(),
  steps: z.array(step).default([]),
});
const workflow = z.looseObject({
  on: z.union([z.string(), z.array(z.string()), z.record(z.string(), z.unknown())]),
  permissions: permissions.optional(),
  jobs: z.record(z.string(), job),
});
export type Workflow = z.output<typeof workflow>;
export type Job = z.output<typeof job>;

/** A workflow's text as what the rules look at. @throws where it has another form. */
export const readWorkflow = (text: string): Workflow => workflow.parse(parse(text));

export function eventsOf({ on }: Workflow): string[] {
  if (typeof on === "string") return [on];
  return Array.isArray(on) ? on : Object.keys(on);
}

/** Only these may be written, and only by a job that says so. */
const writable = ["id-token", "pull-requests"];
const forkGuard = "github.event.pull_request.head.repo.full_name == github.repository";

/** Every fault of a workflow's text; none is the aim. */
export function faultsOf(text: string, surroundings: Surroundings): string[] {
  const faults = validateWorkflow(text).errors.map((error) => `is no workflow: ${JSON.stringify(error)}`);
  const read = workflow.safeParse(parse(text));
  if (!read.success) return [...faults, `has a form that is not used here: ${z.prettifyError(read.error)}`];
  const { data } = read;
  const events = eventsOf(data);
  for (const event of ["pull_request_target", "workflow_run"].filter((each) => events.includes(each)))
    faults.push(`runs on ${event}, with rights that a fork's text could use`);
  if (JSON.stringify(data.permissions) !== "{}") faults.push("does not begin with permissions: {}");
  for (const [, secret = ""] of text.matchAll(/\bsecrets\s*[.[]\s*['"]?(\w+)/g))
    if (secret !== "GITHUB_TOKEN") faults.push(`takes the secret ${secret}: nothing here needs one`);
  for (const [name] of text.matchAll(
    /\b(AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY|credentials_json|PULUMI_ACCESS_TOKEN)\b/g,
  ))
    faults.push(`names ${name}, a long-lived key`);
  for (const line of text.split("\n")) if (isUnpinned(line)) faults.push(`does not pin ${line.trim()}`);
  for (const [id, each] of Object.entries(data.jobs))
    faults.push(...faultsOfJob(each, events, surroundings).map((fault) => `${id}: ${fault}`));
  return faults;
}

/** A foreign action is pinned by its whole commit, with the version beside it for people. */
function isUnpinned(line: string): boolean {
  const [, used] = /^\s*(?:-\s+)?uses:\s*(.+)$/.exec(line) ?? [];
  if (used === undefined || used.startsWith("./")) return false;
  return !/^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(used);
}

function faultsOfJob(job: Job, events: readonly string[], surroundings: Surroundings): string[] {
  const faults: string[] = [];
  const { permissions: granted } = job;
  if (!granted) faults.push("says no permissions of its own");
  for (const [scope, level] of Object.entries(granted ?? {}))
    if (level === "write" && !writable.includes(scope)) faults.push(`may write ${scope}`);
  const signsIn = granted?.["id-token"] === "write";
  if (signsIn && granted?.["pull-requests"] === "write") faults.push("has an identity and writes to the pull request");
  if (signsIn && events.includes("pull_request") && !job.if?.includes(forkGuard))
    faults.push("gives forks an identity");
  if (job.uses === undefined) {
    if (!/-\d/.test(job["runs-on"] ?? "")) faults.push("runs on an image that changes");
    if (job["timeout-minutes"] === undefined) faults.push("may run for hours");
  }
  for (const { run } of job.steps) if (run !== undefined) faults.push(...faultsOfScript(run, events, surroundings));
  return faults;
}

function faultsOfScript(run: string, events: readonly string[], surroundings: Surroundings): string[] {
  const faults: string[] = [];
  // Text of a pull request would become a part of the script.
  if (run.includes("${{")) faults.push("has an expression in a script, not in env");
  for (const [, script = ""] of run.matchAll(/\bnpm run (?:--\S+ )*([\w:-]+)/g))
    if (!surroundings.npmScripts.includes(script)) faults.push(`calls npm run ${script}, which does not exist`);
  for (const [, stack = ""] of run.matchAll(/--stack[ =](\S+)/g))
    if (!surroundings.stacks.includes(stack)) faults.push(`names the stack ${stack}, which has no file`);
  for (const [path] of run.matchAll(/^\.[\w./-]+/gm))
    if (!surroundings.executables.includes(path)) faults.push(`runs ${path}, which does not exist`);
  const deploys = /--access deploy|npm run up(?![\w-])|pulumi (up|destroy|refresh)\b/.test(run);
  if (deploys && events.some((event) => event !== "push")) faults.push("deploys what nobody has merged");
  if (/npm run (up|preview)(?![\w-])/.test(run) && !run.includes("--suppress-permalink"))
    faults.push("prints a signed address of the state");
  return faults;
}
