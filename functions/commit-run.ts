/**
 * `commit-run`: moves the checkpoint once everything before it is compiled, linked and archived. It never moves back.
 *
 * It also tells which sites sent nothing in an hour that it closes, although they normally send: an alarm reads that. A
 * staged file bears its site and its arrival hour in its key, so listings tell.
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
import { makeRegistry } from "./lake/registry";
import { makeLakeStore } from "./lake/store";
import { logUnit } from "./log";

export interface CommittedRun {
  next: string;
}

export function makeCommitRun() {
  const lake = makeLakeStore();
  const checkpoint = checkpointSchema();
  const eventSchema = z.object({ next: hourSchema() });
  const hourMs = 3_600_000;
  /** A site that has sent within so many hours before an hour normally sends. */
  const normallyHours = 7 * 24;
  /** Hours before the new checkpoint that are judged at most: an older silence has been told, or is a backfill's. */
  const judgedHours = 26;

  /** Under way at once. */
  const listings = 16;

  const toMs = (hour: string) => Date.parse(`${hour}:00:00Z`);
  const toHour = (ms: number) => new Date(ms).toISOString().slice(0, 13);

  /** The arrival hours since an instant from which a site has readings. */
  async function hoursOf(site: string, since: number): Promise<Set<string>> {
    const first = toHour(since - 24 * hourMs).slice(0, 10);
    const staged = await lake.listAfter(stagedSitePrefix(site), stagedDayPrefix(site, first));
    return new Set(staged.flatMap(({ key }) => stagedArrivalHour(key) ?? []));
  }

  /** The hours in [from, to) without any message that could be understood, by site, of the sites that normally send. */
  async function silence(from: string, to: string) {
    const { sites, isLeft } = makeRegistry(await lake.getText(referenceKeys.meters), "");
    const silent: { site: string; hours: string[] }[] = [];
    const all = sites();
    const heardOf = new Map<string, Set<string>>();
    for (let i = 0; i < all.length; i += listings) {
      const listed = all.slice(i, i + listings).map(async (site) => {
        heardOf.set(site, await hoursOf(site, toMs(from) - normallyHours * hourMs));
      });
      await Promise.all(listed);
    }
    for (const site of all) {
      const heard = heardOf.get(site) ?? new Set<string>();
      const hours: string[] = [];
      for (let at = toMs(from); at < toMs(to); at += hourMs) {
        const since = toHour(at - normallyHours * hourMs);
        const normallySends = [...heard].some((hour) => hour >= since && hour < toHour(at));
        if (normallySends && !heard.has(toHour(at)) && !isLeft(site, at + hourMs)) hours.push(toHour(at));
      }
      if (hours.length > 0) silent.push({ site, hours });
    }
    return silent;
  }

  return async function commitRun(event: unknown): Promise<CommittedRun> {
    const { next } = eventSchema.parse(event);
    const present = (await lake.getJson(checkpointKey, checkpoint))?.next;
    if (present !== undefined && present >= next) return { next: present };
    const earliest = toHour(toMs(next) - (present === undefined ? 1 : judgedHours) * hourMs);
    const silent = await silence(present !== undefined && present > earliest ? present : earliest, next);
    await lake.putText(checkpointKey, `${JSON.stringify({ next })}\n`, "application/json");
    logUnit("commit-run", { next, silentSites: silent.length, silent });
    return { next };
  };
}
