/**
 * Pulumi's own Node.js loader, as the CLI starts it, against a fake engine: tells that the program starts, what it
 * registers, and what a user reads where it refuses. It does not prove that a provider accepts the inputs.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { GetRootResourceRequest, LogRequest, SetRootResourceRequest } from "@pulumi/pulumi/proto/engine_pb";
import { GetRootResourceResponse, LogSeverity, SetRootResourceResponse } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  type RegisterResourceRequest,
  RegisterResourceResponse,
  type ResourceInvokeRequest,
  ResourceInvokeResponse,
  type SupportsFeatureRequest,
  SupportsFeatureResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { z } from "zod";
import { answerInvoke, computeFields } from "../../local/program/computed";
import { readStackConfig } from "../../local/program/stack-config";

export interface Registration {
  readonly urn: string;
  /** Whether a provider keeps it; otherwise it is a component or the stack. */
  readonly custom: boolean;
  readonly type: string;
  readonly name: string;
  /** Logical name of the parent, empty for the stack. */
  readonly parent: string;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  /** As the engine gets them; a file's text of an archive is at `code.assets.<path>.text`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** URNs of what must be there first. */
  readonly dependencies: readonly string[];
  /** Those of them that its inputs come from. */
  readonly inputDependencies: readonly string[];
  /** Paths of inputs whose change replaces it. */
  readonly replaceOnChanges: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

export interface LoadedProgram {
  readonly exitCode: number | null;
  readonly registrations: readonly Registration[];
  /** What the CLI would show, a message a line. */
  readonly messages: readonly string[];
}

const projectDirectory = join(__dirname, "..", "..");
const record = z.record(z.string(), z.unknown());
const lastOf = (urn: string) => urn.split("::").at(-1) ?? "";

type Call<Request> = { readonly request: Request };
type Reply<Response> = (error: null, response: Response) => void;

/** A Pulumi project: its name and its folder, seen from the program's own. */
export interface LoadedProject {
  readonly name: string;
  readonly folder: string;
  /** As its `Pulumi.yaml` says, seen from its folder. */
  readonly tsconfig: string;
}

/** The configuration of one of the program's stacks as the CLI hands it over; `changes` replaces whole keys. */
export function flatConfig(stack: string, changes: Record<string, unknown> = {}): Record<string, string> {
  const { values } = readStackConfig(projectDirectory, stack);
  const entries = Object.entries({ ...values, ...changes });
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

/** Loads the project's `index.ts`, the program's where none is named, with the given flat configuration. */
export async function loadProgram(
  stack: string,
  config: Record<string, string>,
  project: LoadedProject = { name: "wattlake", folder: ".", tsconfig: "tsconfig.json" },
): Promise<LoadedProgram> {
  const registrations: Registration[] = [];
  const messages: string[] = [];

  const monitor = {
    supportsFeature({ request }: Call<SupportsFeatureRequest>, reply: Reply<SupportsFeatureResponse>) {
      const answer = new SupportsFeatureResponse();
      answer.setHassupport(!["outputValues", "transforms"].includes(request.getId()));
      reply(null, answer);
    },
    registerResource({ request }: Call<RegisterResourceRequest>, reply: Reply<RegisterResourceResponse>) {
      const [type, name, parent] = [request.getType(), request.getName(), lastOf(request.getParent())];
      const [protect, retainOnDelete] = [request.getProtect() === true, request.getRetainondelete() === true];
      const inputs = record.parse(request.getObject()?.toJavaScript() ?? {});
      const urn = `urn:pulumi:${stack}::${project.name}::${type}::${name}`;
      const inputDependencies: string[] = [];
      request.getPropertydependenciesMap().forEach((property) => {
        inputDependencies.push(...property.getUrnsList());
      });
      registrations.push({
        ...{ urn, custom: request.getCustom(), type, name, parent, protect, retainOnDelete, inputs },
        dependencies: request.getDependenciesList(),
        inputDependencies,
        replaceOnChanges: request.getReplaceonchangesList(),
        deleteBeforeReplace: request.getDeletebeforereplace(),
      });
      const { id, state } = computeFields(type, name, inputs);
      const answer = new RegisterResourceResponse();
      answer.setUrn(urn);
      answer.setId(request.getCustom() ? id : "");
      answer.setObject(toStruct(state));
      reply(null, answer);
    },
    registerResourceOutputs: (_: unknown, reply: Reply<Empty>) => reply(null, new Empty()),
    invoke({ request }: Call<ResourceInvokeRequest>, reply: Reply<ResourceInvokeResponse>) {
      const answer = new ResourceInvokeResponse();
      answer.setReturn(toStruct(answerInvoke(request.getTok())));
      reply(null, answer);
    },
    signalAndWaitForShutdown: (_: unknown, reply: Reply<Empty>) => reply(null, new Empty()),
  };
  let root = "";
  const engine = {
    log({ request }: Call<LogRequest>, reply: Reply<Empty>) {
      if (request.getSeverity() !== LogSeverity.DEBUG) messages.push(request.getMessage());
      reply(null, new Empty());
    },
    setRootResource({ request }: Call<SetRootResourceRequest>, reply: Reply<SetRootResourceResponse>) {
      root = request.getUrn();
      reply(null, new SetRootResourceResponse());
    },
    getRootResource(_: Call<GetRootResourceRequest>, reply: Reply<GetRootResourceResponse>) {
      const answer = new GetRootResourceResponse();
      answer.setUrn(root);
      reply(null, answer);
    },
  };

  const server = new grpc.Server();
  server.addService(ResourceMonitorService, monitor);
  server.addService(EngineService, engine);
  const port = await listen(server);
  try {
    const exitCode = await runLoader(`127.0.0.1:${port}`, stack, config, project, messages);
    return { exitCode, registrations, messages };
  } finally {
    server.forceShutdown();
  }
}

function listen(server: grpc.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}

function runLoader(
  address: string,
  stack: string,
  config: Record<string, string>,
  { name, folder, tsconfig }: LoadedProject,
  messages: string[],
) {
  const directory = join(projectDirectory, folder);
  const loader = join(projectDirectory, "node_modules", "@pulumi", "pulumi", "cmd", "run");
  const flags = [`--monitor=${address}`, `--engine=${address}`, `--project=${name}`, `--stack=${stack}`];
  const child = spawn(process.execPath, [loader, ...flags, `--pwd=${directory}`, "./index.ts"], {
    cwd: directory,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      PULUMI_NODEJS_TYPESCRIPT: "true",
      PULUMI_NODEJS_TSCONFIG_PATH: tsconfig,
      PULUMI_CONFIG: JSON.stringify(config),
    },
    stdio: ["ignore", "inherit", "pipe"],
  });
  child.stderr.on("data", (chunk) => messages.push(String(chunk)));
  return new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  });
}

/** A message without what JSON does not know. */
const toStruct = (fields: Readonly<Record<string, unknown>>) =>
  Struct.fromJavaScript(JSON.parse(JSON.stringify(fields)));
