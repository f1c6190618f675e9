/**
 * The child process of `synth.ts`: runs the whole program for a stack under Pulumi's mocks and sends what it registers.
 * A process of its own, because the Pulumi runtime is global state and heavy.
 */
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { answerInvoke, computeFields } from "../../local/program/computed";
import { readStackConfig } from "../../local/program/stack-config";
import { shortenStackTraces } from "../../local/program/stack-traces";
import type { Registrations } from "./synth";

const request = z.object({ stack: z.string(), changes: z.record(z.string(), z.unknown()) });
const record = z.record(z.string(), z.unknown());
const projectDirectory = join(__dirname, "..", "..");

async function run(input: unknown): Promise<Registrations> {
  const { stack, changes } = request.parse(input);
  shortenStackTraces();
  const { project, values } = readStackConfig(projectDirectory, stack);
  const flat = Object.entries({ ...values, ...changes });
  pulumi.runtime.setAllConfig(
    Object.fromEntries(flat.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)])),
  );

  const inputs = new Map<string, Promise<unknown>>();
  const options = new Map<string, pulumi.ResourceOptions>();
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
  const exported = await pulumi.runtime.runInPulumiStack(async () => {
    pulumi.runtime.registerStackTransformation(({ type, name, opts }) => {
      options.set(keyOf(type, name), opts);
      return undefined;
    });
    return require("../../index");
  });
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
  return { resources, outputs };
}

function resolve(value: pulumi.Input<object | string>): Promise<unknown> {
  return new Promise((done) => pulumi.output(value).apply(done));
}

/** Archives as the texts of their assets, files by their paths; everything else as it is. */
async function plain(value: unknown): Promise<unknown> {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return Promise.all(value.map(plain));
  if (value instanceof pulumi.asset.StringAsset) return value.text;
  if (value instanceof pulumi.asset.FileAsset) return { path: await value.path };
  if (value instanceof pulumi.asset.FileArchive) return undefined;
  if (value instanceof pulumi.asset.AssetArchive) return { assets: await plain(await value.assets) };
  const entries = Object.entries(value).map(async ([key, item]) => [key, await plain(item)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

process.once("message", (input) => {
  run(input).then(
    (registrations) => process.send?.(registrations, () => process.exit(0)),
    (error: unknown) => {
      process.stderr.write(error instanceof Error ? String(error.stack) : String(error), () => process.exit(1));
    },
  );
});
process.on("disconnect", () => process.exit(1));
