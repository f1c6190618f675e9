/** The registry for a callback that runs all the time: read at the first call, looked at again every so often. */
import { makeReference } from "../lake/reference";
import type { Registry } from "../lake/registry";
import type { LakeStore } from "../lake/store";

/** Looks for a changed registry at most every `REGISTRY_SECONDS` (environment). */
export function makeRegistryCache(lake: LakeStore) {
  const seconds = Number(process.env.REGISTRY_SECONDS);
  if (!(seconds >= 0)) throw new Error(`REGISTRY_SECONDS must be a number of seconds, not ${seconds}`);
  const reference = makeReference(lake);
  let latest: { registry: Registry; readAt: number } | undefined;

  return async function currentRegistry(): Promise<Registry> {
    const now = Date.now();
    if (latest && now - latest.readAt < seconds * 1000) return latest.registry;
    latest = { registry: await reference.registry(await reference.version()), readAt: now };
    return latest.registry;
  };
}
