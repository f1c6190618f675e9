// One Lambda sandbox: loads the archive in the current folder, answers one invocation after the other over IPC.
// A module that the archive does not hold cannot be loaded, although the project's own packages are in reach.
const { readFileSync } = require("node:fs");
const { registerHooks } = require("node:module");
const { join, sep } = require("node:path");
const { fileURLToPath } = require("node:url");
const { logAsJson } = require("./lambda-console.cjs");

const root = process.env.LAMBDA_TASK_ROOT;
const [file, name] = process.env._HANDLER.split(".");
let handler;
let current;
if (process.env.AWS_LAMBDA_LOG_FORMAT === "JSON") logAsJson(() => current);

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    if (resolved.url.startsWith("file:") && !fileURLToPath(resolved.url).startsWith(root + sep))
      throw Object.assign(new Error(`Cannot find module '${specifier}': it is not in the function's archive`), {
        name: "Runtime.ImportModuleError",
      });
    return resolved;
  },
});

const describe = (error) =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };

const contextOf = ({ requestId, deadline }) => ({
  awsRequestId: requestId,
  functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
  functionVersion: "$LATEST",
  invokedFunctionArn: process.env.WATTLAKE_FUNCTION_ARN,
  memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
  logGroupName: `/aws/lambda/${process.env.AWS_LAMBDA_FUNCTION_NAME}`,
  logStreamName: String(process.pid),
  getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
});

// Ctrl-C reaches the whole group; the parent decides when this ends.
process.on("SIGINT", () => {});
process.on("disconnect", () => process.exit(0));
/** Whether Lambda's own log reports an invocation: with the level WARN only one that failed. */
const isReported = ({ error }) => process.env.WATTLAKE_SYSTEM_LOG_LEVEL !== "WARN" || error !== undefined;
/** The most memory that this program has held, kB. What `resourceUsage` tells may be the parent's: Linux keeps it over a fork. */
const peakKb = () => {
  try {
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))[1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
};
/** As Lambda's own log reports an invocation; the maximum is the sandbox's, over all its invocations. */
const report = (requestId, started) => ({
  type: "platform.report",
  record: {
    requestId,
    metrics: {
      durationMs: Math.round(performance.now() - started),
      maxMemoryUsedMB: Math.ceil(peakKb() / 1024),
    },
  },
});

const answer = async ({ event, ...invocation }) => {
  try {
    handler ??= require(join(root, `${file}.js`))[name];
    return { result: JSON.stringify((await handler(event, contextOf(invocation))) ?? null) };
  } catch (error) {
    return { error: describe(error) };
  }
};

process.on("message", async (invocation) => {
  const started = performance.now();
  current = invocation.requestId;
  const reply = await answer(invocation);
  // The report is out before the answer: who has the answer may end the sandbox.
  if (isReported(reply)) process.stdout.write(`${JSON.stringify(report(invocation.requestId, started))}\n`);
  process.send(reply);
});
