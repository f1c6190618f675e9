/**
 * `link-days`: rewrites the edges of the site-days that were compiled, and of all days up to the nearest ones with readings,
 * from the day manifests. It writes only where the bytes change.
 */
import { gzipSync } from "node:zlib";
import { z } from "zod";
import { sumOfBatch } from "./lake/batch";
import { makeDayIndex } from "./lake/day-index";
import { dailySitePrefix, edgesKey, referenceKeys, siteDaySchema } from "./lake/keys";
import { makeRegistry } from "./lake/registry";
import { type LakeObject, makeLakeStore } from "./lake/store";
import { logUnit } from "./log";
import { type Channel, makeChannelDays } from "./readings/channel-days";
import { makeEdges, shiftDate } from "./readings/edges";
import { lineFields } from "./readings/reading";

export interface LinkedDays {
  /** How many edge files were written: one for each day of a silence, and a reading of a stray year makes it years. */
  written: number;
}

export function makeLinkDays() {
  const lake = makeLakeStore();
  const openDayIndex = makeDayIndex(lake);
  const eventSchema = z.object({ siteDays: z.array(siteDaySchema()) });
  /** Days whose edges are made and compared at once. */
  const daysAtOnce = 16;

  /** The days whose edges may have changed with some days of a site, in order. */
  function affectedBy(
    dates: readonly string[],
    channels: readonly Channel[],
    index: Awaited<ReturnType<typeof openDayIndex>>,
    reachOf: ReturnType<typeof makeEdges>["reachOf"],
  ): string[] {
    const present = new Map(index.days.map((day) => [day.date, day]));
    const affected = new Set<string>(dates);
    for (const date of dates) {
      const entries = [present.get(date), index.formerDay(date)].flatMap((day) => day?.channels ?? []);
      for (const channel of channels) {
        const own = entries.filter((entry) => entry.device === channel.device && entry.channel === channel.channel);
        if (own.length === 0) continue;
        const { from, to } = reachOf(
          channel,
          date,
          own.flatMap(({ tells }) => tells),
        );
        for (let day = from; day <= to; day = shiftDate(day, 1)) affected.add(day);
      }
    }
    return [...affected].sort();
  }

  /** A day's edge file, where it is not what lies in the lake. An absent file and no edges are the same. */
  async function changedFile(lines: string[], present: LakeObject | undefined): Promise<Buffer | undefined> {
    const bytes = gzipSync(lines.map((line) => `${line}\n`).join(""), { level: 6 });
    if (!present) return lines.length === 0 ? undefined : bytes;
    const isSame = present.size === bytes.length && (await lake.getBytes(present.key)).equals(bytes);
    return isSame ? undefined : bytes;
  }

  async function linkSite(site: string, dates: string[], metersText: string): Promise<number> {
    const index = await openDayIndex(site);
    const { edgesOf, reachOf } = makeEdges(makeChannelDays(index.days), index.load);
    const channels = makeRegistry(metersText, "").channelsOf(site);
    const affected = affectedBy([...dates, ...index.changed], channels, index, reachOf);
    const [firstDate = ""] = affected;
    const behind = await lake.listAfter(dailySitePrefix(site), `${dailySitePrefix(site)}date=${firstDate}`);
    const present = new Map(behind.map((object) => [object.key, object]));

    async function fileOf(date: string): Promise<{ date: string; bytes: Buffer | undefined }> {
      const lines: string[] = [];
      for (const channel of channels) lines.push(...(await edgesOf(channel, date, lineFields)));
      return { date, bytes: await changedFile(lines, present.get(edgesKey(site, date))) };
    }

    let written = 0;
    for (let i = 0; i < affected.length; i += daysAtOnce) {
      for (const { date, bytes } of await Promise.all(affected.slice(i, i + daysAtOnce).map(fileOf))) {
        if (bytes === undefined) continue;
        await lake.putBytes(edgesKey(site, date), bytes, "application/gzip");
        written++;
      }
    }
    await index.save();
    return written;
  }

  /** The lines of some sites' meters: of a fleet a batch needs few, and parsing all would be most of its work. */
  async function metersOf(sites: ReadonlySet<string>): Promise<string> {
    if (sites.size === 0) return "";
    const text = await lake.getText(referenceKeys.meters);
    const isOwn = (line: string) => sites.has(/"site":"([^"]*)"/.exec(line)?.[1] ?? "");
    return text.split("\n").filter(isOwn).join("\n");
  }

  return async function linkDays(event: unknown): Promise<LinkedDays> {
    const { siteDays } = eventSchema.parse(event);
    const bySite = new Map<string, string[]>();
    for (const { site, date } of siteDays) bySite.set(site, [...(bySite.get(site) ?? []), date]);
    const metersText = await metersOf(new Set(bySite.keys()));
    const nameOf = ([site, dates]: [string, string[]]) => `${site}/${dates.join(", ")}`;
    const written = await sumOfBatch([...bySite], nameOf, ([site, dates]) => linkSite(site, dates, metersText));
    logUnit("link-days", { siteDays: siteDays.length, written });
    return { written };
  };
}
