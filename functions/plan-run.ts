/**
 * `plan-run`: decides which arrival hours a run collects and which UTC days it archives.
 *
 * An hour is due once its delivery buffer must have been flushed. A scheduled run starts at the checkpoint and looks
 * again at the hours just before it, so a straggler reopens its hour. A backfill takes the range that it is given.
 */
import { z } from "zod";
import { arrivalHourOf, checkpointKey, partitionOf, prefixes, rawDayPrefix } from "./lake/keys";
import { checkpointSchema } from "./lake/manifest";
import { makeLakeStore } from "./lake/store";
import { logUnit } from "./log";

export interface RunPlan {
  /** Arrival hours that hold raw objects, as `2025-06-01T13`, UTC. */
  hours: string[];
  /** Complete UTC arrival days. */
  archiveDates: string[];
  /** The first hour after this plan. */
  next: string;
  /** Whether hours are left for another plan of the same run. */
  more: boolean;
}

export function makePlanRun() {
  const lake = makeLakeStore();
  const checkpoint = checkpointSchema();
  const flushSeconds = z.coerce.number().min(0).parse(process.env.FLUSH_SECONDS);
  const hourText = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d$/);
  const eventSchema = z.object({
    now: z.iso.datetime(),
    from: hourText.optional(),
    to: hourText.optional(),
    after: hourText.optional(),
  });
  const hourMs = 3_600_000;
  /** How long a message may take from the meter's broker to the lake beyond the buffer. */
  const deliveryMs = 120_000;
  /** Hours before the checkpoint that are looked at again. */
  const lookBackHours = 3;
  /** Hours in one plan: keeps the state and the history of an execution far below their limits. */
  const batchHours = 72;

  const toMs = (hour: string) => Date.parse(`${hour}:00:00Z`);
  const toHour = (ms: number) => new Date(ms).toISOString().slice(0, 13);

  /** The hours in [from, to) that hold raw objects, oldest first, at most one more than a batch. */
  async function hoursWithData(from: string, to: string): Promise<string[]> {
    const hours: string[] = [];
    for (const day of await lake.listFolders(prefixes.raw)) {
      const { date } = partitionOf(day);
      if (date === undefined || date < from.slice(0, 10) || date > to.slice(0, 10)) continue;
      for (const folder of await lake.listFolders(rawDayPrefix(date))) {
        const hour = arrivalHourOf(folder);
        if (hour !== undefined && hour >= from && hour < to) hours.push(hour);
      }
      if (hours.length > batchHours) break;
    }
    return hours;
  }

  /** UTC days that ended, look-back included, in (start, next]; those of the day before once more, should a run have failed. */
  function completeDays(start: string, next: string): string[] {
    const dayMs = 24 * hourMs;
    const days: string[] = [];
    const first = Math.floor((toMs(start) - 2 * dayMs) / dayMs) * dayMs;
    for (let day = first; day + dayMs + lookBackHours * hourMs <= toMs(next); day += dayMs)
      days.push(toHour(day).slice(0, 10));
    return days;
  }

  return async function planRun(event: unknown): Promise<RunPlan> {
    const { now, from, to, after } = eventSchema.parse(event);
    const due = toHour(Date.parse(now) - flushSeconds * 1000 - deliveryMs);
    const end = to !== undefined && to < due ? to : due;
    const seen = from === undefined ? (await lake.getJson(checkpointKey, checkpoint))?.next : undefined;
    const start = after ?? from ?? (seen === undefined ? "0000-01-01T00" : toHour(toMs(seen) - lookBackHours * hourMs));

    const found = await hoursWithData(start, end);
    const hours = found.slice(0, batchHours);
    const more = found.length > hours.length;
    const next = more ? (found[batchHours] as string) : start > end ? start : end;
    const oldest = hours[0] ?? seen;
    const archiveDates = oldest === undefined ? [] : completeDays(oldest, next);
    const plan = { hours, archiveDates, next, more };
    logUnit("plan-run", { now, from, to, hours: hours.length, first: hours[0], next, more, archiveDates });
    return plan;
  };
}
