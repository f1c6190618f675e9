/**
 * Carries out the `aws.lambda.Function`s of the graph: the serialized archive itself, in child processes, with the
 * function's own environment, role, memory and time limit.
 */
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Graph } from "../../program/graph";
import type { World } from "../../world";
import { type FunctionResource, type FunctionSurroundings, functionInputs } from "./environment";
import { createPool } from "./pool";
import { lambdaError } from "./sandbox";

/** The state folder also gets `logs/`, a file a function. */
export interface LambdaOptions extends FunctionSurroundings, Partial<Pick<World, "cloudWatch">> {
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

export function openLambdas(graph: Graph, options: LambdaOptions): Lambdas {
  const logs = join(options.stateDirectory, "logs");
  mkdirSync(logs, { recursive: true });
  // Of all functions together.
  const throttled = options.cloudWatch?.counter({ namespace: "AWS/Lambda", metricName: "Throttles" });
  const pools = graph.all("aws:lambda/function:Function", functionInputs).map((resource) => ({
    resource,
    errors: options.cloudWatch?.counter({
      namespace: "AWS/Lambda",
      metricName: "Errors",
      dimensions: { FunctionName: resource.physicalName },
    }),
    pool: createPool(resource, {
      ...options,
      onLine(line) {
        options.usage?.count("log_byte", Buffer.byteLength(line) + 1, resource.physicalName);
        appendFileSync(join(logs, `${resource.physicalName}.log`), `${line}\n`);
        const { logGroup } = resource.inputs.loggingConfig;
        if (logGroup !== undefined) options.cloudWatch?.log(logGroup, line);
        options.onLine?.(resource.physicalName, line);
      },
      onStart: (pid) => options.onStart?.(resource.physicalName, pid),
    }),
  }));
  const metered = async ({ physicalName, inputs }: FunctionResource, invoke: () => Promise<unknown>) => {
    const began = performance.now();
    try {
      return await invoke();
    } finally {
      const seconds = (performance.now() - began) / 1000;
      options.usage?.count("lambda_request", 1, physicalName);
      options.usage?.count("lambda_gib_second", (seconds * inputs.memorySize) / 1024, physicalName);
    }
  };
  return {
    async invoke(nameOrArn, event) {
      const found = pools.find(({ resource }) => [resource.arn, resource.physicalName].includes(nameOrArn));
      if (!found)
        throw lambdaError({
          errorType: "Lambda.ResourceNotFoundException",
          errorMessage: `Function not found: ${nameOrArn}`,
          trace: [],
        });
      // Of any other share of the concurrency a call waits its turn here: the sandboxes of a computer are few.
      const isRefused = found.resource.inputs.reservedConcurrentExecutions === 0;
      throttled?.(isRefused ? 1 : 0);
      if (isRefused) {
        const errorMessage = `Rate Exceeded: ${found.resource.physicalName} may not run at all.`;
        throw lambdaError({ errorType: "TooManyRequestsException", errorMessage, trace: [] });
      }
      try {
        const result = await metered(found.resource, () => found.pool.invoke(event));
        found.errors?.(0);
        return result;
      } catch (error) {
        found.errors?.(1);
        throw error;
      }
    },
    async close() {
      await Promise.all(pools.map(({ pool }) => pool.close()));
    },
  };
}
