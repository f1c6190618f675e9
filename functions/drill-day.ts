/**
 * `drill-day`: the recovery drill. It makes a local day again from the archive, in a scratch prefix and with the functions that
 * made the record, and compares the two byte by byte. What differs is named in its record; nothing of the record is written.
 */
import { gzipSync } from "node:zlib";
import { z } from "zod";
import { makeCollectHour } from "./collect-hour";
import { makeCompileDay } from "./compile-day";
import { makeDayIndex } from "./lake/day-index";
import { differenceOf } from "./lake/differences";
import {
  archiveKey,
  dayManifestKey,
  drillPrefix,
  edgesKey,
  hourManifestKey,
  readingsKey,
  referenceKeys,
  siteDaySchema,
  siteDayText,
  stagedArrivalHour,
} from "./lake/keys";
import { dayManifestSchema, hourManifestSchema } from "./lake/manifest";
import { makeRegistry } from "./lake/registry";
import { mostParts, partBytesOf, partOf } from "./lake/run-work";
import { makeScratchLake } from "./lake/scratch-lake";
import { makeScratch } from "./lake/spool";
import { makeLakeStore } from "./lake/store";
import { logUnit } from "./log";
import { makeChannelDays } from "./readings/channel-days";
import { makeEdges } from "./readings/edges";
import { lineFields } from "./readings/reading";

export interface DrilledDay {
  siteDay: string;
  passed: boolean;
  /** What was found, for whoever looks at the execution: the day, and at most ten differences, a line each. */
  told: string;
}

export function makeDrillDay() {
  const lake = makeLakeStore();
  const manifestSchema = dayManifestSchema();
  const hourSchema = hourManifestSchema();
  const eventSchema = z.object({ siteDay: siteDaySchema() });
  const openDayIndex = makeDayIndex(lake);
  /** Differences that are named. */
  const most = 10;
  /** As `plan-run` splits: archived bytes of an hour. */
  const partBytes = partBytesOf();

  /** Whether an archive of these hours has so much that its hours are collected in parts. */
  async function isLarge(hours: readonly string[]): Promise<boolean> {
    for (const day of new Set(hours.map((hour) => hour.slice(0, 10))))
      if (((await lake.find(archiveKey(day)))?.size ?? 0) > 24 * partBytes) return true;
    return false;
  }

  const bytesOf = async (store: typeof lake, key: string) =>
    (await store.find(key)) ? store.getBytes(key) : undefined;

  /** The day's edges as the day manifests give them. */
  async function edgesOf(site: string, date: string): Promise<Buffer | undefined> {
    const index = await openDayIndex(site);
    const edges = makeEdges(makeChannelDays(index.days), index.load);
    const lines: string[] = [];
    for (const channel of makeRegistry(await lake.getText(referenceKeys.meters), "").channelsOf(site))
      lines.push(...(await edges.edgesOf(channel, date, lineFields)));
    return gzipSync(lines.map((line) => `${line}\n`).join(""), { level: 6 });
  }

  return async function drillDay(event: unknown): Promise<DrilledDay> {
    const started = Date.now();
    const { site, date } = eventSchema.parse(event).siteDay;
    const siteDay = siteDayText({ site, date });
    const within = `${drillPrefix}${siteDay}/`;
    const copy = makeLakeStore(within);
    const again = makeScratchLake(lake, copy);
    const scratch = makeScratch();
    const differences: string[] = [];
    const note = (difference: string | undefined) => {
      if (difference !== undefined) differences.push(difference);
    };

    /** Of both files of the day, and the manifests, those of hours where they were collected whole. */
    async function compare(hours: readonly string[]): Promise<void> {
      const key = readingsKey(site, date);
      note(differenceOf(key, await bytesOf(lake, key), await bytesOf(copy, key)));
      const manifestKey = dayManifestKey(site, date);
      note(differenceOf(manifestKey, await bytesOf(lake, manifestKey), await bytesOf(copy, manifestKey)));
      const edges = edgesKey(site, date);
      const recorded = await bytesOf(lake, edges);
      const made = await edgesOf(site, date);
      // An absent file and no edges are the same.
      if (recorded !== undefined || !made?.equals(gzipSync("", { level: 6 })))
        note(differenceOf(edges, recorded, made));
      for (const hour of hours) {
        const was = await lake.getJson(hourManifestKey(hour), hourSchema);
        const is = await copy.getJson(hourManifestKey(hour), hourSchema);
        // Another registry since, other counts; and an hour of a former version has its manifest under another name.
        if (!was || !is || was.reference !== is.reference) continue;
        note(differenceOf(hourManifestKey(hour), Buffer.from(JSON.stringify(was)), Buffer.from(JSON.stringify(is))));
      }
    }

    try {
      await again.empty();
      const manifest = await lake.getJson(dayManifestKey(site, date), manifestSchema);
      if (!manifest) throw new Error(`the lake has no ${dayManifestKey(site, date)}`);
      if (manifest.carries)
        throw new Error(`${siteDay} is made of itself, too: it was compiled after its staged files had expired`);
      const hours = manifest.inputs.flatMap(({ key }) => stagedArrivalHour(key) ?? []).sort();
      for (const day of new Set(hours.map((hour) => hour.slice(0, 10))))
        differences.push(...(await again.fromArchive(day, new Set(hours), scratch)));
      await again.copyReference();
      const collect = makeCollectHour(within);
      // Of a fleet's hours the lines of the site's part are enough; the others are read past.
      const parts = (await isLarge(hours)) ? mostParts : 1;
      for (const hour of hours) await collect({ hour, part: partOf(site, parts), parts });
      await makeCompileDay(within)({ siteDay });
      await compare(parts === 1 ? hours : []);
      const passed = differences.length === 0;
      const seconds = (Date.now() - started) / 1000;
      const named = differences.slice(0, most);
      logUnit("drill-day", {
        siteDay,
        passed,
        differences: differences.length,
        named,
        hours: hours.length,
        readings: manifest.readings,
        seconds,
      });
      const title = `${siteDay} is not made again as it was. Differences: ${differences.length}`;
      return { siteDay, passed, told: passed ? "" : [title, ...named].join("\n  ") };
    } finally {
      scratch.dispose();
      await again.empty();
    }
  };
}
