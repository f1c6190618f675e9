/**
 * Days in the lake that a change of the configuration puts elsewhere: a site whose time zone is another has days that begin
 * and end elsewhere, and a meter that is at another site by now has its readings there. Each daily file lies where the former
 * configuration put its readings, so such days lose energy until they are compiled again.
 *
 * What was configured until now lies in the lake, as for `forgotten-channels.ts`; where nothing moves it costs two objects.
 */
import { z } from "zod";
import { dayManifestsPrefix, partitionOf, referenceKeys } from "../../functions/lake/keys";
import { shiftDate } from "../../functions/readings/edges";
import { daysInWords, type LakeReader, readDates } from "./forgotten-channels";
import { parseJsonLines } from "./json-lines";

const line = z.object({ site: z.string(), device: z.string(), channel: z.int(), timezone: z.string().optional() });
const dayLine = z.object({ timezone: z.string(), date: z.string(), day_start: z.string(), day_end: z.string() });
type Line = z.infer<typeof line>;
type DayLine = z.infer<typeof dayLine>;

/** The texts of `reference/meters.jsonl` and `reference/zone_days.jsonl`. */
export interface ReferenceTexts {
  readonly meters: string;
  readonly zoneDays: string;
}

export interface ChangedDays {
  /** What has changed, a sentence each, without what to do. */
  readonly sentences: readonly string[];
  /** The UTC arrival days to compile again, both included. */
  readonly again: { readonly from: string; readonly to: string } | undefined;
}

export async function changedDays(lake: LakeReader, next: ReferenceTexts): Promise<ChangedDays> {
  const former = {
    meters: (await lake.text(referenceKeys.meters)) ?? "",
    zoneDays: (await lake.text(referenceKeys.zoneDays)) ?? "",
  };
  const [before, after] = [parseJsonLines(former.meters, line), parseJsonLines(next.meters, line)];
  const moved = [
    ...(await movedDays(lake, calendarOf(former.zoneDays, before), calendarOf(next.zoneDays, after))),
    ...(await movedMeters(lake, before, after)),
  ];
  const dates = moved.flatMap((each) => each.dates).sort();
  const [first, last] = [dates[0], dates.at(-1)];
  return {
    sentences: moved.map(({ sentence }) => sentence),
    // A local day may begin and end up to a day away from its UTC date.
    again: first && last ? { from: shiftDate(first, -1), to: shiftDate(last, 1) } : undefined,
  };
}

interface Moved {
  readonly sentence: string;
  /** Local days to compile again, sorted. */
  readonly dates: readonly string[];
}

/** Sites whose days begin or end elsewhere, or are outside the calendar by now. */
async function movedDays(lake: LakeReader, before: Calendar, after: Calendar): Promise<Moved[]> {
  const moved: Moved[] = [];
  const isSame = before.text === after.text;
  for (const [site, zone] of after.zones) {
    const formerZone = before.zones.get(site);
    if (formerZone === undefined || (isSame && formerZone === zone)) continue;
    const [former, next] = [before.daysOf(formerZone), after.daysOf(zone)];
    if (![...former].every(([date, bounds]) => next.get(date) === bounds)) {
      const keys = await lake.keys(dayManifestsPrefix(site));
      const held = [...new Set(keys.flatMap((key) => partitionOf(key).date ?? []))].sort();
      const changed = held.filter((date) => former.get(date) !== next.get(date));
      const outside = changed.filter((date) => !next.has(date));
      const dates = changed.filter((date) => next.has(date));
      if (dates.length > 0)
        moved.push({
          sentence: `The time zone of site ${site} was ${formerZone} and is ${zone}: its days in the lake begin and end elsewhere, ${daysInWords(dates)}.`,
          dates,
        });
      if (outside.length > 0)
        moved.push({
          sentence: `The lake holds days of site ${site} that warehouse.calendar no longer has, ${daysInWords(outside)}: they are in no view until it has them again.`,
          dates: [],
        });
    }
  }
  return moved;
}

/** Channels that were at one site and are at another. */
async function movedMeters(lake: LakeReader, before: readonly Line[], after: readonly Line[]): Promise<Moved[]> {
  const siteNow = new Map(after.map((each) => [nameOf(each), each.site]));
  const elsewhere = before.filter((each) => (siteNow.get(nameOf(each)) ?? each.site) !== each.site);
  const moved: Moved[] = [];
  for (const site of new Set(elsewhere.map((each) => each.site))) {
    const own = elsewhere.filter((each) => each.site === site);
    const held = await readDates(lake, site);
    for (const device of new Set(own.map((each) => each.device))) {
      const channels = own.filter((each) => each.device === device);
      const dates = [...new Set(channels.flatMap((each) => held.get(`${site}/${nameOf(each)}`) ?? []))].sort();
      const now = [...new Set(channels.map((each) => siteNow.get(nameOf(each))))].join(", ");
      if (dates.length > 0)
        moved.push({
          sentence: `${device} was at site ${site} and is at ${now}: the lake holds its readings under ${site}, ${daysInWords(dates)}.`,
          dates,
        });
    }
  }
  return moved;
}

const nameOf = ({ device, channel }: Line) => `${device}/${channel}`;

/** A registry's sites and the days of their time zones. */
interface Calendar {
  readonly text: string;
  /** By site. */
  readonly zones: ReadonlyMap<string, string>;
  /** First and last instant, by date. */
  daysOf(zone: string): ReadonlyMap<string, string>;
}

function calendarOf(text: string, lines: readonly Line[]): Calendar {
  const days = new Map<string, Map<string, string>>();
  for (const { timezone, date, day_start, day_end } of parseJsonLines<DayLine>(text, dayLine)) {
    const own = days.get(timezone) ?? new Map<string, string>();
    days.set(timezone, own.set(date, `${day_start}/${day_end}`));
  }
  const zones = new Map<string, string>();
  for (const { site, timezone } of lines) if (timezone !== undefined) zones.set(site, timezone);
  return { text, zones, daysOf: (zone) => days.get(zone) ?? new Map<string, string>() };
}
