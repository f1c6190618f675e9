/** The reference data as callbacks read it: one listing tells whether it has changed, and a warm function keeps its registry. */
import { prefixes, referenceKeys } from "./keys";
import { makeRegistry, type Registry } from "./registry";
import type { LakeStore } from "./store";

/** Reads `reference/` of a lake. */
export function makeReference(lake: LakeStore) {
  let loaded: { version: string; registry: Registry } | undefined;

  return {
    /** The ETags of the registry and the calendar: another version, another registry. Throws where the lake lacks one. */
    async version(): Promise<string> {
      const present = new Map((await lake.list(prefixes.reference)).map(({ key, etag }) => [key, etag]));
      return [referenceKeys.meters, referenceKeys.zoneDays]
        .map((key) => {
          const etag = present.get(key);
          if (etag === undefined) throw new Error(`the lake has no ${key}: deploy the program, which writes it`);
          return etag;
        })
        .join(" ");
    },
    /** The registry of a version that `version` has just told. */
    async registry(version: string) {
      if (loaded?.version === version) return loaded.registry;
      const [meters, days] = await Promise.all([
        lake.getText(referenceKeys.meters),
        lake.getText(referenceKeys.zoneDays),
      ]);
      const registry = makeRegistry(meters, days);
      loaded = { version, registry };
      return registry;
    },
  };
}
