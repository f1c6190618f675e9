/** Runs the whole program for a stack under Pulumi's mocks and returns every resource that it registers. */
import { join } from "node:path";
import type * as Pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { answerInvoke, computeFields } from "../../local/program/computed";
import { readStackConfig } from "../../local/program/stack-config";

export interface SynthesizedResource {
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** Resolved; archives as `{assets: {path: text or undefined}}`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Logical name of the parent, undefined for what the stack holds itself. */
  readonly parent: string | undefined;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
}

export interface Synthesis {
  readonly resources: readonly SynthesizedResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Resources of a type, for example `aws:s3/bucket:Bucket`. */
  ofType(type: string): readonly SynthesizedResource[];
  /** The resource of this logical name and type. @throws where there is none. */
  get(type: string, name: string): SynthesizedResource;
}

const record = z.record(z.string(), z.unknown());
const projectDirectory = join(__dirname, "..", "..");

/** `changes` replaces whole keys of `Pulumi.<stack>.yaml`, for example `{"wattlake:ingest": {delivery: "direct"}}`. */
export async function synthesize(stack: string, changes: Record<string, unknown> = {}): Promise<Synthesis> {
  jest.resetModules();
  const pulumi: typeof Pulumi = require("@pulumi/pulumi");
  const { project, values } = readStackConfig(projectDirectory, stack);
  const flat = Object.entries({ ...values, ...changes });
  pulumi.runtime.setAllConfig(
    Object.fromEntries(flat.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)])),
  );

  const inputs = new Map<string, Promise<unknown>>();
  const options = new Map<string, Pulumi.ResourceOptions>();
  const keyOf = (type: string, name: string) => `${type} ${name}`;
  await pulumi.runtime.setMocks(
    {
      newResource(args) {
        inputs.set(keyOf(args.type, args.name), plain(args.inputs));
        return computeFields(args.type, args.name, record.parse(args.inputs));
      },
      call: ({ token }) => answerInvoke(token),
    },
    project,
    stack,
    false,
    "test",
  );
  let failure: { error: unknown } | undefined;
  const exported = await pulumi.runtime.runInPulumiStack(async () => {
    pulumi.runtime.registerStackTransformation(({ type, name, opts }) => {
      options.set(keyOf(type, name), opts);
      return undefined;
    });
    // An exception that leaves the stack would end the whole test process.
    try {
      return require("../../index");
    } catch (error) {
      failure = { error };
      return {};
    }
  });
  if (failure) {
    await pulumi.runtime.disconnect();
    throw failure.error;
  }
  const outputs = record.parse(await resolve(exported ?? {}));
  await pulumi.runtime.disconnect();

  const resources = await Promise.all(
    [...inputs].map(async ([key, input]) => {
      const [type = "", name = ""] = key.split(" ");
      const { parent, protect, retainOnDelete } = options.get(key) ?? {};
      const parentName =
        parent &&
        z
          .string()
          .parse(await resolve(parent.urn))
          .split("::")
          .at(-1);
      return {
        type,
        name,
        inputs: record.parse(await input),
        parent: parentName?.startsWith(`${project}-${stack}`) ? undefined : parentName,
        protect: protect === true,
        retainOnDelete: retainOnDelete === true,
      };
    }),
  );
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  return {
    resources,
    outputs,
    ofType,
    get(type, name) {
      const found = ofType(type).find((resource) => resource.name === name);
      if (!found) throw new Error(`no ${type} ${name}; there are: ${ofType(type).map((each) => each.name)}`);
      return found;
    },
  };

  function resolve(value: Pulumi.Input<object | string>): Promise<unknown> {
    return new Promise((done) => pulumi.output(value).apply(done));
  }

  /** Archives as the texts of their assets; everything else as it is. */
  async function plain(value: unknown): Promise<unknown> {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return Promise.all(value.map(plain));
    if (value instanceof pulumi.asset.StringAsset) return value.text;
    if (value instanceof pulumi.asset.FileAsset || value instanceof pulumi.asset.FileArchive) return undefined;
    if (value instanceof pulumi.asset.AssetArchive) return { assets: await plain(await value.assets) };
    const entries = Object.entries(value).map(async ([key, item]) => [key, await plain(item)] as const);
    return Object.fromEntries(await Promise.all(entries));
  }
}
