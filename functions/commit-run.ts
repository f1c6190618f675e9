/**
 * `commit-run`: moves the checkpoint once everything before it is compiled, linked and archived. It never moves back.
 *
 * It also tells what alarms read: which sites sent nothing in an hour that it closes, although they normally send, and which
 * meters are silent (`silent`); which local days have no record and which certificates end soon (`unfinished`). A staged file
 * bears its site and its arrival hour in its key, so listings tell the first.
 */
import { z } from "zod";
import {
  checkpointKey,
  hourSchema,
  referenceKeys,
  stagedArrivalHour,
  stagedDayPrefix,
  stagedSitePrefix,
} from "./lake/keys";
import { checkpointSchema } from "./lake/manifest";
import { makeReference } from "./lake/reference";
import type { Registry } from "./lake/registry";
import { makeSiteWatch, type SilentMeter } from "./lake/site-watch";
import { type LakeObject, makeLakeStore } from "./lake/store";
import { type Watched, watchedSchema } from "./lake/watched";
import { logUnit } from "./log";

export interface CommittedRun {
  next: string;
}

export function makeCommitRun() {
  const lake = makeLakeStore();
  const reference = makeReference(lake);
  const watchSite = makeSiteWatch(lake);
  const watched = watchedSchema();
  const checkpoint = checkpointSchema();
  const eventSchema = z.object({ next: hourSchema() });
  const hourMs = 3_600_000;
  /** A site that has sent within so many hours before an hour normally sends. */
  const normallyHours = 7 * 24;
  /** Hours before the new checkpoint that are judged at most: an older silence has been told, or is a backfill's. */
  const judgedHours = 26;

  /** Sites under way at once. */
  const sitesAtOnce = 16;
  /** A certificate that ends within so many days waits for a hand. */
  const certificateDays = 60;
  /** Named in the record at most. */
  const most = 100;

  const toMs = (hour: string) => Date.parse(`${hour}:00:00Z`);
  const toHour = (ms: number) => new Date(ms).toISOString().slice(0, 13);

  /** The staged files of a site since the local day of an instant. */
  const stagedSince = (site: string, since: number) =>
    lake.listAfter(stagedSitePrefix(site), stagedDayPrefix(site, toHour(since - 24 * hourMs).slice(0, 10)));

  /** The hours in [from, to) without any message that could be understood, of a site that normally sends. */
  function silentHours(site: string, registry: Registry, staged: readonly LakeObject[], from: string, to: string) {
    const heard = new Set(staged.flatMap(({ key }) => stagedArrivalHour(key) ?? []));
    const hours: string[] = [];
    for (let at = toMs(from); at < toMs(to); at += hourMs) {
      const since = toHour(at - normallyHours * hourMs);
      const normallySends = [...heard].some((hour) => hour >= since && hour < toHour(at));
      if (normallySends && !heard.has(toHour(at)) && !registry.isLeft(site, at + hourMs)) hours.push(toHour(at));
    }
    return hours;
  }

  /** What the sites lack, as of the arrival hours [from, to). */
  async function lookAt(meters: Watched["meters"], from: string, to: string) {
    const registry = await reference.registry(await reference.version());
    const sites = registry.sites();
    const silentSites: { site: string; hours: string[] }[] = [];
    const silentMeters: SilentMeter[] = [];
    const missingDays: string[] = [];
    for (let i = 0; i < sites.length; i += sitesAtOnce) {
      const looked = sites.slice(i, i + sitesAtOnce).map(async (site) => {
        const staged = await stagedSince(site, toMs(from) - normallyHours * hourMs);
        const of = { site, calendar: registry.calendar(site), meters: meters.filter((each) => each.site === site) };
        return { site, staged, watch: await watchSite({ ...of, staged }, toMs(to)) };
      });
      for (const { site, staged, watch } of await Promise.all(looked)) {
        const hours = silentHours(site, registry, staged, from, to);
        if (hours.length > 0) silentSites.push({ site, hours });
        silentMeters.push(...watch.silentMeters);
        missingDays.push(...watch.missingDays);
      }
    }
    return { silentSites, silentMeters, missingDays };
  }

  return async function commitRun(event: unknown): Promise<CommittedRun> {
    const { next } = eventSchema.parse(event);
    const present = (await lake.getJson(checkpointKey, checkpoint))?.next;
    if (present !== undefined && present >= next) return { next: present };
    const earliest = toHour(toMs(next) - (present === undefined ? 1 : judgedHours) * hourMs);
    const from = present !== undefined && present > earliest ? present : earliest;
    // A lake that was last deployed by an earlier program has none.
    const { meters, certificates } = (await lake.getJson(referenceKeys.watched, watched)) ?? {
      meters: [],
      certificates: [],
    };
    const { silentSites, silentMeters, missingDays } = await lookAt(meters, from, next);
    const soon = toMs(next) + certificateDays * 24 * hourMs;
    const endingCertificates = certificates.filter(({ ends }) => Date.parse(ends) < soon);
    await lake.putText(checkpointKey, `${JSON.stringify({ next })}\n`, "application/json");
    logUnit("commit-run", {
      next,
      // Alarms read the two sums; what follows each says what they are of.
      silent: silentSites.length + silentMeters.length,
      silentSites: silentSites.slice(0, most),
      silentMeters: silentMeters.slice(0, most),
      unfinished: missingDays.length + endingCertificates.length,
      missingDays: missingDays.slice(0, most),
      endingCertificates: endingCertificates.slice(0, most),
    });
    return { next };
  };
}
