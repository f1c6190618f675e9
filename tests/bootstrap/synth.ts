/** Runs the bootstrap under Pulumi's mocks with its own stack file, and returns what it registers. */
import { join } from "node:path";
import type * as Pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { answerInvoke, computeFields } from "../../local/program/computed";
import { readStackConfig } from "../../local/program/stack-config";

export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly protect: boolean;
}

const record = z.record(z.string(), z.unknown());

export async function synthesizeBootstrap() {
  jest.resetModules();
  const pulumi: typeof Pulumi = require("@pulumi/pulumi");
  const { project, stack, values } = readStackConfig(join(__dirname, "..", "..", "bootstrap"), "main");
  pulumi.runtime.setAllConfig(
    Object.fromEntries(
      Object.entries(values).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
    ),
  );
  const inputs = new Map<string, Record<string, unknown>>();
  const protection = new Map<string, boolean>();
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs: given }) {
        inputs.set(`${type} ${name}`, record.parse(given));
        const { id, state } = computeFields(type, name, record.parse(given));
        if (type === "aws:iam/openIdConnectProvider:OpenIdConnectProvider")
          return { id, state: { ...state, arn: "arn:aws:iam::123456789012:oidc-provider/github" } };
        return { id, state };
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
      protection.set(`${type} ${name}`, opts.protect === true);
      return undefined;
    });
    return require("../../bootstrap/index");
  });
  const outputs = await new Promise<unknown>((done) => pulumi.output(exported ?? {}).apply(done));
  await pulumi.runtime.disconnect();

  const resources = [...inputs].map(([key, given]): Registered => {
    const [type = "", name = ""] = key.split(" ");
    return { type, name, inputs: given, protect: protection.get(key) === true };
  });
  return {
    resources,
    outputs: record.parse(outputs),
    /** @throws where there is none. */
    get(name: string): Registered {
      const [found, second] = resources.filter((resource) => resource.name === name);
      if (!found || second) throw new Error(`${second ? "two resources" : "no resource"} of the name ${name}`);
      return found;
    },
  };
}
