/**
 * `drill-plan`: picks a local day whose messages are all archived, for the recovery drill, and asks for its archives where
 * they lie in Glacier. Asked again with the day, it says whether they have come.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import {
  archiveKey,
  dayManifestKey,
  dayManifestsPrefix,
  partitionOf,
  prefixes,
  siteDaySchema,
  siteDayText,
  stagedArrivalHour,
} from "./lake/keys";
import { dayManifestSchema } from "./lake/manifest";
import { makeLakeStore } from "./lake/store";
import { logUnit } from "./log";

export interface DrillPlan {
  /** Null where no day is archived yet. */
  siteDay: string | null;
  /** Whether some of its archives are on their way out of Glacier. */
  frozen: boolean;
  now: string;
}

export function makeDrillPlan() {
  const lake = makeLakeStore();
  const daySchema = siteDaySchema();
  const manifestSchema = dayManifestSchema();
  const eventSchema = z.object({ now: z.iso.datetime(), siteDay: z.string().nullish() });
  /** Days that an archive stays out of Glacier. */
  const thawedDays = 3;
  /** Sites and days that are looked at for one that can be drilled. */
  const [mostSites, mostDays] = [5, 20];

  /** In an order that nobody chose, and that the same drill finds again. */
  const shuffled = (texts: readonly string[], seed: string) =>
    texts
      .map((text) => ({ text, place: createHash("sha256").update(`${seed} ${text}`).digest("hex") }))
      .sort((a, b) => (a.place < b.place ? -1 : 1))
      .map(({ text }) => text);

  /** The arrival days of a local day's messages; none where it is made of itself, too, having outlived its staged files. */
  async function datesOf(siteDay: string): Promise<string[]> {
    const { site, date } = daySchema.parse(siteDay);
    const manifest = await lake.getJson(dayManifestKey(site, date), manifestSchema);
    const hours = (manifest && !manifest.carries ? manifest.inputs : []).flatMap(
      ({ key }) => stagedArrivalHour(key) ?? [],
    );
    return [...new Set(hours.map((hour) => hour.slice(0, 10)))].sort();
  }

  async function pick(now: string): Promise<string | null> {
    const archived = new Set((await lake.list(prefixes.archive)).map(({ key }) => key));
    const sites = (await lake.listFolders(`${prefixes.manifests}days/`)).flatMap(
      (folder) => partitionOf(folder).site ?? [],
    );
    for (const site of shuffled(sites, now).slice(0, mostSites)) {
      const days = (await lake.list(dayManifestsPrefix(site))).flatMap(({ key }) => partitionOf(key).date ?? []);
      for (const date of shuffled(days, now).slice(0, mostDays)) {
        const siteDay = siteDayText({ site, date });
        const dates = await datesOf(siteDay);
        if (dates.length > 0 && dates.every((each) => archived.has(archiveKey(each)))) return siteDay;
      }
    }
    return null;
  }

  /** Whether any is frozen; asks for those that nobody has asked for. */
  async function thaw(dates: readonly string[]): Promise<boolean> {
    let frozen = false;
    for (const date of dates) {
      const state = await lake.storageOf(archiveKey(date));
      if (state === "readable") continue;
      frozen = true;
      if (state === "frozen") await lake.restore(archiveKey(date), thawedDays);
    }
    return frozen;
  }

  return async function drillPlan(event: unknown): Promise<DrillPlan> {
    const { now, siteDay: given } = eventSchema.parse(event);
    const siteDay = given ?? (await pick(now));
    const dates = siteDay === null ? [] : await datesOf(siteDay);
    const frozen = await thaw(dates);
    logUnit("drill-plan", { siteDay, dates, frozen });
    return { siteDay, frozen, now };
  };
}
