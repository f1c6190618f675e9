/** Reads the stack's configuration as the Pulumi CLI would: project defaults of `Pulumi.yaml`, then `Pulumi.<stack>.yaml`. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

export interface StackConfig {
  readonly project: string;
  readonly stack: string;
  /** Full keys (`wattlake:sites`) and their values as the files give them. */
  readonly values: Readonly<Record<string, unknown>>;
}

const projectFile = z.looseObject({
  name: z.string(),
  config: z.record(z.string(), z.unknown()).optional(),
});
const stackFile = z.looseObject({ config: z.record(z.string(), z.unknown()).optional() });
const declaration = z.looseObject({ value: z.unknown().optional(), default: z.unknown().optional() });
const encrypted = z.strictObject({ secure: z.string() });

/** @throws an error naming the file, and the stacks that exist, where the stack has none. */
export function readStackConfig(directory: string, stack: string): StackConfig {
  const path = join(directory, `Pulumi.${stack}.yaml`);
  if (!existsSync(path))
    throw new Error(`The stack "${stack}" has no file ${path}. Stacks here: ${listStacks(directory).join(", ")}.`);
  const { name, config: defaults = {} } = readYaml(join(directory, "Pulumi.yaml"), projectFile);
  const { config = {} } = readYaml(path, stackFile);
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(defaults)) {
    const declared = declaration.safeParse(value);
    const plain = declared.success ? (declared.data.value ?? declared.data.default) : value;
    if (plain !== undefined) values[qualified(name, key)] = plain;
  }
  for (const [key, value] of Object.entries(config)) values[qualified(name, key)] = withoutSecret(key, value);
  return { project: name, stack, values };
}

const qualified = (project: string, key: string) => (key.includes(":") ? key : `${project}:${key}`);

/** A secret cannot be decrypted here and is not needed: nothing that local mode carries out signs in anywhere. */
const withoutSecret = (key: string, value: unknown) =>
  encrypted.safeParse(value).success ? `secret of ${key}` : value;

const listStacks = (directory: string) =>
  readdirSync(directory).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);

function readYaml<T>(path: string, schema: z.ZodType<T>): T {
  const result = schema.safeParse(parse(readFileSync(path, "utf8")));
  if (!result.success) throw new Error(`${path}: ${z.prettifyError(result.error)}`);
  return result.data;
}
