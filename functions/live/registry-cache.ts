/** The registry for a callback that runs all the time: read at the first call, looked at again every so often. */
import { referenceKeys } from "../lake/keys";
import { makeRegistry } from "../lake/registry";
import type { LakeStore } from "../lake/store";

type Registry = ReturnType<typeof makeRegistry>;

/** Looks for a changed registry at most every `REGISTRY_SECONDS` (environment). */
export function makeRegistryCache(lake: LakeStore) {
  const seconds = Number(process.env.REGISTRY_SECONDS);
  if (!(seconds >= 0)) throw new Error(`REGISTRY_SECONDS must be a number of seconds, not ${seconds}`);
  let cached: { registry: Registry; version: string; readAt: number } | undefined;

  async function versionOf(key: string): Promise<string> {
    const object = await lake.find(key);
    if (!object) throw new Error(`the lake has no ${key}: no reading can be placed without it`);
    return object.etag;
  }

  return async function currentRegistry(): Promise<Registry> {
    const now = Date.now();
    if (cached && now - cached.readAt < seconds * 1000) return cached.registry;
    const { meters, siteDays } = referenceKeys;
    const version = (await Promise.all([versionOf(meters), versionOf(siteDays)])).join(" ");
    const registry =
      cached?.version === version
        ? cached.registry
        : makeRegistry(...(await Promise.all([lake.getText(meters), lake.getText(siteDays)])));
    cached = { registry, version, readAt: now };
    return registry;
  };
}
