/** Reads the stack's configuration as the Pulumi CLI would: project defaults of `Pulumi.yaml`, then `Pulumi.<stack>.yaml`. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { RunError } from "@pulumi/pulumi/errors";
import { z } from "zod";
import { misspelt, must } from "../../configuration/wording";
import { readYaml } from "../../configuration/yaml-file";

export interface StackConfig {
  readonly project: string;
  readonly stack: string;
  /** Full keys (`wattlake:sites`) and their values as the files give them. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The keys among them that hold a secret. @default none */
  readonly secretKeys?: readonly string[];
}

const keys = z.record(z.string(), z.unknown(), must('a block of keys, for example "wattlake:sites"'));
const projectFile = z.looseObject(
  { name: z.string(must("the name of the project")), config: keys.optional() },
  must('a block with the key "name"'),
);
const stackFile = z.looseObject({ config: keys.optional() }, must('a block with the key "config"'));
const declaration = z.looseObject({ value: z.unknown().optional(), default: z.unknown().optional() });
const example = "docs/configuration.md has an example of each key.";
const encrypted = z.strictObject({ secure: z.string() });

/** @throws a `RunError` (shown without a stack trace) of one sentence naming the file, and the stacks that exist, where the stack has none. */
export function readStackConfig(directory: string, stack: string): StackConfig {
  const path = join(directory, `Pulumi.${stack}.yaml`);
  if (!existsSync(path))
    throw new RunError(`The stack "${stack}" has no file ${path}. Stacks here: ${listStacks(directory).join(", ")}.`);
  const { name, config: defaults = {} } = readFile(join(directory, "Pulumi.yaml"), projectFile);
  const { config = {} } = readFile(path, stackFile);
  const slip = misspelt(Object.keys(config), name);
  if (slip !== undefined) throw new RunError(`${path}: ${slip}. ${example}`);
  const twice = Object.keys(config).find((key) => !key.includes(":") && `${name}:${key}` in config);
  if (twice !== undefined) throw new RunError(`${path}: ${twice} and ${name}:${twice} are the same key. ${example}`);
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(defaults)) {
    const declared = declaration.safeParse(value);
    const plain = declared.success ? (declared.data.value ?? declared.data.default) : value;
    if (plain !== undefined) values[qualified(name, key)] = plain;
  }
  const secretKeys: string[] = [];
  for (const [key, value] of Object.entries(config)) {
    const plain = withoutSecrets(key, value);
    if (plain !== value) secretKeys.push(qualified(name, key));
    values[qualified(name, key)] = plain;
  }
  return { project: name, stack, values, ...(secretKeys.length > 0 && { secretKeys }) };
}

const qualified = (project: string, key: string) => (key.includes(":") ? key : `${project}:${key}`);

/** A secret cannot be decrypted here and is not needed: nothing that local mode carries out signs in anywhere. */
export function withoutSecrets(key: string, value: unknown): unknown {
  if (encrypted.safeParse(value).success) return `secret of ${key}`;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value).map(([name, each]) => [name, withinBlock(name, each)] as const);
  return entries.every(([name, each]) => Object(value)[name] === each) ? value : Object.fromEntries(entries);
}

/** Within a block the one secret is a web address; nobody has one of this domain. */
const withinBlock = (name: string, value: unknown) =>
  encrypted.safeParse(value).success ? `https://secret.invalid/${name}` : withoutSecrets(name, value);

const listStacks = (directory: string) =>
  readdirSync(directory).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);

function readFile<T>(path: string, schema: z.ZodType<T>): T {
  const content = readYaml(path);
  if (content === null)
    throw new RunError(`${path} is empty: the block "config" with the stack's keys is missing. ${example}`);
  const result = schema.safeParse(content);
  if (result.success) return result.data;
  const mistakes = result.error.issues.map((issue) => `${issue.path.join(".") || "the file"} ${issue.message}`);
  throw new RunError(`${path}: ${mistakes.join("; ")}. ${example}`);
}
