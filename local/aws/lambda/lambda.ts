/**
 * Carries out the `aws.lambda.Function`s of the graph: the serialized archive itself, in child processes, with the
 * function's own environment, role, memory and time limit.
 */
import { randomUUID } from "node:crypto";
import { appendFileSync, mkdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import { region } from "../../program/computed";
import type { Graph, Resource } from "../../program/graph";
import { projectDirectory } from "../../project";
import type { Identities } from "../iam/identity";
import { archiveSchema, layOutArchive } from "./archive";
import { lambdaError, type Sandbox, startSandbox } from "./sandbox";

export interface LambdaOptions {
  readonly graph: Graph;
  readonly identities: Identities;
  readonly s3Endpoint: string;
  /** Where functions find BigQuery and Google's token service. @default nowhere: a call of them fails */
  readonly googleEndpoint?: string | undefined;
  /** Gets `functions/` (the archives), `tmp/` (their temporary folders) and `logs/` (a file a function). */
  readonly stateDirectory: string;
  readonly onLine?: (functionName: string, line: string) => void;
  /** Hears of every process that starts. */
  readonly onStart?: (functionName: string, pid: number) => void;
}

export interface Lambdas {
  /** Invokes by ARN or name and resolves with the handler's result; rejects with an error named by its Lambda type. */
  invoke(nameOrArn: string, event: unknown): Promise<unknown>;
  /** Ends every child process. */
  close(): Promise<void>;
}

const functionInputs = z.object({
  code: archiveSchema,
  role: z.string(),
  handler: z.string().default("__index.handler"),
  memorySize: z.int().default(128),
  timeout: z.int().default(3),
  reservedConcurrentExecutions: z.int().optional(),
  environment: z.object({ variables: z.record(z.string(), z.string()) }).default({ variables: {} }),
});
type FunctionResource = Resource<z.infer<typeof functionInputs>>;

/** As the program writes it into a function's environment. */
const googleTokenService = "https://sts.googleapis.com";
/** A port at which nobody listens: a function must never reach the real Google Cloud from here. */
const nowhere = "http://127.0.0.1:9";
/** A child without work for this long ends; the next invocation starts cold. */
const idleMs = 30_000;

export function createLambdas(options: LambdaOptions): Lambdas {
  const logs = join(options.stateDirectory, "logs");
  mkdirSync(logs, { recursive: true });
  const pools = options.graph.all("aws:lambda/function:Function", functionInputs).map((resource) => ({
    resource,
    pool: createPool(resource, options, (line) => {
      appendFileSync(join(logs, `${resource.physicalName}.log`), `${line}\n`);
      options.onLine?.(resource.physicalName, line);
    }),
  }));
  return {
    invoke(nameOrArn, event) {
      const found = pools.find(({ resource }) => [resource.arn, resource.physicalName].includes(nameOrArn));
      if (!found)
        return Promise.reject(
          lambdaError({
            errorType: "Lambda.ResourceNotFoundException",
            errorMessage: `Function not found: ${nameOrArn}`,
            trace: [],
          }),
        );
      return found.pool.invoke(event);
    },
    async close() {
      await Promise.all(pools.map(({ pool }) => pool.close()));
    },
  };
}

/** The sandboxes of one function: warm ones first, new ones up to the limit, then a queue. */
function createPool(resource: FunctionResource, options: LambdaOptions, onLine: (line: string) => void) {
  const { inputs } = resource;
  const limit = Math.min(inputs.reservedConcurrentExecutions ?? Number.POSITIVE_INFINITY, availableParallelism());
  const sandboxes = new Set<Sandbox>();
  const idle: { readonly sandbox: Sandbox; readonly timer: NodeJS.Timeout }[] = [];
  const waiting: { resolve(sandbox: Sandbox): void; reject(reason: Error): void }[] = [];
  let prepared: { directory: string; environment: Record<string, string> } | undefined;
  let closed = false;

  const start = () => {
    if (closed) throw stopped(resource.physicalName);
    prepared ??= prepare(resource, options);
    const { memorySize: memoryMb, timeout: timeoutS } = inputs;
    const sandbox = startSandbox({ ...prepared, memoryMb, timeoutS, onLine });
    sandboxes.add(sandbox);
    if (sandbox.pid !== undefined) options.onStart?.(resource.physicalName, sandbox.pid);
    return sandbox;
  };
  const acquire = (): Promise<Sandbox> | Sandbox => {
    for (let warm = idle.pop(); warm; warm = idle.pop()) {
      clearTimeout(warm.timer);
      if (warm.sandbox.alive()) return warm.sandbox;
      sandboxes.delete(warm.sandbox);
    }
    if (sandboxes.size < limit) return start();
    return new Promise((resolveTurn, reject) => {
      waiting.push({ resolve: resolveTurn, reject });
    });
  };
  const release = (sandbox: Sandbox) => {
    if (!sandbox.alive()) sandboxes.delete(sandbox);
    if (closed) return;
    const next = waiting.shift();
    if (next) next.resolve(sandbox.alive() ? sandbox : start());
    else if (sandbox.alive()) idle.push({ sandbox, timer: setTimeout(() => retire(sandbox), idleMs).unref() });
  };
  const retire = (sandbox: Sandbox) => {
    idle.splice(
      idle.findIndex((entry) => entry.sandbox === sandbox),
      1,
    );
    sandboxes.delete(sandbox);
    void sandbox.stop();
  };
  return {
    async invoke(event: unknown) {
      const sandbox = await acquire();
      try {
        return await sandbox.invoke(event, randomUUID());
      } finally {
        release(sandbox);
      }
    },
    async close() {
      closed = true;
      for (const { reject } of waiting.splice(0)) reject(stopped(resource.physicalName));
      await Promise.all([...sandboxes].map((sandbox) => sandbox.stop()));
    },
  };
}

const stopped = (functionName: string) =>
  lambdaError({
    errorType: "LocalCloudStopped",
    errorMessage: `${functionName} was stopped with the local cloud.`,
    trace: [],
  });

function prepare(
  { arn, physicalName, inputs }: FunctionResource,
  { identities, s3Endpoint, googleEndpoint = nowhere, stateDirectory }: LambdaOptions,
) {
  const directory = resolve(stateDirectory, "functions", physicalName);
  const scratch = resolve(stateDirectory, "tmp", physicalName);
  layOutArchive(inputs.code, directory, projectDirectory);
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  const { accessKeyId, secretAccessKey } = identities.assume(inputs.role, {
    service: "lambda.amazonaws.com",
    sourceArn: arn,
  });
  const environment = {
    ...Object.fromEntries(
      Object.entries(inputs.environment.variables).map(([name, value]) => [
        name,
        value.replaceAll(googleTokenService, googleEndpoint),
      ]),
    ),
    BIGQUERY_EMULATOR_HOST: googleEndpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_ENDPOINT_URL_S3: s3Endpoint,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_LAMBDA_FUNCTION_NAME: physicalName,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(inputs.memorySize),
    WATTLAKE_FUNCTION_ARN: arn ?? physicalName,
    _HANDLER: inputs.handler,
    TZ: ":UTC",
    // No profile of the user's machine may reach a function.
    HOME: directory,
    TMPDIR: scratch,
  };
  return { directory, environment };
}
