/** The callbacks as they are deployed: the serialized text of the program's own archives, read, bounded and executed. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { aggregationSteps } from "../../components/aws/aggregation-steps";
import { createIdentities } from "../../local/aws/iam/identity";
import { openLambdas } from "../../local/aws/lambda/functions";
import { createGraph, type Graph } from "../../local/program/graph";
import { registerDemo } from "../local/clouds";
import { referenceOf, run, type Steps, sourceSteps, startLakes } from "./lake";
import { gen1Line, gen2Line } from "./messages";

/** What a callback may load at run time: its packages and Node's own modules that it needs, nothing else. */
const allowed = ["@aws-sdk/client-s3/dist-cjs/index.js", "zod"];
const allowedBuiltins = ["crypto", "fs", "os", "path/posix", "stream", "stream/promises", "zlib"];

const steps = Object.entries(aggregationSteps);
const functionInputs = z.object({
  code: z.object({ assets: z.record(z.string(), z.object({ text: z.string().optional() })) }),
  environment: z.object({ variables: z.record(z.string(), z.string()) }),
});

let graph: Graph;
let lakes: Awaited<ReturnType<typeof startLakes>>;
const directory = mkdtempSync(join(tmpdir(), "wattlake-serialized-"));
beforeAll(async () => {
  jest.spyOn(console, "log").mockImplementation();
  graph = createGraph(await registerDemo());
  lakes = await startLakes();
});
afterAll(async () => {
  await lakes.close();
  rmSync(directory, { recursive: true, force: true });
});

const functionOf = (step: string) => {
  const suffix = step.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const found = graph.all("aws:lambda/function:Function", functionInputs).find(({ name }) => name.endsWith(suffix));
  if (!found) throw new Error(`no function for ${step}`);
  return found;
};
const textOf = (step: string) => functionOf(step).inputs.code.assets["__index.js"]?.text ?? "";

describe.each(steps)("%s", (step, { callbackFactory }) => {
  test("is the text that its factory serializes to, and holds no secret", async () => {
    const serialized = await pulumi.runtime.serializeFunction(callbackFactory, { isFactoryFunction: true });
    expect(serialized.containsSecrets).toBe(false);
    // ts-jest keeps comments, whatever tsconfig.json says; they are the only difference.
    const bare = serialized.text.replaceAll(/^\s*(\/\/|\/\*\* ?).*\n(\s*\* ?.*\n)*(\s*\*\/\n)?/gm, "");
    expect(textOf(step).trim()).toBe(bare.trim());
    expect(textOf(step)).not.toMatch(/AKIA[0-9A-Z]{16}|-----BEGIN|secretAccessKey/);
  });

  test("loads only what is on the list, and is small", () => {
    const text = textOf(step);
    const required = [...text.matchAll(/require\("([^"]+)"\)/g)].map(([, name]) => name ?? "");
    expect(required.filter((name) => ![...allowed, ...allowedBuiltins].includes(name))).toEqual([]);
    expect(required).toContain("zod");
    expect(text).not.toMatch(/\bimport\(/);
    expect(text.length).toBeLessThan(80_000);
  });

  test("carries no text of a comment: editing one is no change of code", () => {
    expect(textOf(step)).not.toMatch(/^\s*(\/\/|\/\*\*)/m);
  });
});

/** The text of a factory as it stands in a callback's text, up to the next one. */
function factoryIn(text: string, factory: string): string {
  const [, from] = text.split(`return function /*${factory}*/`);
  if (from === undefined) throw new Error(`no factory ${factory}`);
  return from.split("\n    }\n  }).apply(")[0] ?? "";
}

test.each([
  ["collectHour", "makeShellyParser"],
  ["collectHour", "makeSorter"],
  ["compileDay", "makeMerge"],
  ["compileDay", "makeRows"],
])("%s: %s looks up no `undefined` in its loops, which costs more than the loops themselves", (step, factory) => {
  const uses = factoryIn(textOf(step), factory).match(/.*\bundefined\b.*/g) ?? [];
  expect(uses.map((line) => line.trim())).toEqual(["const absent = undefined;"]);
});

test("the deployed texts and the source give the same lake, byte for byte", async () => {
  const reference = referenceOf({ a: "Europe/Warsaw" }, { from: "2025-05-20", to: "2025-07-31" });
  const at = (second: number) => Date.parse("2025-06-01T21:59:00Z") + second * 1000;
  const lines = Array.from({ length: 200 }, (_, i) => [
    gen1Line("em-a", i % 2, "power", i, at(i)),
    gen1Line("em-a", i % 2, "total", i * 10, at(i) + 3),
    gen2Line("g3-a", "em1:0", { act_power: -i, voltage: 230 }, at(i) - 90, at(i)),
    gen1Line("em-a", 0, "power", `bad ${i}`, at(i)),
  ]).flat();
  const now = "2025-06-03T12:00:00.000Z";
  const [fromSource, deployed] = [await lakes.open(reference), await lakes.open(reference)];
  for (const lake of [fromSource, deployed]) {
    await lake.putRaw("2025-06-01T21", "a.gz", lines.slice(0, 300));
    await lake.putRaw("2025-06-01T22", "b.json", lines.slice(300), "plain");
  }
  const expected = await run(sourceSteps(fromSource), { now });

  // The archives run as local mode runs them, but on this lake: the environment is the test's, the roles are not judged.
  const onThisLake: Graph = {
    resources: graph.resources,
    all: (type, schema) =>
      graph.all(type, schema).map((resource) => {
        const inputs = z.looseObject({ environment: z.unknown() }).safeParse(resource.inputs);
        if (type !== "aws:lambda/function:Function" || !inputs.success) return resource;
        return {
          ...resource,
          inputs: schema.parse({ ...inputs.data, environment: { variables: deployed.environment } }),
        };
      }),
  };
  const s3Endpoint = deployed.environment.AWS_ENDPOINT_URL_S3;
  const identities = createIdentities(graph);
  const lambdas = openLambdas(onThisLake, { identities, s3Endpoint, stateDirectory: directory });
  try {
    const call = (step: string) => async (event: unknown) =>
      lambdas.invoke(functionOf(step).physicalName, event) as Promise<never>;
    const deployedSteps: Steps = {
      plan: call("planRun"),
      collect: call("collectHour"),
      compile: call("compileDay"),
      link: call("linkDays"),
      archive: call("archiveDay"),
      commit: call("commitRun"),
    };
    expect(await run(deployedSteps, { now })).toEqual(expected);
    const all = await deployed.dump("");
    expect(Object.keys(all).map((key) => key.split("/")[0])).toEqual(
      expect.arrayContaining(["archive", "daily", "manifests", "quarantine", "staged"]),
    );
    expect(all).toEqual(await fromSource.dump(""));
    await expect(lambdas.invoke(functionOf("collectHour").physicalName, { hour: "soon" })).rejects.toMatchObject({
      name: "ZodError",
    });
  } finally {
    await lambdas.close();
  }
});
