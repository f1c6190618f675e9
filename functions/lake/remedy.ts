/** How an object of the lake is made again that cannot be read any more: what is to be deleted, and the arrival days that then go through the pipeline. */
import {
  archiveKey,
  archiveManifestKey,
  archiveManifestsPrefix,
  formerHourManifestKey,
  hourManifestKey,
  partitionOf,
  prefixes,
  stagedArrivalHour,
} from "./keys";

export interface Remedy {
  /** Keys: the object, and what would say that it need not be made again. */
  readonly remove: readonly string[];
  /** UTC arrival days, both included; undefined where the next run makes it again, or nothing does. */
  readonly days?: { readonly from: string; readonly to: string };
  /** Whether the object is lost: it is made of no other. */
  readonly lost: boolean;
}

/** A local day may begin and end up to a day away from the UTC day of its date. */
const around = (date: string) => {
  const noon = Date.parse(`${date}T12:00:00Z`);
  const day = (shift: number) => new Date(noon + shift * 86_400_000).toISOString().slice(0, 10);
  return { from: day(-1), to: day(1) };
};
const one = (date: string) => ({ from: date, to: date });
/** Where an hour's manifest may lie. */
const manifestsOf = (hour: string) => [hourManifestKey(hour), formerHourManifestKey(hour)];

export function remedyOf(key: string): Remedy {
  const { date = /date=(\d{4}-\d\d-\d\d)\./.exec(key)?.[1], hour = /hour=(\d\d)\./.exec(key)?.[1] } = partitionOf(key);
  const within = (...some: string[]) => some.some((prefix) => key.startsWith(prefix));
  const stagedHour = stagedArrivalHour(key);
  if (stagedHour !== undefined && within(prefixes.staged))
    return { remove: [key, ...manifestsOf(stagedHour)], days: one(stagedHour.slice(0, 10)), lost: false };
  if (date === undefined) return { remove: [key], lost: within(prefixes.errors) };
  if (hour !== undefined && within(prefixes.raw, prefixes.quarantine))
    return { remove: [key, ...manifestsOf(`${date}T${hour}`)], days: one(date), lost: within(prefixes.raw) };
  // The archive itself stays: once the raw messages are gone it is their only copy.
  if (within(archiveManifestsPrefix)) return { remove: [key], days: one(date), lost: false };
  if (within(prefixes.archive))
    return { remove: [archiveKey(date), archiveManifestKey(date)], days: one(date), lost: false };
  if (within(prefixes.daily, `${prefixes.manifests}days/`)) return { remove: [key], days: around(date), lost: false };
  if (within(`${prefixes.manifests}hours/`)) return { remove: [key], days: one(date), lost: false };
  return { remove: [key], lost: true };
}
