/**
 * The registry of sites, meters and channels and the local days of their time zones, as the program wrote them into `reference/`.
 *
 * Callbacks place measurements with it, the batch path and the live path alike: no callback evaluates a time zone.
 */
import { z } from "zod";
import { type SiteDay, siteDayText } from "./keys";

/** A site-day that measurements belong to, with its text. */
export interface Placed extends SiteDay {
  outcome: "placed";
  siteDay: string;
}

/** Where a measurement belongs, or why it belongs nowhere. A reason is a stable word that manifests count by. */
export type Placement = Placed | { outcome: "ignored" | "quarantined"; reason: string };

export interface SiteCalendar {
  site: string;
  /** The local day of an instant (milliseconds since the epoch); undefined outside the calendar. */
  dayOf(ts: number): Placed | undefined;
}

/** The lines of `reference/meters.jsonl` that the callbacks need; other columns are for the warehouse. */
function meterLineSchema() {
  return z.object({
    site: z.string(),
    timezone: z.string(),
    device: z.string(),
    channel: z.int(),
    in_place_until: z.iso.datetime().optional(),
  });
}

/** A line of `reference/zone_days.jsonl`: a local day of a time zone, its first and last instant (UTC, half-open). */
function dayLineSchema() {
  return z.object({
    timezone: z.string(),
    date: z.iso.date(),
    day_start: z.iso.datetime(),
    day_end: z.iso.datetime(),
  });
}

/** Builds the look-up from the text of `reference/meters.jsonl` and of the calendar. */
export function makeRegistry(metersText: string, daysText: string) {
  const meterLine = meterLineSchema();
  const dayLine = dayLineSchema();
  const lines = (text: string) => text.split("\n").filter((line) => line !== "");

  interface Days {
    dates: string[];
    starts: number[];
    ends: number[];
  }
  const zones = new Map<string, Days>();
  function daysIn(timezone: string): Days {
    const known = zones.get(timezone) ?? { dates: [], starts: [], ends: [] };
    zones.set(timezone, known);
    return known;
  }
  for (const line of lines(daysText)) {
    const { timezone, date, day_start, day_end } = dayLine.parse(JSON.parse(line));
    const { dates, starts, ends } = daysIn(timezone);
    dates.push(date);
    starts.push(Date.parse(day_start));
    ends.push(Date.parse(day_end));
  }

  function makeCalendar(site: string, timezone: string): SiteCalendar {
    const { dates, starts, ends } = daysIn(timezone);
    /** Made when a measurement meets them: of years, a run needs days. */
    const days: Placed[] = [];
    function placed(day: number): Placed {
      const known = days[day];
      if (known) return known;
      const date = dates[day] as string;
      const made: Placed = { outcome: "placed", site, date, siteDay: siteDayText({ site, date }) };
      days[day] = made;
      return made;
    }
    const within = (day: number, ts: number) => ts >= (starts[day] as number) && ts < (ends[day] as number);
    let last = 0;
    /** Readings come day by day, so the last one is tried first. */
    function dayOf(ts: number): Placed | undefined {
      if (last < starts.length && within(last, ts)) return placed(last);
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((starts[middle] as number) <= ts) low = middle;
        else high = middle - 1;
      }
      last = low;
      return low < starts.length && within(low, ts) ? placed(low) : undefined;
    }
    return { site, dayOf };
  }

  const calendars = new Map<string, SiteCalendar>();
  const devices = new Map<string, { calendar: SiteCalendar; channels: Map<number, SiteCalendar> }>();
  /** When the last channel of a site left; false where one is still in place. */
  const ends = new Map<string, number | false>();
  for (const line of lines(metersText)) {
    const { site, timezone, device, channel, in_place_until } = meterLine.parse(JSON.parse(line));
    const end = in_place_until ? Date.parse(in_place_until) : false;
    const former = ends.get(site) ?? end;
    ends.set(site, end !== false && former !== false ? (end > former ? end : former) : false);
    const calendar = calendars.get(site) ?? makeCalendar(site, timezone);
    calendars.set(site, calendar);
    const meter = devices.get(device) ?? { calendar, channels: new Map<number, SiteCalendar>() };
    devices.set(device, meter);
    meter.channels.set(channel, calendar);
  }
  const unknownMeter: Placement = { outcome: "quarantined", reason: "unknown_meter" };
  const notConfigured: Placement = { outcome: "ignored", reason: "channel_not_configured" };
  const outsideCalendar: Placement = { outcome: "quarantined", reason: "outside_calendar" };

  return {
    /** Places what a channel measured at an instant. */
    place({ device, channel, ts }: { device: string; channel: number; ts: number }): Placement {
      const meter = devices.get(device);
      if (!meter) return unknownMeter;
      const calendar = meter.channels.get(channel);
      return calendar ? (calendar.dayOf(ts) ?? outsideCalendar) : notConfigured;
    },
    /** The calendar of a device's site, if it has one. */
    calendarOf(device: string): SiteCalendar | undefined {
      return devices.get(device)?.calendar;
    },
    /** The calendar of a site. */
    calendar: (site: string): SiteCalendar | undefined => calendars.get(site),
    /** The sites that have meters. */
    sites: (): string[] => [...calendars.keys()],
    /** Whether no channel of a site is in place any more at an instant (milliseconds since the epoch). */
    isLeft(site: string, ts: number): boolean {
      const end = ends.get(site) ?? false;
      return end !== false && ts >= end;
    },
    /** The channels of a site, sorted as the daily files are. */
    channelsOf(site: string): { device: string; channel: number }[] {
      return [...devices]
        .filter(([, meter]) => meter.calendar.site === site)
        .flatMap(([device, meter]) => [...meter.channels.keys()].map((channel) => ({ device, channel })))
        .sort((a, b) => (a.device === b.device ? a.channel - b.channel : a.device < b.device ? -1 : 1));
    },
  };
}

export type Registry = ReturnType<typeof makeRegistry>;
