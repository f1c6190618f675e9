/**
 * A site's index of days: which channels each day has and what they tell, so that the nearest day of a channel is found
 * without opening the ones between, years of them for a meter that comes back.
 *
 * It says nothing that the day manifests do not say. A day is taken from it as long as its manifest has the same ETag; what
 * it lacks is read anew, all of it where there is no index. So it may be deleted, and two writers do no harm.
 */
import { gunzipSync, gzipSync } from "node:zlib";
import { z } from "zod";
import { type IndexedDay, indexedDay, toldOf } from "../readings/channel-days";
import { dayIndexKey, dayManifestsPrefix, partitionOf } from "./keys";
import { type DayManifest, dayManifestSchema } from "./manifest";
import type { LakeObject, LakeStore } from "./store";

export function makeDayIndex(lake: LakeStore) {
  const manifestSchema = dayManifestSchema();
  const indexSchema = z.array(
    z.object({
      date: z.string(),
      etag: z.string(),
      channels: z.array(z.object({ device: z.string(), channel: z.int(), tells: z.array(z.enum(toldOf)) })),
    }),
  );
  /** Manifests under way from S3 at once. */
  const downloads = 16;

  async function read(site: string) {
    const key = dayIndexKey(site);
    if (!(await lake.find(key))) return undefined;
    return indexSchema.parse(JSON.parse(gunzipSync(await lake.getBytes(key)).toString("utf8")));
  }

  /** Brings a site's index up to its day manifests. `changed` are the days that it knew otherwise, or not at all. */
  return async function openDayIndex(site: string) {
    const [former, listed] = await Promise.all([read(site), lake.list(dayManifestsPrefix(site))]);
    const manifests = new Map<string, LakeObject>();
    for (const object of listed) {
      const { date } = partitionOf(object.key);
      if (date !== undefined) manifests.set(date, object);
    }
    const loaded = new Map<string, Promise<DayManifest | undefined>>();
    async function fetch(date: string): Promise<DayManifest | undefined> {
      const object = manifests.get(date);
      return object && lake.parseJson(object.key, await lake.getText(object.key), manifestSchema);
    }
    /** A day's manifest, read once. */
    function load(date: string): Promise<DayManifest | undefined> {
      const manifest = loaded.get(date) ?? fetch(date);
      loaded.set(date, manifest);
      return manifest;
    }

    const known = new Map((former ?? []).map((day) => [day.date, day]));
    const isKnown = ([date, { etag }]: [string, LakeObject]) => known.get(date)?.etag === etag;
    const added = [...manifests].filter((entry) => !isKnown(entry));
    const gone = [...known.keys()].filter((date) => !manifests.has(date));
    const days = [...manifests].filter(isKnown).flatMap(([date]) => known.get(date) ?? []);
    for (let i = 0; i < added.length; i += downloads) {
      const read = added.slice(i, i + downloads).map(async ([date, { etag }]) => {
        const manifest = await load(date);
        // In the schema's order: the index must not tell when it learnt of a day.
        if (manifest) days.push({ date, etag, channels: indexedDay(date, manifest).channels });
      });
      await Promise.all(read);
    }
    days.sort((a, b) => (a.date < b.date ? -1 : 1));

    return {
      days: days as readonly IndexedDay[],
      changed: [...added.map(([date]) => date), ...gone],
      /** A day as the index knew it before. */
      formerDay: (date: string): IndexedDay | undefined => known.get(date),
      load,
      /** Keeps the index, once everything that follows from it is written. */
      async save(): Promise<void> {
        if (added.length === 0 && gone.length === 0) return;
        await lake.putBytes(dayIndexKey(site), gzipSync(JSON.stringify(days)), "application/gzip");
      },
    };
  };
}
