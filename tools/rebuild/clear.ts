/**
 * Removes what is to be made anew of some arrival days: staged files, and the manifests that would say that nothing is to be
 * done. Nothing goes that cannot be made again: an hour stays that has messages of which neither raw objects nor an archive
 * are left, and with it each day that it belongs to.
 */
import {
  arrivalHourOf,
  dayIndexPrefix,
  dayManifestKey,
  partitionOf,
  prefixes,
  rawDayPrefix,
  type SiteDay,
  siteDayText,
  stagedArrivalHour,
} from "../../functions/lake/keys";
import { dayManifestSchema, type HourManifest, hourManifestSchema, isMd5 } from "../../functions/lake/manifest";
import type { LakeObject, LakeStore } from "../../functions/lake/store";

export interface Cleared {
  /** Hours and days that stay as they are, each with the reason. */
  readonly kept: readonly string[];
  readonly removed: number;
}

/** Whether an object that something was made of is there; one that was put in parts comes back with another ETag. */
export const isPresent = (
  { key, etag }: { key: string; etag: string },
  present: ReadonlyMap<string, string>,
): boolean => (isMd5(etag) ? present.get(key) === etag : present.has(key));

const hourManifestsOf = (lake: LakeStore, date: string) => lake.list(`${prefixes.manifests}hours/date=${date}/`);

/** The local days that some arrival days have readings of, as far as their manifests tell. */
export async function touchedDays(lake: LakeStore, dates: readonly string[]): Promise<readonly SiteDay[]> {
  const touched = new Map<string, SiteDay>();
  for (const date of dates)
    for (const object of await hourManifestsOf(lake, date))
      for (const output of (await readable(lake, object))?.outputs ?? []) touched.set(siteDayText(output), output);
  return [...touched.values()];
}

/** The local days that have a manifest. */
export const compiledDays = async (lake: LakeStore): Promise<readonly SiteDay[]> =>
  (await lake.list(`${prefixes.manifests}days/`)).flatMap(({ key }) => {
    const { site, date } = partitionOf(key);
    return site === undefined || date === undefined ? [] : { site, date };
  });

const inputsOf = async (lake: LakeStore, { site, date }: SiteDay) => {
  const key = dayManifestKey(site, date);
  return (await lake.getJson(key, dayManifestSchema()).catch(() => undefined))?.inputs ?? [];
};

/** The arrival days that some local days are made of: a day whose staged files have expired needs all of them. */
export async function datesOf(lake: LakeStore, days: readonly SiteDay[]): Promise<readonly string[]> {
  const there = new Set((await lake.list(prefixes.staged)).map(({ key }) => key));
  const dates = new Set<string>();
  for (const day of days)
    for (const { key } of await inputsOf(lake, day))
      if (!there.has(key)) dates.add((stagedArrivalHour(key) ?? "").slice(0, 10));
  return [...dates];
}

/**
 * @param dates - UTC arrival days whose raw objects are there again as far as they are to be had.
 * @param days - Local days that are compiled anew; others of these arrival days take what is staged to what they have.
 */
export async function clear(lake: LakeStore, dates: readonly string[], days: readonly SiteDay[]): Promise<Cleared> {
  const kept: string[] = [];
  const remove: string[] = [];
  const rebuilt = new Set<string>();
  for (const date of dates) {
    const raw = await lake.list(rawDayPrefix(date));
    const present = new Map(raw.map(({ key, etag }) => [key, etag]));
    for (const { key } of raw) rebuilt.add(arrivalHourOf(key) ?? "");
    for (const object of await hourManifestsOf(lake, date)) {
      const { hour = "", inputs = [] } = (await readable(lake, object)) ?? {};
      const gone = inputs.filter((input) => !isPresent(input, present));
      if (gone.length === 0) {
        remove.push(object.key);
        continue;
      }
      rebuilt.delete(hour);
      kept.push(
        `The hour ${hour} stays: ${gone.length} of its raw objects are in no archive, the first is ${gone[0]?.key}.`,
      );
    }
  }
  const staged = await lake.list(prefixes.staged);
  const isRebuilt = ({ key }: { key: string }) => rebuilt.has(stagedArrivalHour(key) ?? "");
  const there = new Set(staged.map(({ key }) => key));
  for (const object of staged.filter(isRebuilt)) remove.push(object.key);
  for (const day of days) {
    const missing = (await inputsOf(lake, day)).find((input) => !isRebuilt(input) && !there.has(input.key));
    if (missing)
      kept.push(`${siteDayText(day)} keeps its readings: it has some of ${missing.key}, which is not rebuilt.`);
    else remove.push(dayManifestKey(day.site, day.date));
  }
  for (const { key } of await lake.list(dayIndexPrefix)) remove.push(key);
  await lake.remove(remove);
  return { kept, removed: remove.length };
}

/** What a damaged manifest said is found out again. */
const readable = (lake: LakeStore, { key }: LakeObject): Promise<HourManifest | undefined> =>
  lake.getJson(key, hourManifestSchema()).catch(() => undefined);
