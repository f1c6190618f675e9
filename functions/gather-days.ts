/**
 * `gather-days`: joins what the parts of a plan's hours came to: writes the one manifest and quarantine of each hour that
 * was split, and lists the site-days that all hours touched, a site an item, for the maps of the state machine.
 *
 * An hour whose parts are not all there, or whose sum does not close, is told as failed; the others go on.
 */
import { z } from "zod";
import { makeAhead } from "./lake/ahead";
import {
  collectedPrefix,
  formerHourManifestKey,
  hourManifestKey,
  quarantineKey,
  quarantinePartKey,
  siteDaySchema,
  siteDayText,
  touchedKey,
} from "./lake/keys";
import { hourManifestSchema } from "./lake/manifest";
import { makeManifestSum } from "./lake/manifest-sum";
import { type Collected, collectedSchema } from "./lake/run-work";
import { makeScratch } from "./lake/spool";
import { makeLakeStore } from "./lake/store";
import { logUnit } from "./log";

export interface GatheredDays {
  /** How many sites were touched, and where their days lie. */
  sites: number;
  items: string;
  /** Hours that were split and cannot be joined. */
  failed: string[];
}

export function makeGatherDays() {
  const lake = makeLakeStore();
  const ahead = makeAhead();
  const { joinParts } = makeManifestSum();
  const resultSchema = collectedSchema();
  const manifestSchema = hourManifestSchema();
  const daySchema = siteDaySchema();
  const eventSchema = z.object({ work: z.string(), hours: z.array(z.string()) });

  async function loadResults(work: string, hours: ReadonlySet<string>): Promise<Map<string, Collected[]>> {
    const byHour = new Map<string, Collected[]>();
    const objects = await lake.list(collectedPrefix(work));
    for await (const { object, loaded } of ahead(objects, ({ key }) => lake.getText(key))) {
      const result = lake.parseJson(object.key, loaded, resultSchema);
      if (hours.has(result.hour)) byHour.set(result.hour, [...(byHour.get(result.hour) ?? []), result]);
    }
    return byHour;
  }

  /** The quarantine of an hour: the gzip files of its parts one behind the other, which is a gzip file (RFC 1952). */
  async function joinQuarantine(
    work: string,
    hour: string,
    parts: readonly Collected[],
    former: string | null,
  ): Promise<string | null> {
    const left = parts.filter(({ quarantined }) => quarantined);
    if (left.length === 0) return null;
    const scratch = makeScratch();
    try {
      const file = scratch.openBytes();
      for (const { part } of left)
        for await (const chunk of await lake.open(quarantinePartKey(work, hour, part))) await file.write(chunk);
      const joined = await file.close();
      if (joined.sha256 !== former) await lake.putFile(quarantineKey(hour), joined, "application/gzip");
      return joined.sha256;
    } finally {
      scratch.dispose();
    }
  }

  /** Throws where a part is missing, or lines are. */
  async function joinHour(work: string, hour: string, results: readonly Collected[]): Promise<void> {
    const [first] = results;
    if (first === undefined || results.length !== first.parts)
      throw new Error(`${results.length} of ${first?.parts ?? "?"} parts are there`);
    if (results.every(({ manifest }) => manifest === null)) return;
    const formerKey = formerHourManifestKey(hour);
    const key = (await lake.find(formerKey)) ? formerKey : hourManifestKey(hour);
    const former = (await lake.getJson(key, manifestSchema))?.quarantine_sha256 ?? null;
    const manifest = joinParts(hour, results, await joinQuarantine(work, hour, results, former));
    await lake.putText(key, `${JSON.stringify(manifest)}\n`, "application/json");
    const { inputs, outputs, quarantine, examples, ...counts } = manifest;
    logUnit("gather-days", {
      ...counts,
      parts: first.parts,
      objects: inputs.length,
      siteDays: outputs.length,
      quarantine,
    });
  }

  return async function gatherDays(event: unknown): Promise<GatheredDays> {
    const { work, hours } = eventSchema.parse(event);
    const failed: string[] = [];
    const days = new Map<string, Set<string>>();
    for (const [hour, results] of await loadResults(work, new Set(hours))) {
      try {
        await joinHour(work, hour, results);
      } catch (error) {
        failed.push(hour);
        logUnit("gather-days", { hour, failed: error instanceof Error ? error.message : String(error) });
        continue;
      }
      for (const text of results.flatMap(({ siteDays }) => siteDays)) {
        const { site, date } = daySchema.parse(text);
        days.set(site, (days.get(site) ?? new Set<string>()).add(siteDayText({ site, date })));
      }
    }
    const items = touchedKey(work);
    const sites = [...days.keys()].sort().map((site) => ({ siteDays: [...(days.get(site) ?? [])].sort() }));
    await lake.putText(items, JSON.stringify(sites), "application/json");
    logUnit("gather-days", { work, hours: hours.length, sites: sites.length, failed });
    return { sites: sites.length, items, failed };
  };
}
