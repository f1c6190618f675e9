/**
 * Makes everything that follows from the archives and the reference data anew: `staged/`, `daily/`, manifests, and through
 * them mirror and warehouse. Raw objects come back under their own keys, so that all is byte for byte what it was.
 */
import {
  archiveKey,
  archiveManifestKey,
  archiveManifestsPrefix,
  checkpointKey,
  dayManifestKey,
  partitionOf,
  prefixes,
  rawDayPrefix,
  readingsKey,
} from "../../functions/lake/keys";
import { archiveManifestSchema } from "../../functions/lake/manifest";
import { remedyOf } from "../../functions/lake/remedy";
import type { LakeStore } from "../../functions/lake/store";
import { count } from "../../local/session/account";
import { userError } from "../../local/session/options";
import { bringBack } from "./bring-back";
import { clear, compiledDays, datesOf, isPresent, touchedDays } from "./clear";

/** An execution's input: UTC arrival hours, half-open, or none for what a schedule would start. */
export type RunInput = { readonly from: string; readonly to: string } | Record<string, never>;

export interface Part {
  /** UTC arrival days, both included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** A key of the lake that is damaged. */
  readonly only?: string | undefined;
}

export interface Rebuilding {
  readonly lake: LakeStore;
  /** Carries out a run of the state machine, to its end. */
  readonly run: (input: RunInput) => Promise<unknown>;
  readonly print: (line: string) => void;
  /** Tells how much it will be, before anything is changed; false ends it. @default it goes on */
  readonly mayBegin?: (dates: readonly string[]) => Promise<boolean>;
  /** The commands that ask for archives that lie in Glacier. */
  readonly asking: (dates: readonly string[]) => string;
}

/** Days in one execution, so that its history stays far below the limits of Step Functions. */
const daysAtOnce = 31;

const dayAfter = (date: string) => new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

/** Resolves with whether all is as the archives say. @throws a `UserError` where it cannot be done. */
export async function rebuild(part: Part, { lake, run, print, mayBegin, asking }: Rebuilding): Promise<boolean> {
  const { dates: asked, remove } = await extentOf(lake, part);
  const isPart = part.only !== undefined || part.from !== undefined || part.to !== undefined;
  if (asked.length === 0)
    throw userError("There is nothing to rebuild of: no raw messages and no archive of these days.");
  const days = isPart ? await touchedDays(lake, asked) : await compiledDays(lake);
  const dates = isPart ? [...new Set([...asked, ...(await datesOf(lake, days))])].sort() : asked;
  if (mayBegin && !(await mayBegin(dates))) return false;

  await refuseLoss(lake, part.only);
  if (remove.length > 0) {
    await lake.remove(remove);
    print(`Removed: ${remove.join(", ")}`);
  }
  const { objects, frozen } = await bringBack(lake, dates);
  if (objects > 0) print(`${count(objects, "raw object")} came back from the archive.`);
  if (frozen.length > 0) throw userError(asking(frozen));
  const { kept, removed } = await clear(lake, dates, days);
  print(`${count(removed, "staged file and manifest", "staged files and manifests")} removed, to be made anew.`);
  for (const sentence of kept) print(`! ${sentence}`);

  const startsAnew = !(await lake.find(checkpointKey));
  // At once, so that a schedule that comes due meanwhile does not begin at the beginning.
  if (startsAnew)
    await lake.putText(checkpointKey, `${JSON.stringify({ next: await endOf(lake, dates) })}\n`, "application/json");
  for (let i = 0; i < dates.length; i += daysAtOnce) {
    const some = dates.slice(i, i + daysAtOnce);
    await run({ from: `${some[0]}T00`, to: `${dayAfter(some.at(-1) ?? "")}T00` });
  }
  if (startsAnew) await run({});
  const orphans = await daysWithoutManifest(lake);
  for (const key of orphans) print(`! ${key} is in the record and nothing makes it: no archive has its messages.`);
  return kept.length === 0 && orphans.length === 0;
}

/** The arrival days that a part concerns, in order, and the objects of it that are removed first. */
async function extentOf(lake: LakeStore, { from, to, only }: Part): Promise<{ dates: string[]; remove: string[] }> {
  const archived = (await lake.list(prefixes.archive)).flatMap(
    ({ key }) => /date=(\d{4}-\d\d-\d\d)/.exec(key)?.[1] ?? [],
  );
  const raw = (await lake.listFolders(prefixes.raw)).flatMap((folder) => partitionOf(folder).date ?? []);
  const all = [...new Set([...archived, ...raw])].sort();
  if (only === undefined)
    return { dates: all.filter((date) => date >= (from ?? date) && date <= (to ?? date)), remove: [] };
  const { remove, days, lost } = remedyOf(only);
  if (lost && !only.startsWith(prefixes.raw)) throw userError(`${only} is made of nothing else: it cannot be rebuilt.`);
  // An index or a checkpoint follows from all days, and the last one is as good as any.
  const dates = days ? all.filter((date) => date >= days.from && date <= days.to) : all.slice(-1);
  return { dates, remove: [...remove] };
}

/** An archive is made again of raw objects alone, a raw object of the archive alone. */
async function refuseLoss(lake: LakeStore, only: string | undefined): Promise<void> {
  if (only === undefined) return;
  const [, date = ""] = /date=(\d{4}-\d\d-\d\d)/.exec(only) ?? [];
  const manifest = await lake.getJson(archiveManifestKey(date), archiveManifestSchema()).catch(() => undefined);
  const archive = await lake.find(archiveKey(date));
  if (only.startsWith(prefixes.raw) && !(archive && manifest?.inputs.some(({ key }) => key === only)))
    throw userError(`${only} is in no archive: it cannot be rebuilt.`);
  if (!only.startsWith(prefixes.archive) && !only.startsWith(archiveManifestsPrefix)) return;
  const present = new Map((await lake.list(rawDayPrefix(date))).map(({ key, etag }) => [key, etag]));
  const gone = manifest?.inputs.filter((input) => !isPresent(input, present)) ?? [];
  if (only.startsWith(prefixes.archive) && (!manifest || gone.length > 0))
    throw userError(
      `${only} is the only copy of ${manifest ? count(gone.length, "raw object") : "its messages"}: take it from an earlier version of the object or from the replica (docs/recovery.md).`,
    );
}

/** The first hour after all that the lake has of the days. */
async function endOf(lake: LakeStore, dates: readonly string[]): Promise<string> {
  const last = (await lake.list(rawDayPrefix(dates.at(-1) ?? ""))).at(-1);
  const { date = "", hour = "" } = partitionOf(last?.key ?? "");
  return new Date(Date.parse(`${date}T${hour}:00:00Z`) + 3_600_000).toISOString().slice(0, 13);
}

async function daysWithoutManifest(lake: LakeStore): Promise<string[]> {
  const manifests = new Set((await lake.list(`${prefixes.manifests}days/`)).map(({ key }) => key));
  return (await lake.list(prefixes.daily))
    .map(({ key }) => key)
    .filter((key) => {
      const { site = "", date = "" } = partitionOf(key);
      return key === readingsKey(site, date) && !manifests.has(dayManifestKey(site, date));
    });
}
