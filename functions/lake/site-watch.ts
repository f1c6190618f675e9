/**
 * What the record of a site lacks: meters that have told nothing for longer than they may, and local days on which the site
 * sent and which have no manifest. The day manifests tell, the newest first, so of meters that report it opens one or two.
 */
import { makeDayIndex } from "./day-index";
import { dayManifestsPrefix, partitionOf, siteDayText, stagedArrivalHour } from "./keys";
import { dayManifestSchema } from "./manifest";
import type { SiteCalendar } from "./registry";
import type { LakeObject, LakeStore } from "./store";
import type { Watched } from "./watched";

export interface SilentMeter {
  site: string;
  device: string;
  /** The last that is known of it: an instant, or the local day; null where it was never heard. */
  since: string | null;
}

export interface SiteWatch {
  silentMeters: SilentMeter[];
  /** As `home/2025-06-01`. */
  missingDays: string[];
}

/** What there is of a site. */
export interface WatchedSite {
  site: string;
  calendar: SiteCalendar | undefined;
  meters: Watched["meters"];
  /** Its staged files of the last days. */
  staged: readonly LakeObject[];
}

export function makeSiteWatch(lake: LakeStore) {
  const manifestSchema = dayManifestSchema();
  const openDayIndex = makeDayIndex(lake);
  const hourMs = 3_600_000;
  const dayMs = 24 * hourMs;
  /** How long a day is waited for after its end: so long a run looks at an hour again. */
  const graceMs = 3 * hourMs;
  /** Days that are judged: an older one has been told. */
  const judgedDays = 4;
  /** Arrival hours on a day that make it one on which the site sent: the first may hold what was measured before midnight. */
  const sendingHours = 2;

  const toMs = (hour: string) => Date.parse(`${hour}:00:00Z`);
  /** A local day may have begun up to 14 hours before the UTC day of its date, and end 12 after it. */
  const dateBefore = (instant: number) => new Date(instant - dayMs).toISOString().slice(0, 10);

  /** The local days that have ended, and of which something came, or on which something came. */
  function daysToHave({ calendar, staged }: WatchedSite, now: number): Set<string> {
    const days = new Set<string>();
    const ended = calendar?.dayOf(now - graceMs)?.date;
    if (!calendar || ended === undefined) return days;
    const hours = new Map<string, Set<string>>();
    for (const { key } of staged) {
      const hour = stagedArrivalHour(key);
      const { date } = partitionOf(key);
      if (hour === undefined || toMs(hour) + hourMs + graceMs > now || toMs(hour) < now - judgedDays * dayMs) continue;
      if (date !== undefined && date < ended && date >= dateBefore(now - judgedDays * dayMs)) days.add(date);
      const day = calendar.dayOf(toMs(hour))?.date;
      if (day === undefined || day >= ended || calendar.dayOf(toMs(hour) + hourMs - 1)?.date !== day) continue;
      hours.set(day, (hours.get(day) ?? new Set()).add(hour));
    }
    for (const [day, heard] of hours) if (heard.size >= sendingHours) days.add(day);
    return days;
  }

  /** Which of the meters were ever heard, as far as the index of days knows, by their last day. */
  async function lastDays(site: string): Promise<Map<string, string>> {
    const last = new Map<string, string>();
    for (const { date, channels } of (await openDayIndex(site)).days)
      for (const { device } of channels) last.set(device, date);
    return last;
  }

  async function silentMeters(
    { site, meters }: WatchedSite,
    manifests: ReadonlyMap<string, LakeObject>,
    now: number,
  ): Promise<SilentMeter[]> {
    const limits = new Map<string, { silenceMs: number; from: number | undefined }>();
    for (const { device, silence_s, from, until } of meters) {
      const silenceMs = silence_s * 1000;
      const isThere = until === undefined || now < Date.parse(until);
      const since = from === undefined ? undefined : Date.parse(from);
      if (isThere && (since === undefined || since + silenceMs < now)) limits.set(device, { silenceMs, from: since });
    }
    const longest = Math.max(0, ...[...limits.values()].map(({ silenceMs }) => silenceMs));
    const earliest = dateBefore(now - longest);
    const heard = new Map<string, string>();
    for (const [date, { key }] of [...manifests].sort(([a], [b]) => (a < b ? 1 : -1))) {
      if (date < earliest || [...limits.keys()].every((device) => heard.has(device))) break;
      const { channels } = lake.parseJson(key, await lake.getText(key), manifestSchema);
      const day = new Map<string, string>();
      for (const { device, last } of channels) if ((day.get(device) ?? "") < last.ts) day.set(device, last.ts);
      for (const [device, ts] of day) if (!heard.has(device)) heard.set(device, ts);
    }
    const isSilent = (device: string, silenceMs: number) => {
      const ts = heard.get(device);
      return ts === undefined || Date.parse(ts) + silenceMs < now;
    };
    const silent = [...limits].filter(([device, { silenceMs }]) => isSilent(device, silenceMs));
    const unheard = silent.some(([device]) => !heard.has(device));
    const former = unheard ? await lastDays(site) : new Map<string, string>();
    return silent.flatMap(([device, { from }]) => {
      const since = heard.get(device) ?? former.get(device);
      // Nobody has said that it is there, and it never was heard: it is still to be connected.
      return since === undefined && from === undefined ? [] : [{ site, device, since: since ?? null }];
    });
  }

  /** Looks at a site as it stands once everything that arrived before `now` (ms) is compiled. */
  return async function watchSite(watched: WatchedSite, now: number): Promise<SiteWatch> {
    const { site, meters } = watched;
    const longest = Math.max(judgedDays * dayMs, ...meters.map(({ silence_s }) => silence_s * 1000));
    const prefix = dayManifestsPrefix(site);
    const manifests = new Map<string, LakeObject>();
    for (const object of await lake.listAfter(prefix, `${prefix}date=${dateBefore(now - longest)}`)) {
      const { date } = partitionOf(object.key);
      if (date !== undefined) manifests.set(date, object);
    }
    const missing = [...daysToHave(watched, now)].filter((date) => !manifests.has(date)).sort();
    return {
      silentMeters: await silentMeters(watched, manifests, now),
      missingDays: missing.map((date) => siteDayText({ site, date })),
    };
  };
}
