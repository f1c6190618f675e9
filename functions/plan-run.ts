/**
 * `plan-run`: decides which arrival hours a run collects and which UTC days it archives.
 *
 * An hour is due once its delivery buffer must have been flushed. A scheduled run starts at the checkpoint and looks
 * again at the hours just before it, so a straggler reopens its hour. The run that ends a UTC day also looks for objects
 * that came much later: Firehose tries for a day to deliver. A backfill takes the range that it is given.
 */
import { z } from "zod";
import { arrivalHourOf, checkpointKey, hourSchema, partitionOf, prefixes, rawDayPrefix } from "./lake/keys";
import { checkpointSchema } from "./lake/manifest";
import { makeLakeStore } from "./lake/store";
import { logUnit } from "./log";

export interface RunPlan {
  /** Arrival hours that hold raw objects, as `2025-06-01T13`, UTC. */
  hours: string[];
  /** Complete UTC arrival days of these hours. */
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
  const hourText = hourSchema();
  const eventSchema = z.object({
    now: z.iso.datetime(),
    from: hourText.optional(),
    to: hourText.optional(),
    after: hourText.optional(),
  });
  const hourMs = 3_600_000;
  const dayMs = 24 * hourMs;
  /** How long a message may take from the meter's broker to the lake beyond the buffer. */
  const deliveryMs = 120_000;
  /** Hours before the checkpoint that are looked at again. */
  const lookBackHours = 3;
  /** Hours before the checkpoint that late objects may lie in: 24 of delivery, 24 up to the next such look, 2 to spare. */
  const lateHours = 50;
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

  /**
   * The hours in [from, to) that got an object after the last run that looked at them as a matter of course. The listing
   * of a day tells; an hour that got none costs nothing more.
   */
  async function reopenedHours(from: string, to: string): Promise<string[]> {
    const settledMs = (1 + lookBackHours) * hourMs + flushSeconds * 1000 + deliveryMs;
    const reopened = new Set<string>();
    for (let day = toMs(`${from.slice(0, 10)}T00`); day < toMs(to); day += dayMs) {
      for (const { key, modified } of await lake.list(rawDayPrefix(toHour(day).slice(0, 10)))) {
        const hour = arrivalHourOf(key);
        if (hour === undefined || hour < from || hour >= to) continue;
        if (modified >= toMs(hour) + settledMs) reopened.add(hour);
      }
    }
    return [...reopened].sort();
  }

  /** The UTC days of the hours that ended long enough ago to have been looked at again. */
  function completeDays(hours: string[], due: string): string[] {
    const days = [...new Set(hours.map((hour) => hour.slice(0, 10)))];
    return days.filter((day) => toMs(`${day}T00`) + dayMs + lookBackHours * hourMs <= toMs(due));
  }

  return async function planRun(event: unknown): Promise<RunPlan> {
    const { now, from, to, after } = eventSchema.parse(event);
    const due = toHour(Date.parse(now) - flushSeconds * 1000 - deliveryMs);
    const end = to !== undefined && to < due ? to : due;
    const seen = from === undefined ? (await lake.getJson(checkpointKey, checkpoint))?.next : undefined;
    const before = (hours: number) => (seen === undefined ? "0000-01-01T00" : toHour(toMs(seen) - hours * hourMs));
    const start = after ?? from ?? before(lookBackHours);
    const endsDay = seen !== undefined && after === undefined && seen.slice(0, 10) < end.slice(0, 10);
    const late = endsDay ? await reopenedHours(before(lateHours), start) : [];

    const found = [...late, ...(await hoursWithData(start, end))];
    const hours = found.slice(0, batchHours);
    const more = found.length > hours.length;
    const next = more ? (found[batchHours] as string) : start > end ? start : end;
    const plan = { hours, archiveDates: completeDays(hours, due), next, more };
    const { archiveDates } = plan;
    const undelivered = await lake.countSome(prefixes.errors);
    logUnit("plan-run", {
      ...{ now, from, to, hours: hours.length, first: hours[0], reopened: late, next, more, archiveDates },
      undelivered,
    });
    return plan;
  };
}
