/**
 * The edges of a local day: what lets its partition stand alone.
 *
 * Per channel the nearest reading before the day and after it (and the nearest one that tells of power, where that is
 * another), each with the channel's counters as known by then. They come from the day manifests of the neighbours.
 */
import type { DayManifest } from "../lake/manifest";

type EdgeReading = DayManifest["channels"][number]["first"];
type Channel = { device: string; channel: number };

/** A day's manifest, or undefined where the day has no readings. */
export type LoadDay = (date: string) => Promise<DayManifest | undefined>;

/** How far away an edge may be, in days. */
const edgeReachDays = 35;

/** The day `days` after (or, negative, before) a date; dates are calendar days, no time zone is involved. */
export function shiftDate(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Finds edges with a loader of day manifests. */
export function makeEdges(load: LoadDay) {
  const reach = edgeReachDays;

  async function entryOf({ device, channel }: Channel, date: string) {
    const manifest = await load(date);
    return manifest?.channels.find((entry) => entry.device === device && entry.channel === channel);
  }

  /** The nearest day in a direction that has readings of a channel. */
  async function nearest(channel: Channel, date: string, step: 1 | -1) {
    for (let distance = 1; distance <= reach; distance++) {
      const day = shiftDate(date, step * distance);
      const entry = await entryOf(channel, day);
      if (entry) return { day, entry };
    }
    return undefined;
  }

  /** Fills in counters that the day of a row had not told yet by the time of the row. */
  async function withCounters(channel: Channel, row: EdgeReading, day: string): Promise<EdgeReading> {
    const filled = { ...row };
    for (const counter of ["import_counter_wh", "export_counter_wh"]) {
      let earlier = await nearest(channel, day, -1);
      while (earlier && filled[counter] === undefined) {
        const known = earlier.entry.last[counter];
        if (known === undefined) earlier = await nearest(channel, earlier.day, -1);
        else filled[counter] = known;
      }
    }
    return filled;
  }

  /** Orders fields as in a daily file, `edge` last. */
  function edgeLine(row: EdgeReading, edge: "before" | "after", fields: readonly string[]): string {
    const line: Record<string, unknown> = { ts: row.ts, device: row.device, channel: row.channel };
    for (const field of fields) if (row[field] !== undefined) line[field] = row[field];
    return JSON.stringify({ ...line, edge });
  }

  /** The lines of a day's edge file for a channel, in order of time. */
  async function edgesOf(channel: Channel, date: string, fields: readonly string[]): Promise<string[]> {
    const [own, before, after] = [
      await entryOf(channel, date),
      await nearest(channel, date, -1),
      await nearest(channel, date, 1),
    ];
    // A day without readings lies inside an outage only if the outage has both its ends.
    if (!own && !(before && after)) return [];
    const rows: { row: EdgeReading; day: string; edge: "before" | "after" }[] = [];
    if (before) {
      const { last, last_power } = before.entry;
      if (last_power && last_power.ts !== last.ts) rows.push({ row: last_power, day: before.day, edge: "before" });
      rows.push({ row: last, day: before.day, edge: "before" });
    }
    if (after) {
      const { first, first_power } = after.entry;
      rows.push({ row: first, day: after.day, edge: "after" });
      if (first_power && first_power.ts !== first.ts) rows.push({ row: first_power, day: after.day, edge: "after" });
    }
    const lines: string[] = [];
    for (const { row, day, edge } of rows) lines.push(edgeLine(await withCounters(channel, row, day), edge, fields));
    return lines;
  }

  /** The days whose edges may lie on a day: up to the nearest day with readings on each side, for every channel. */
  async function daysAround(channels: Channel[], date: string): Promise<string[]> {
    const days = new Set([date]);
    for (const channel of channels) {
      for (const step of [-1, 1] as const) {
        const neighbour = await nearest(channel, date, step);
        if (!neighbour) continue;
        for (let day = date; day !== neighbour.day; ) {
          day = shiftDate(day, step);
          days.add(day);
        }
      }
    }
    return [...days];
  }

  return { edgesOf, daysAround };
}
