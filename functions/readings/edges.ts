/**
 * The edges of a local day: what lets its partition stand alone.
 *
 * Per channel the nearest reading before the day and after it (and the nearest one that tells of power, where that is
 * another), each with the channel's counters as known by then, however far away. They come from the day manifests.
 */
import type { DayManifest } from "../lake/manifest";
import { type Channel, type ChannelDays, type Told, toldOf } from "./channel-days";

type EdgeReading = DayManifest["channels"][number]["first"];

/** A day's manifest, or undefined where the day has no readings. */
export type LoadDay = (date: string) => Promise<DayManifest | undefined>;

/** The day `days` after (or, negative, before) a date; dates are calendar days, no time zone is involved. */
export function shiftDate(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Finds edges with the look-up of a site's days and a loader of their manifests. */
export function makeEdges({ has, meterHas, nearest, ends }: ChannelDays, load: LoadDay) {
  const everyTold: readonly Told[] = toldOf;
  const counters = ["import_counter_wh", "export_counter_wh"] as const;

  /** What a day says of a channel. */
  async function entryOf({ device, channel }: Channel, day: string | undefined) {
    const manifest = day === undefined ? undefined : await load(day);
    return manifest?.channels.find((entry) => entry.device === device && entry.channel === channel);
  }

  /** Fills in counters that the day of a row had not told yet by the time of the row. */
  async function withCounters(channel: Channel, row: EdgeReading, day: string): Promise<EdgeReading> {
    const filled = { ...row };
    for (const counter of counters) {
      if (filled[counter] !== undefined) continue;
      const known = (await entryOf(channel, nearest(channel, day, -1, counter)))?.last[counter];
      if (known !== undefined) filled[counter] = known;
    }
    return filled;
  }

  /** Orders fields as in a daily file, `edge` last. */
  function edgeLine(row: EdgeReading, edge: "before" | "after", fields: readonly string[]): string {
    const line: Record<string, unknown> = { ts: row.ts, device: row.device, channel: row.channel };
    for (const field of fields) if (row[field] !== undefined) line[field] = row[field];
    return JSON.stringify({ ...line, edge });
  }

  /** The rows of one side of a day, in order of time. */
  async function side(channel: Channel, date: string, edge: "before" | "after") {
    const step = edge === "before" ? -1 : 1;
    const day = nearest(channel, date, step);
    const powerDay = nearest(channel, date, step, "power");
    const entry = await entryOf(channel, day);
    const powerEntry = await entryOf(channel, powerDay);
    const row = edge === "before" ? entry?.last : entry?.first;
    const power = edge === "before" ? powerEntry?.last_power : powerEntry?.first_power;
    const rows: { row: EdgeReading; day: string }[] = [];
    if (row && day !== undefined) rows.push({ row, day });
    if (power && powerDay !== undefined && power.ts !== row?.ts) rows.push({ row: power, day: powerDay });
    return edge === "before" ? rows.reverse() : rows;
  }

  /** The lines of a day's edge file for a channel, in order of time. */
  async function edgesOf(channel: Channel, date: string, fields: readonly string[]): Promise<string[]> {
    const before = await side(channel, date, "before");
    const after = await side(channel, date, "after");
    // A day without readings lies inside an outage only if the outage has both its ends. Of a channel whose meter speaks of
    // others the last reading is wanted in any case: it tells what has not changed since.
    const isOpen = before.length === 0 || (after.length === 0 && !meterHas(channel, date));
    if (!has(channel, date) && isOpen) return [];
    const lines: string[] = [];
    for (const { row, day } of before) lines.push(edgeLine(await withCounters(channel, row, day), "before", fields));
    for (const { row, day } of after) lines.push(edgeLine(await withCounters(channel, row, day), "after", fields));
    return lines;
  }

  const later = (a: string, b: string | undefined) => (b !== undefined && b > a ? b : a);
  const earlier = (a: string, b: string | undefined) => (b !== undefined && b < a ? b : a);

  /**
   * The first and the last day whose edges may lie on a day of a channel that tells, or told, something.
   *
   * As a rule they are its nearest days, and the ones after these. The reach is longer where near days do not tell the same:
   * a row that lacks a counter has it from the day before that tells one, and is itself an edge up to the next day of its
   * sort.
   */
  function reachOf(channel: Channel, date: string, tells: readonly Told[]): { from: string; to: string } {
    const { first, last } = ends(channel);
    const next = (day: string, told?: Told) => nearest(channel, day, 1, told);
    const nextPower = next(date, "power");
    let to = later(date, next(date) ?? last);
    for (const told of everyTold) if (tells.includes(told)) to = later(to, next(date, told) ?? last);
    if (tells.length > 0) {
      const far = to;
      to = later(to, next(far) ?? last);
      if (nextPower !== undefined && nextPower <= far) to = later(to, next(far, "power") ?? last);
    }
    let from = earlier(date, nearest(channel, date, -1));
    const leadsToPower = tells.includes("power") || (tells.length > 0 && nextPower !== undefined);
    if (leadsToPower) from = earlier(from, nearest(channel, date, -1, "power") ?? first);
    return { from, to };
  }

  return { edgesOf, reachOf };
}
