/**
 * Where Pulumi's engine is. The package `pulumi` holds none: it fetches one from its vendor, in its own version unless
 * another is asked for. Not each version of the SDK has such a package, but each has an engine, so the SDK's is asked for.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { version } from "@pulumi/pulumi/package.json";
import { cacheDir } from "pulumi/lib/cache";
import { type Install, resolve } from "pulumi/lib/resolve";

/** The version of the engine, which is that of the SDK. */
export const engineVersion = version;

/** For what calls `pulumi` by its name: the package then takes the same engine. */
export const engineEnvironment = (): NodeJS.ProcessEnv => ({ ...process.env, PULUMI_VERSION: version });

/** Where the engine lies once it was fetched. */
const fetchedEngine = () => join(cacheDir(version), "bin", process.platform === "win32" ? "pulumi.exe" : "pulumi");

export const isEngineFetched = (): boolean => existsSync(fetchedEngine());

/** What fetches the engine; the package's own where nothing else is given. */
export interface EngineSource {
  readonly install?: Install;
}

/** @throws one sentence where the engine is not here and cannot be fetched. */
export async function findEngine(source: EngineSource = {}): Promise<string> {
  try {
    return await resolve({ version, ...source });
  } catch (error) {
    throw Object.assign(
      new Error(
        `Pulumi's engine ${version} is not on this computer, and get.pulumi.com, which has it, cannot be reached ` +
          `(${reasonOf(error)}): connect to the internet and repeat the command; nothing was changed.`,
      ),
      { cause: error },
    );
  }
}

/** `fetch failed` says nothing; its cause does. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && error.cause.message !== "" ? error.cause.message : error.message;
}
