/**
 * The child process of `graph.ts`: runs `index.ts` under Pulumi's mock monitor and sends every resource that it
 * registers to the parent. A process of its own, because the Pulumi runtime is global state and heavy.
 */
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { secretKeysVariable } from "../../configuration/plain-secrets";
import { answerInvoke, computeFields } from "./computed";
import { shortenStackTraces } from "./stack-traces";

const request = z.object({
  project: z.string(),
  stack: z.string(),
  program: z.string(),
  values: z.record(z.string(), z.unknown()),
  secretKeys: z.array(z.string()).default([]),
});

const toConfigText = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

/** Inputs as JSON: archives and assets by their text or path, everything else as it is. */
async function toJson(value: unknown): Promise<unknown> {
  if (value instanceof pulumi.asset.StringAsset) return { text: await value.text };
  if (value instanceof pulumi.asset.FileAsset) return { path: await value.path };
  if (value instanceof pulumi.asset.FileArchive) return { path: await value.path };
  if (value instanceof pulumi.asset.AssetArchive) return { assets: await toJson(await value.assets) };
  if (Array.isArray(value)) return Promise.all(value.map(toJson));
  if (typeof value === "object" && value !== null) {
    const entries = await Promise.all(
      Object.entries(value).map(async ([key, item]) => [key, await toJson(item)] as const),
    );
    return Object.fromEntries(entries);
  }
  return value;
}

async function run(input: unknown) {
  const { project, stack, program, values, secretKeys } = request.parse(input);
  const resources: unknown[] = [];
  shortenStackTraces();
  pulumi.runtime.setAllConfig(
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, toConfigText(value)])),
  );
  process.env[secretKeysVariable] = JSON.stringify(secretKeys);
  await pulumi.runtime.setMocks(
    {
      async newResource({ type, name, inputs, custom }) {
        const { id, state } = computeFields(type, name, z.record(z.string(), z.unknown()).parse(inputs));
        resources.push({
          type,
          name,
          id,
          custom: custom === true,
          inputs: await toJson(inputs),
          state: await toJson(state),
        });
        return { id, state };
      },
      call: ({ token }) => answerInvoke(token),
    },
    project,
    stack,
    false,
    "local",
  );
  await pulumi.runtime.runInPulumiStack(async () => require(program));
  await pulumi.runtime.disconnect();
  return resources;
}

const fail = (error: unknown) => {
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  process.send?.({ error: message, stack }, () => process.exit(1));
};
// The Pulumi runtime turns a failure of the program into an unhandled rejection.
process.on("unhandledRejection", fail);
process.on("uncaughtException", fail);
process.on("disconnect", () => process.exit(1));
process.once("message", (input) => {
  run(input).then((resources) => process.send?.({ resources }, () => process.exit(0)), fail);
});
