/**
 * Where everything lies in the lake: the one place that lays out keys and reads them back.
 *
 * Pure text functions; used by the callbacks, the program (life cycles, grants, table URIs) and local mode alike.
 * `date` of `raw/`, `archive/` and `quarantine/` is a UTC day, `date` of `staged/` and `daily/` a local day of the site.
 */
import { z } from "zod";

/** The prefixes that decide an object's life cycle, its grants and whether it is mirrored. */
export const prefixes = {
  raw: "raw/",
  errors: "errors/",
  /** What lay in `errors/` and is in `raw/` by now. */
  replayed: "replayed/",
  staged: "staged/",
  daily: "daily/",
  archive: "archive/",
  quarantine: "quarantine/",
  manifests: "manifests/",
  reference: "reference/",
  /** What the steps of one run hand on to each other beyond the state machine's own 256 KB. */
  runs: "runs/",
  /** What a recovery drill makes again, and removes. */
  drill: "drill/",
} as const;

/** What the mirror copies to Google Cloud, and nothing else: the record, its quality, and the reference data. */
export const mirrored = [
  prefixes.daily,
  `${prefixes.manifests}days/`,
  `${prefixes.manifests}hours/`,
  prefixes.reference,
] as const;

export const referenceKeys = {
  meters: `${prefixes.reference}meters.jsonl`,
  zoneDays: `${prefixes.reference}zone_days.jsonl`,
  /** What is to be heard from, and until when: see `watched.ts`. */
  watched: `${prefixes.reference}watched.json`,
  billingPeriods: `${prefixes.reference}billing_periods.jsonl.gz`,
  tariffWindows: `${prefixes.reference}tariff_windows.jsonl.gz`,
  tariffBlocks: `${prefixes.reference}tariff_blocks.jsonl.gz`,
  tariffCharges: `${prefixes.reference}tariff_charges.jsonl.gz`,
  tariffDemand: `${prefixes.reference}tariff_demand.jsonl.gz`,
} as const;

export const checkpointKey = `${prefixes.manifests}checkpoint.json`;

/** An arrival hour, UTC, as `2025-06-01T13`. */
export type ArrivalHour = string;

/** A local day of a site. */
export interface SiteDay {
  site: string;
  date: string;
}

/** A site-day as events, results and logs name it: `home/2025-06-01`. */
export const siteDayText = ({ site, date }: SiteDay) => `${site}/${date}`;

/** An hour that exists, as `2025-06-01T13`, UTC. */
export const hourSchema = () =>
  z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d$/)
    .refine((hour) => z.iso.datetime().safeParse(`${hour}:00:00Z`).success, "no such hour");

/** Reads what `siteDayText` wrote. */
export const siteDaySchema = () =>
  z
    .string()
    .regex(/^[^/]+\/\d{4}-\d\d-\d\d$/)
    .refine((text) => z.iso.date().safeParse(text.split("/")[1]).success, "no such day")
    .transform((text): SiteDay => {
      const [site = "", date = ""] = text.split("/");
      return { site, date };
    });

/** What a key's or prefix's folders `name=value/` say, by name. */
export function partitionOf(key: string): { site?: string; date?: string; hour?: string } {
  return Object.fromEntries([...key.matchAll(/([^/=]+)=([^/]+)\//g)].map(([, name, value]) => [name, value]));
}

const hourPath = (hour: ArrivalHour) => `date=${hour.slice(0, 10)}/hour=${hour.slice(11, 13)}`;
const sitePath = (site: string, date: string) => `site=${site}/date=${date}`;

export const rawDayPrefix = (utcDate: string) => `${prefixes.raw}date=${utcDate}/`;
export const rawHourPrefix = (hour: ArrivalHour) => `${prefixes.raw}${hourPath(hour)}/`;

/** What an hour has of the archive again, after its own objects have expired. */
export const restoredKey = (hour: ArrivalHour) => `${rawHourPrefix(hour)}archived.jsonl.gz`;

/** When the one message of an object arrived that a topic rule named `<ms>-<uuid>.json`, ms; undefined for another name. */
export function messageArrival(key: string): number | undefined {
  const [, ms] = /\/(\d{13})-[\w-]+\.json$/.exec(key) ?? [];
  return ms === undefined ? undefined : Number(ms);
}

/** The arrival hour whose `rawHourPrefix` it is; undefined where it is none. */
export function arrivalHourOf(prefix: string): ArrivalHour | undefined {
  const { date, hour } = partitionOf(prefix);
  return date === undefined || hour === undefined ? undefined : `${date}T${hour}`;
}

export const quarantineKey = (hour: ArrivalHour) => `${prefixes.quarantine}${hourPath(hour)}.jsonl.gz`;

const hourManifestsPrefix = (hour: ArrivalHour) => `${prefixes.manifests}hours/date=${hour.slice(0, 10)}/`;
/** The name of the file is no `key=value`: below a hive prefix BigQuery may take that for a partition key. */
export const hourManifestKey = (hour: ArrivalHour) => `${hourManifestsPrefix(hour)}${hour}.json`;
/**
 * The name before that, `hour=13.json`. An hour that has it keeps it: the mirror deletes nothing, so under a second name
 * the hour's messages would count twice.
 */
export const formerHourManifestKey = (hour: ArrivalHour) =>
  `${hourManifestsPrefix(hour)}hour=${hour.slice(11, 13)}.json`;

export const stagedSitePrefix = (site: string) => `${prefixes.staged}site=${site}/`;
export const stagedDayPrefix = (site: string, date: string) => `${prefixes.staged}${sitePath(site, date)}/`;
export const stagedKey = (site: string, date: string, hour: ArrivalHour) =>
  `${stagedDayPrefix(site, date)}${hour}.jsonl.gz`;

/** The arrival hour whose `stagedKey` it is; undefined where it is none. */
export const stagedArrivalHour = (key: string): ArrivalHour | undefined =>
  /\/(\d{4}-\d\d-\d\dT\d\d)\.jsonl\.gz$/.exec(key)?.[1];

export const dailySitePrefix = (site: string) => `${prefixes.daily}site=${site}/`;
export const readingsKey = (site: string, date: string) => `${prefixes.daily}${sitePath(site, date)}/readings.jsonl.gz`;
export const edgesKey = (site: string, date: string) => `${prefixes.daily}${sitePath(site, date)}/edges.jsonl.gz`;
export const dayManifestsPrefix = (site: string) => `${prefixes.manifests}days/site=${site}/`;
export const dayManifestKey = (site: string, date: string) => `${dayManifestsPrefix(site)}date=${date}/compile.jsonl`;

/** See `day-index.ts`. Beside the day manifests, not among them: the warehouse reads those. */
export const dayIndexPrefix = `${prefixes.manifests}index/`;
export const dayIndexKey = (site: string) => `${dayIndexPrefix}site=${site}.json.gz`;

/** Below it a lake of its own for each day that is drilled. */
export const drillPrefix = prefixes.drill;

export const archiveKey = (utcDate: string) => `${prefixes.archive}date=${utcDate}.jsonl.gz`;
export const archiveManifestsPrefix = `${prefixes.manifests}archive/`;
export const archiveManifestKey = (utcDate: string) => `${archiveManifestsPrefix}date=${utcDate}.json`;

/** Where the steps of one plan of a run hand on: `<work><file>`. */
export const workOf = (run: string, next: ArrivalHour) => `${prefixes.runs}${run}/${next}/`;
/** The objects of an hour that is collected in parts: all parts read the same ones. */
export const hourObjectsKey = (work: string, hour: ArrivalHour) => `${work}objects/${hour}.json`;
export const collectedPrefix = (work: string) => `${work}collected/`;
/** What one part of an hour came to; an hour that is not split is its part 0. */
export const collectedKey = (work: string, hour: ArrivalHour, part: number) =>
  `${collectedPrefix(work)}${hour}.${String(part).padStart(2, "0")}.json`;
/** The lines of a part that were not understood, until the hour's quarantine is joined. */
export const quarantinePartKey = (work: string, hour: ArrivalHour, part: number) =>
  `${work}quarantine/${hour}.${String(part).padStart(2, "0")}.jsonl.gz`;
/** The days that the hours of a plan touched, a site an item. */
export const touchedKey = (work: string) => `${work}touched.json`;
