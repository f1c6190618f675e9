/**
 * `link-days`: rewrites the edges of the site-days that were compiled, and of their neighbours, from the day manifests.
 * It writes only where the bytes change.
 */
import { gzipSync } from "node:zlib";
import { z } from "zod";
import { dayManifestKey, dayManifestsPrefix, edgesKey, referenceKeys, siteDaySchema, siteDayText } from "./lake/keys";
import { type DayManifest, dayManifestSchema } from "./lake/manifest";
import { makeRegistry } from "./lake/registry";
import { makeLakeStore } from "./lake/store";
import { logUnit } from "./log";
import { makeEdges } from "./readings/edges";
import { lineFields } from "./readings/reading";

export interface LinkedDays {
  /** Edge files that were written, as `site/date`. */
  written: string[];
}

export function makeLinkDays() {
  const lake = makeLakeStore();
  const manifestSchema = dayManifestSchema();
  const eventSchema = z.object({ siteDays: z.array(siteDaySchema()) });

  /** Loads a site's day manifests, each once; one listing tells which exist. */
  async function makeLoader(site: string) {
    const listed = await lake.list(dayManifestsPrefix(site));
    const present = new Set(listed.map(({ key }) => key));
    const loaded = new Map<string, Promise<DayManifest | undefined>>();
    async function fetch(key: string): Promise<DayManifest | undefined> {
      return present.has(key) ? manifestSchema.parse(JSON.parse(await lake.getText(key))) : undefined;
    }
    return (date: string) => {
      const manifest = loaded.get(date) ?? fetch(dayManifestKey(site, date));
      loaded.set(date, manifest);
      return manifest;
    };
  }

  /** Whether the file changed. An absent file and no edges are the same. */
  async function write(key: string, lines: string[]): Promise<boolean> {
    const bytes = gzipSync(lines.map((line) => `${line}\n`).join(""), { level: 6 });
    const present = await lake.find(key);
    if (!present && lines.length === 0) return false;
    if (present && present.size === bytes.length && (await lake.getBytes(key)).equals(bytes)) return false;
    await lake.putBytes(key, bytes, "application/gzip");
    return true;
  }

  async function linkSite(site: string, dates: string[], metersText: string): Promise<string[]> {
    const { edgesOf, daysAround } = makeEdges(await makeLoader(site));
    const channels = makeRegistry(metersText, "").channelsOf(site);
    const affected = new Set<string>();
    for (const date of dates) for (const day of await daysAround(channels, date)) affected.add(day);

    const written: string[] = [];
    for (const date of [...affected].sort()) {
      const lines: string[] = [];
      for (const channel of channels) lines.push(...(await edgesOf(channel, date, lineFields)));
      if (await write(edgesKey(site, date), lines)) written.push(siteDayText({ site, date }));
    }
    return written;
  }

  return async function linkDays(event: unknown): Promise<LinkedDays> {
    const { siteDays } = eventSchema.parse(event);
    const bySite = new Map<string, string[]>();
    for (const { site, date } of siteDays) bySite.set(site, [...(bySite.get(site) ?? []), date]);
    const metersText = bySite.size > 0 ? await lake.getText(referenceKeys.meters) : "";
    const written: string[] = [];
    for (const [site, dates] of bySite) written.push(...(await linkSite(site, dates, metersText)));
    logUnit("link-days", { siteDays: siteDays.length, written: written.length });
    return { written };
  };
}
