/** One child process that runs a Lambda's archive: at most one invocation at a time, its time limit kept. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { z } from "zod";

export interface SandboxOptions {
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly timeoutS: number;
  readonly onLine: (line: string) => void;
}

export interface Sandbox {
  readonly pid: number | undefined;
  readonly alive: () => boolean;
  /** Resolves with the handler's result; rejects with a Lambda error (see `lambdaError`). */
  invoke(event: unknown, requestId: string): Promise<unknown>;
  stop(): Promise<void>;
}

const failureSchema = z.object({ errorType: z.string(), errorMessage: z.string(), trace: z.array(z.string()) });
const replySchema = z.union([z.object({ result: z.string() }), z.object({ error: failureSchema })]);
export type LambdaFailure = z.infer<typeof failureSchema>;

/** An error as Step Functions sees it: `name` is the error type that Retry and Catch match. */
export const lambdaError = (failure: LambdaFailure) =>
  Object.assign(new Error(failure.errorMessage), { name: failure.errorType, cause: failure });

export function startSandbox(options: SandboxOptions): Sandbox {
  const child = fork(join(__dirname, "lambda-child.cjs"), {
    cwd: options.directory,
    execArgv: ["--preserve-symlinks", "--preserve-symlinks-main", ...heapLimits(options.memoryMb)],
    env: { ...options.environment, LAMBDA_TASK_ROOT: options.directory },
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  // After its last line; a child that cannot be started has an error first.
  const ended = once(child, "close").catch(() => undefined);
  child.on("error", () => undefined);
  for (const stream of [child.stdout, child.stderr]) forwardLines(stream, options.onLine);
  const alive = () => child.connected && child.exitCode === null && child.signalCode === null;

  return {
    pid: child.pid,
    alive,
    async invoke(event, requestId) {
      const deadline = Date.now() + options.timeoutS * 1000;
      const answer = receive(child, options, requestId);
      child.send({ event, requestId, deadline });
      const reply = replySchema.parse(await answer);
      if ("error" in reply) throw lambdaError(reply.error);
      const result: unknown = JSON.parse(reply.result);
      return result;
    },
    async stop() {
      if (alive()) child.kill("SIGKILL");
      await ended;
    },
  };
}

/** The shares of its memory that Lambda's own runtime gives the heap: 90 % old and 5 % young generation. */
const heapLimits = (memoryMb: number) => [
  `--max-old-space-size=${Math.floor(memoryMb * 0.9)}`,
  `--max-semi-space-size=${Math.max(1, Math.floor(memoryMb * 0.05))}`,
];

/** The child's next message; rejects when it dies first, and kills it when its time is over. */
function receive(child: ChildProcess, { timeoutS }: SandboxOptions, requestId: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill("SIGKILL");
    }, timeoutS * 1000);
    const settle = (work: () => void) => {
      clearTimeout(timer);
      child.off("message", onMessage).off("exit", onExit).off("error", onError);
      work();
    };
    const onMessage = (message: unknown) => settle(() => resolve(message));
    const onExit = (code: number | null, signal: string | null) =>
      settle(() => {
        const [errorType, errorMessage] = timedOut
          ? ["Sandbox.Timedout", `RequestId: ${requestId} Error: Task timed out after ${timeoutS.toFixed(2)} seconds`]
          : [
              "Runtime.ExitError",
              `RequestId: ${requestId} Error: Runtime exited with error: ${signal ?? `exit status ${code}`}`,
            ];
        reject(lambdaError({ errorType, errorMessage, trace: [] }));
      });
    const onError = (error: NodeJS.ErrnoException) => {
      // The process has ended since it was last used: its exit tells how.
      if (error.code === "EPIPE") return;
      settle(() => reject(lambdaError({ errorType: "Runtime.ExitError", errorMessage: error.message, trace: [] })));
    };
    child.on("message", onMessage).on("exit", onExit).on("error", onError);
  });
}

function forwardLines(stream: NodeJS.ReadableStream | null, onLine: (line: string) => void): void {
  let rest = "";
  stream?.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(onLine);
  });
  stream?.on("end", () => {
    if (rest) onLine(rest);
  });
}
