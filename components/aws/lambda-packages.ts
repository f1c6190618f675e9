/** What goes into a function's archive: the named dependencies of package.json with theirs, and nothing else. */
import type * as pulumi from "@pulumi/pulumi";
import { dependencies } from "../../package.json";

export type PackageName = keyof typeof dependencies;

/** Options for one function (Pulumi changes them, so each call makes its own): every dependency but the named is left out. */
export function lambdaPackages(...names: PackageName[]): pulumi.runtime.CodePathOptions {
  const named: readonly string[] = names;
  return { extraExcludePackages: Object.keys(dependencies).filter((name) => !named.includes(name)) };
}
