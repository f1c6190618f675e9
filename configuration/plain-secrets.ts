/** Refuses a secret that stands in a stack's file for everybody to read. */
import { RunError } from "@pulumi/pulumi/errors";
import { z } from "zod";

/** Where Pulumi tells a program which of its keys hold a secret, a JSON list. */
export const secretKeysVariable = "PULUMI_CONFIG_SECRET_KEYS";

/** @throws where the key's block, which has a value at `path`, was not given as a secret. */
export function refusePlain(key: string, path: string): void {
  const secret = z.array(z.string()).parse(JSON.parse(process.env[secretKeysVariable] || "[]"));
  if (secret.includes(key)) return;
  throw new RunError(
    `The stack configuration has a mistake:\n  ${path} stands in the file for everybody to read. Take it out, and: npm run pulumi -- config set --secret --path ${path}.`,
  );
}
