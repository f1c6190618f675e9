/** Removes raw objects that are old and archived: a life cycle rule cannot see whether they are. */
import { z } from "zod";
import { archiveManifestKey, arrivalHourOf, partitionOf, prefixes, rawDayPrefix, restoredKey } from "./keys";
import { archiveManifestSchema, isVerified } from "./manifest";
import type { LakeObject, LakeStore } from "./store";

export function makeRawExpiry(lake: LakeStore) {
  const manifestSchema = archiveManifestSchema();
  /** Days after a day that its raw objects are kept. */
  const rawDays = z.coerce.number().int().min(1).parse(process.env.RAW_DAYS);
  const dayMs = 86_400_000;
  /** Days whose raw objects one call removes at most. */
  const mostDays = 40;

  /**
   * Removes what is old on a day: raw objects that were put so long ago, and that the manifest of their day has. What came
   * back from an archive goes the same way. Returns how many.
   */
  return async function removeOld(date: string): Promise<number> {
    const before = Date.parse(`${date}T00:00:00Z`) - (rawDays - 1) * dayMs;
    const days = (await lake.listFolders(prefixes.raw)).flatMap((folder) => partitionOf(folder).date ?? []);
    let removed = 0;
    let cleared = 0;
    for (const day of days.filter((each) => Date.parse(`${each}T00:00:00Z`) < before - dayMs)) {
      if (cleared === mostDays) break;
      const manifest = await lake.getJson(archiveManifestKey(day), manifestSchema);
      if (!manifest || !isVerified(manifest)) continue;
      const archived = new Map(manifest.inputs.map(({ key, etag }) => [key, etag]));
      const isArchived = ({ key, etag }: LakeObject) =>
        archived.get(key) === etag || key === restoredKey(arrivalHourOf(key) ?? "");
      const old = (await lake.list(rawDayPrefix(day))).filter((object) => object.modified < before);
      const keys = old.filter(isArchived).map(({ key }) => key);
      await lake.remove(keys);
      removed += keys.length;
      if (keys.length > 0) cleared++;
    }
    return removed;
  };
}
