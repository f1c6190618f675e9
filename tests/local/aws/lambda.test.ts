/** Lambda sandboxes: what the function sees, how its failures come back, and that its archive is all it has. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createIdentities } from "../../../local/aws/iam/identity";
import { layOutArchive } from "../../../local/aws/lambda/archive";
import { type Lambdas, openLambdas } from "../../../local/aws/lambda/functions";
import { startSandbox } from "../../../local/aws/lambda/sandbox";
import { createGraph } from "../../../local/program/graph";

const roleArn = "arn:aws:iam::123456789012:role/worker";
const trust = (Service: string) => ({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service } },
});

let stateDirectory: string;
let lambdas: Lambdas;

function start(code: string, { packages = [] as string[], inputs = {}, service = "lambda.amazonaws.com" } = {}) {
  const assets = Object.fromEntries(packages.map((name) => [`node_modules/${name}`, { path: `node_modules/${name}` }]));
  const graph = createGraph([
    {
      type: "aws:iam/role:Role",
      name: "worker",
      id: "worker",
      custom: true,
      inputs: { assumeRolePolicy: trust(service) },
      state: { arn: roleArn, name: "worker" },
    },
    {
      type: "aws:lambda/function:Function",
      name: "f",
      id: "f",
      custom: true,
      inputs: { role: roleArn, timeout: 60, code: { assets: { "__index.js": { text: code }, ...assets } }, ...inputs },
      state: { arn: "arn:aws:lambda:eu-central-1:123456789012:function:f", name: "f" },
    },
  ]);
  lambdas = openLambdas(graph, {
    identities: createIdentities(graph),
    s3Endpoint: "http://127.0.0.1:9",
    stateDirectory,
  });
  return lambdas;
}

beforeEach(() => {
  stateDirectory = mkdtempSync(join(tmpdir(), "wattlake-lambda-"));
});
afterEach(async () => {
  await lambdas.close();
  rmSync(stateDirectory, { recursive: true });
});

it("gives the function its own environment and nothing of this process", async () => {
  process.env.WATTLAKE_LEAK = "yes";
  const { invoke } = start("exports.handler = async () => process.env", {
    inputs: { environment: { variables: { LAKE_BUCKET: "lake" } }, memorySize: 256 },
  });
  const environment = await invoke("f", {});
  delete process.env.WATTLAKE_LEAK;
  expect(environment).toMatchObject({
    LAKE_BUCKET: "lake",
    AWS_REGION: "eu-central-1",
    AWS_ENDPOINT_URL_S3: "http://127.0.0.1:9",
    AWS_LAMBDA_FUNCTION_NAME: "f",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
    AWS_ACCESS_KEY_ID: expect.stringMatching(/^LOCAL/),
  });
  expect(environment).not.toHaveProperty("WATTLAKE_LEAK");
  expect(environment).not.toHaveProperty("PATH");
});

it("keeps a sandbox warm, and answers by name and ARN", async () => {
  const { invoke } = start("let n = 0; exports.handler = async (event, context) => [++n, event, context.functionName]");
  expect(await invoke("f", { a: 1 })).toEqual([1, { a: 1 }, "f"]);
  expect(await invoke("arn:aws:lambda:eu-central-1:123456789012:function:f", null)).toEqual([2, null, "f"]);
  await expect(invoke("g", {})).rejects.toMatchObject({ name: "Lambda.ResourceNotFoundException" });
});

it("returns null for no result, and the type and message of an error", async () => {
  const { invoke } = start(`exports.handler = async (event) => {
    if (event === "own") throw Object.assign(new Error("no such day"), { name: "MissingDay" });
    if (event === "text") throw "plain";
  }`);
  expect(await invoke("f", "fine")).toBeNull();
  await expect(invoke("f", "own")).rejects.toMatchObject({
    name: "MissingDay",
    message: "no such day",
    cause: {
      errorType: "MissingDay",
      errorMessage: "no such day",
      trace: expect.arrayContaining([expect.stringContaining("__index.js")]),
    },
  });
  await expect(invoke("f", "text")).rejects.toMatchObject({ name: "string", message: "plain" });
});

it("starts a new sandbox after one died, and serves the waiting calls", async () => {
  const { invoke } = start("exports.handler = async (event) => (event === 'die' ? process.exit(3) : event)", {
    inputs: { reservedConcurrentExecutions: 1 },
  });
  const results = await Promise.allSettled([invoke("f", "die"), invoke("f", "a"), invoke("f", "b")]);
  expect(results).toMatchObject([
    { status: "rejected", reason: { name: "Runtime.ExitError", message: expect.stringContaining("exit status 3") } },
    { status: "fulfilled", value: "a" },
    { status: "fulfilled", value: "b" },
  ]);
});

it("kills a function that does not come back in time", async () => {
  const { invoke } = start("exports.handler = () => { for (;;); }", { inputs: { timeout: 1 } });
  await expect(invoke("f", {})).rejects.toMatchObject({
    name: "Sandbox.Timedout",
    message: expect.stringContaining("Task timed out after 1.00 seconds"),
  });
});

it("loads the archive's packages and builtins, and no other package of the project", async () => {
  const { invoke } = start("exports.handler = async (name) => typeof require(name)", { packages: ["zod"] });
  expect(await invoke("f", "zod")).toBe("object");
  expect(await invoke("f", "node:zlib")).toBe("object");
  await expect(invoke("f", "yaml")).rejects.toMatchObject({ message: expect.stringContaining("yaml") });
});

it("refuses even what Node itself would find above the archive", async () => {
  rmSync(stateDirectory, { recursive: true });
  const withinProject = join(__dirname, "../../../.wattlake");
  mkdirSync(withinProject, { recursive: true });
  stateDirectory = mkdtempSync(join(withinProject, "test-"));
  const { invoke } = start("exports.handler = async (name) => typeof (await import(name))", { packages: ["zod"] });
  expect(await invoke("f", "zod")).toBe("object");
  for (const name of ["yaml", "../../../../package.json"])
    await expect(invoke("f", name)).rejects.toMatchObject({
      name: "Runtime.ImportModuleError",
      message: `Cannot find module '${name}': it is not in the function's archive`,
    });
});

it("appends the function's lines to its log", async () => {
  const { invoke } = start(
    "exports.handler = async () => { console.log(JSON.stringify({ level: 'info' })); console.error('x'); }",
  );
  await invoke("f", {});
  await lambdas.close();
  const log = readFileSync(join(stateDirectory, "logs/f.log"), "utf8");
  const [report, ...lines] = log
    .split("\n")
    .sort((a, b) => Number(b.includes("report")) - Number(a.includes("report")));
  expect(lines.sort()).toEqual(["", "x", '{"level":"info"}'].sort());
  expect(JSON.parse(report ?? "").record.metrics.maxMemoryUsedMB).toBeGreaterThan(10);
});

it("reports the memory of the function, not what its parent holds", async () => {
  const held = Buffer.alloc(500e6, 1);
  const { invoke } = start("exports.handler = async (bytes) => Buffer.alloc(bytes, 1).length");
  const peakOf = async (bytes: number) => {
    await invoke("f", bytes);
    await new Promise((resolve) => setImmediate(resolve));
    const reports = readFileSync(join(stateDirectory, "logs/f.log"), "utf8").trimEnd().split("\n");
    return JSON.parse(reports.at(-1) ?? "").record.metrics.maxMemoryUsedMB;
  };
  const small = await peakOf(1);
  expect(small).toBeLessThan(150);
  expect(await peakOf(100e6)).toBeGreaterThan(small + 80);
  expect(held.length).toBe(500e6);
});

it("logs as Lambda's runtime does under the JSON format: an object keeps its fields, a text is a text", async () => {
  const { invoke } = start(
    `exports.handler = async () => {
      console.log({ unit: "step", messages: 2 });
      console.warn("a", { b: 1 });
      console.error(Object.assign(new Error("broken"), { name: "Odd" }));
    }`,
    { inputs: { loggingConfig: { logFormat: "JSON" } } },
  );
  await invoke("f", {});
  await lambdas.close();
  const log = readFileSync(join(stateDirectory, "logs/f.log"), "utf8").trimEnd().split("\n");
  const [first, second, third, report] = log.map((line) => JSON.parse(line));
  const head = { timestamp: expect.stringMatching(/Z$/), requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) };
  expect(first).toEqual({ ...head, level: "INFO", message: { unit: "step", messages: 2 } });
  expect(second).toEqual({ ...head, level: "WARN", message: "a { b: 1 }" });
  expect(third).toMatchObject({ level: "ERROR", message: { errorType: "Odd", errorMessage: "broken" } });
  expect(report).toMatchObject({ type: "platform.report", record: { requestId: first.requestId } });
});

it("with the system's log level WARN reports only what failed", async () => {
  const { invoke } = start("exports.handler = async (event) => { if (event === 'fail') throw new Error(event); }", {
    inputs: { loggingConfig: { logFormat: "JSON", systemLogLevel: "WARN" }, reservedConcurrentExecutions: 1 },
  });
  await invoke("f", "fine");
  await expect(invoke("f", "fail")).rejects.toThrow("fail");
  await lambdas.close();
  const log = readFileSync(join(stateDirectory, "logs/f.log"), "utf8").trimEnd().split("\n");
  expect(log).toEqual([expect.stringContaining("platform.report")]);
});

it("does not start a function whose role Lambda may not assume", async () => {
  const { invoke } = start("exports.handler = async () => 1", { service: "iot.amazonaws.com" });
  await expect(invoke("f", {})).rejects.toMatchObject({
    name: "AccessDenied",
    message: expect.stringContaining("worker"),
  });
});

it("starts nothing more once it is closed", async () => {
  const { invoke, close } = start("exports.handler = async () => new Promise(() => undefined)", {
    inputs: { reservedConcurrentExecutions: 1 },
  });
  const calls = Promise.allSettled([invoke("f", 1), invoke("f", 2)]);
  await close();
  expect(await calls).toMatchObject([
    { reason: { name: "Runtime.ExitError" } },
    { reason: { name: "LocalCloudStopped" } },
  ]);
  await expect(invoke("f", 3)).rejects.toMatchObject({ name: "LocalCloudStopped" });
});

it("leaves no child process behind", async () => {
  const lines: string[] = [];
  const directory = stateDirectory;
  start("");
  layOutArchive(
    { assets: { "__index.js": { text: "exports.handler = async () => process.pid" } } },
    join(directory, "g"),
    "/",
  );
  const environment = { _HANDLER: "__index.handler" };
  const sandbox = startSandbox({
    directory: join(directory, "g"),
    environment,
    memoryMb: 64,
    timeoutS: 60,
    onLine: (line) => lines.push(line),
  });
  const pid = await sandbox.invoke({}, "1");
  await sandbox.stop();
  expect(sandbox.alive()).toBe(false);
  expect(() => process.kill(Number(pid), 0)).toThrow("ESRCH");
});
