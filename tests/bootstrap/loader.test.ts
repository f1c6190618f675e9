/** The bootstrap under Pulumi's own loader, as `pulumi -C bootstrap up` starts it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { readStackConfig } from "../../local/program/stack-config";
import { loadProgram } from "../program/fake-engine";
import { synthesizeBootstrap } from "./synth";

const folder = "bootstrap";
const directory = join(__dirname, "..", "..", folder);
const projectFile = z.looseObject({ runtime: z.looseObject({ options: z.looseObject({ tsconfig: z.string() }) }) });

function load(changes: Record<string, string> = {}) {
  const { project: name, values } = readStackConfig(directory, "main");
  const { tsconfig } = projectFile.parse(parse(readFileSync(join(directory, "Pulumi.yaml"), "utf8"))).runtime.options;
  const texts = Object.entries(values).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return loadProgram("main", { ...Object.fromEntries(texts), ...changes }, { name, folder, tsconfig });
}

test("registers what the tests synthesize", async () => {
  const { exitCode, registrations, messages } = await load();
  expect(messages).toEqual([]);
  expect(exitCode).toBe(0);
  const { resources } = await synthesizeBootstrap();
  const line = ({ type, name, protect }: { type: string; name: string; protect: boolean }) =>
    `${type} ${name} ${protect}`;
  expect(registrations.map(line).sort()).toEqual(resources.map(line).sort());
}, 120_000);

test("a mistake in the configuration creates nothing, and is told without a stack trace", async () => {
  const { exitCode, registrations, messages } = await load({ "wattlake-bootstrap:repository": "home" });
  expect(exitCode).not.toBe(0);
  expect(registrations.map(({ type }) => type)).toEqual(["pulumi:pulumi:Stack"]);
  expect(messages).toEqual([
    "The bootstrap's configuration has mistakes:\n" +
      '✖ must be "owner/name" or "owner@id/name@id", as the subject has it\n  → at repository',
  ]);
}, 120_000);
