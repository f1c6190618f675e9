/**
 * `plan-run`: decides which arrival hours a run collects and which UTC days it archives.
 *
 * An hour is due once its delivery buffer must have been flushed. A scheduled run starts at the checkpoint and looks
 * again at the hours just before it, so a straggler reopens its hour. The run that ends a UTC day also looks for objects
 * that came much later: Firehose tries for a day to deliver. A backfill takes the range that it is given.
 *
 * It also tells which days lie unarchived although they ended long ago: an alarm reads that.
 */
import { z } from "zod";
import {
  archiveManifestKey,
  archiveManifestsPrefix,
  arrivalHourOf,
  checkpointKey,
  hourObjectsKey,
  hourSchema,
  partitionOf,
  prefixes,
  rawDayPrefix,
  rawHourPrefix,
  workOf,
} from "./lake/keys";
import { checkpointSchema } from "./lake/manifest";
import { type HourPart, mostParts, partBytesOf } from "./lake/run-work";
import { makeLakeStore } from "./lake/store";
import { logUnit } from "./log";

export interface RunPlan {
  /** Arrival hours that hold raw objects, as `2025-06-01T13`, UTC. */
  hours: string[];
  /** The hours, or parts of large ones, as tasks of `collect-hour`. */
  parts: HourPart[];
  /** Where the steps hand on what they do, in `runs/`; undefined where no run was named. */
  work?: string;
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
  const requestSchema = z.object({
    now: z.iso.datetime(),
    from: hourText.optional(),
    to: hourText.optional(),
    after: hourText.optional(),
  });
  /** The state machine names the execution beside what was asked of it. */
  const eventSchema = z.union([
    z.object({ request: requestSchema, run: z.string() }),
    requestSchema.transform((request) => ({ request, run: undefined })),
  ]);
  const hourMs = 3_600_000;
  const dayMs = 24 * hourMs;
  /** How long a message may take from the meter's broker to the lake beyond the buffer. */
  const deliveryMs = 120_000;
  /** Hours before the checkpoint that are looked at again. */
  const lookBackHours = 3;
  /** Hours before the checkpoint that late objects may lie in: 24 of delivery, 24 up to the next such look, 2 to spare. */
  const lateHours = 50;
  /** Hours in one plan, and parts of hours: keep the state and the history of an execution far below their limits. */
  const batchHours = 72;
  const batchParts = 400;
  const partBytes = partBytesOf();
  /** Days after its end by which a day is archived, however late its messages are. */
  const archivedWithinDays = 3;

  const toMs = (hour: string) => Date.parse(`${hour}:00:00Z`);
  const toHour = (ms: number) => new Date(ms).toISOString().slice(0, 13);

  /** The UTC days that hold raw objects. */
  const rawDays = async () => (await lake.listFolders(prefixes.raw)).flatMap((day) => partitionOf(day).date ?? []);

  /** The hours in [from, to) that hold raw objects, oldest first, at most one more than a batch. */
  async function hoursWithData(dates: string[], from: string, to: string): Promise<string[]> {
    const hours: string[] = [];
    for (const date of dates) {
      if (date < from.slice(0, 10) || date > to.slice(0, 10)) continue;
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

  /** An hour that is large is split, by the bytes that it has; its parts read the objects that are there now. */
  async function split(hour: string, work: string): Promise<HourPart[]> {
    const objects = await lake.list(rawHourPrefix(hour));
    const bytes = objects.reduce((sum, { size }) => sum + size, 0);
    const parts = Math.min(mostParts, Math.ceil(bytes / partBytes));
    if (parts <= 1) return [{ hour, work }];
    await lake.putText(hourObjectsKey(work, hour), JSON.stringify(objects), "application/json");
    return Array.from({ length: parts }, (_, part) => ({ hour, work, part, parts }));
  }

  /** The first hours that come to no more than a batch of parts, one at least. */
  async function partsOf(hours: string[], work: string): Promise<HourPart[][]> {
    const taken: HourPart[][] = [];
    let count = 0;
    for (const hour of hours) {
      const parts = await split(hour, work);
      count += parts.length;
      if (taken.length > 0 && count > batchParts) break;
      taken.push(parts);
    }
    return taken;
  }

  /** The UTC days that ended long ago and have no archive. */
  async function unarchivedDays(dates: string[], now: number): Promise<string[]> {
    const old = dates.filter((date) => toMs(`${date}T00`) + (1 + archivedWithinDays) * dayMs <= now);
    const [first] = old;
    if (first === undefined) return [];
    const archived = new Set(
      (await lake.listAfter(archiveManifestsPrefix, `${archiveManifestsPrefix}date=${first}`)).map(({ key }) => key),
    );
    return old.filter((date) => !archived.has(archiveManifestKey(date)));
  }

  return async function planRun(event: unknown): Promise<RunPlan> {
    const { request, run } = eventSchema.parse(event);
    const { now, from, to, after } = request;
    const due = toHour(Date.parse(now) - flushSeconds * 1000 - deliveryMs);
    const end = to !== undefined && to < due ? to : due;
    const seen = from === undefined ? (await lake.getJson(checkpointKey, checkpoint))?.next : undefined;
    const before = (hours: number) => (seen === undefined ? "0000-01-01T00" : toHour(toMs(seen) - hours * hourMs));
    const start = after ?? from ?? before(lookBackHours);
    const endsDay = seen !== undefined && after === undefined && seen.slice(0, 10) < end.slice(0, 10);
    const late = endsDay ? await reopenedHours(before(lateHours), start) : [];

    const dates = await rawDays();
    const found = [...late, ...(await hoursWithData(dates, start, end))];
    const first = found.slice(0, batchHours);
    const work = run === undefined ? undefined : workOf(run, first[0] ?? end);
    const parts = work === undefined ? first.map((hour) => [{ hour }]) : await partsOf(first, work);
    const hours = first.slice(0, parts.length);
    const more = found.length > hours.length;
    const next = more ? (found[hours.length] as string) : start > end ? start : end;
    const plan = { hours, parts: parts.flat(), archiveDates: completeDays(hours, due), next, more };
    const { archiveDates } = plan;
    const undelivered = await lake.countSome(prefixes.errors);
    const unarchived = await unarchivedDays(dates, Date.parse(now));
    logUnit("plan-run", {
      ...{ now, from, to, hours: hours.length, first: hours[0], reopened: late, next, more, archiveDates },
      parts: plan.parts.length,
      ...{ undelivered, unarchivedDays: unarchived.length, unarchived: unarchived.slice(0, 10) },
      // An alarm reads it.
      unfinished: undelivered + unarchived.length,
    });
    return work === undefined ? plan : { ...plan, work };
  };
}
