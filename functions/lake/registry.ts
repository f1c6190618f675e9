/**
 * The registry of sites, meters and channels and the sites' local days, as the program wrote them into `reference/`.
 *
 * Callbacks find a reading's place with it: no callback evaluates a time zone.
 */
import { z } from "zod";
import { siteDayText } from "./keys";

export interface ChannelPlace {
  site: string;
  /** The site and local day of an instant, `site/YYYY-MM-DD`; undefined outside the calendar. */
  siteDay(ts: number): string | undefined;
  /** The local day of an instant (milliseconds since the epoch), `YYYY-MM-DD`; undefined outside the calendar. */
  localDate(ts: number): string | undefined;
}

/** What the registry says of a device and channel. */
export type Place = { known: "channel"; place: ChannelPlace } | { known: "device" | "nothing" };

/** The lines of `reference/meters.jsonl` that the callbacks need; other columns are for the warehouse. */
function meterLineSchema() {
  return z.object({ site: z.string(), device: z.string(), channel: z.int() });
}

/** A line of `reference/site_days.jsonl`: a local day and its first and last instant (UTC, half-open). */
function siteDayLineSchema() {
  return z.object({ site: z.string(), date: z.iso.date(), day_start: z.iso.datetime(), day_end: z.iso.datetime() });
}

/** Builds the look-up from the text of `reference/meters.jsonl` and `reference/site_days.jsonl`. */
export function makeRegistry(metersText: string, siteDaysText: string) {
  const meterLine = meterLineSchema();
  const siteDayLine = siteDayLineSchema();
  const lines = (text: string) => text.split("\n").filter((line) => line !== "");

  const calendars = new Map<string, { starts: number[]; ends: number[]; dates: string[]; siteDays: string[] }>();
  const calendarOf = (site: string) => {
    const calendar = calendars.get(site) ?? { starts: [], ends: [], dates: [], siteDays: [] };
    calendars.set(site, calendar);
    return calendar;
  };
  for (const line of lines(siteDaysText)) {
    const { site, date, day_start, day_end } = siteDayLine.parse(JSON.parse(line));
    const { starts, ends, dates, siteDays } = calendarOf(site);
    starts.push(Date.parse(day_start));
    ends.push(Date.parse(day_end));
    dates.push(date);
    siteDays.push(siteDayText({ site, date }));
  }

  function makePlace(site: string): ChannelPlace {
    const { starts, ends, dates, siteDays } = calendarOf(site);
    const within = (day: number, ts: number) => ts >= (starts[day] as number) && ts < (ends[day] as number);
    let last = 0;
    /** The position of a day in the calendar; readings come day by day, so the last one is tried first. */
    function dayOf(ts: number): number | undefined {
      if (last < starts.length && within(last, ts)) return last;
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((starts[middle] as number) <= ts) low = middle;
        else high = middle - 1;
      }
      last = low;
      return low < starts.length && within(low, ts) ? low : undefined;
    }
    return {
      site,
      siteDay: (ts) => siteDays[dayOf(ts) ?? -1],
      localDate: (ts) => dates[dayOf(ts) ?? -1],
    };
  }

  const sites = new Map<string, ChannelPlace>();
  const devices = new Map<string, { site: ChannelPlace; channels: Map<number, Place> }>();
  for (const line of lines(metersText)) {
    const { site, device, channel } = meterLine.parse(JSON.parse(line));
    const place = sites.get(site) ?? makePlace(site);
    sites.set(site, place);
    const meter = devices.get(device) ?? { site: place, channels: new Map<number, Place>() };
    devices.set(device, meter);
    meter.channels.set(channel, { known: "channel", place });
  }
  const elsewhere: Place = { known: "device" };
  const nowhere: Place = { known: "nothing" };

  return {
    /** Where readings of a channel belong. */
    find(device: string, channel: number): Place {
      const meter = devices.get(device);
      return meter ? (meter.channels.get(channel) ?? elsewhere) : nowhere;
    },
    /** The site of a device, if it has one. */
    siteOf(device: string): ChannelPlace | undefined {
      return devices.get(device)?.site;
    },
    /** The channels of a site, sorted as the daily files are. */
    channelsOf(site: string): { device: string; channel: number }[] {
      return [...devices]
        .filter(([, meter]) => meter.site.site === site)
        .flatMap(([device, meter]) => [...meter.channels.keys()].map((channel) => ({ device, channel })))
        .sort((a, b) => (a.device === b.device ? a.channel - b.channel : a.device < b.device ? -1 : 1));
    },
  };
}
