/** The sandboxes of one function: warm ones first, new ones up to the limit, then a queue. */
import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import { type FunctionResource, type FunctionSurroundings, prepare } from "./environment";
import { lambdaError, type Sandbox, startSandbox } from "./sandbox";

export interface PoolOptions extends FunctionSurroundings {
  readonly onLine: (line: string) => void;
  /** Hears of every process that starts. */
  readonly onStart: (pid: number) => void;
}

/** A child without work for this long ends; the next invocation starts cold. */
const idleMs = 30_000;

export function createPool(resource: FunctionResource, options: PoolOptions) {
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
    const sandbox = startSandbox({ ...prepared, memoryMb, timeoutS, onLine: options.onLine });
    sandboxes.add(sandbox);
    if (sandbox.pid !== undefined) options.onStart(sandbox.pid);
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
