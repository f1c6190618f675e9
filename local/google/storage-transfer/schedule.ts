/** When the schedule of a transfer job is due. */
import { z } from "zod";

/** What of a schedule is carried out; anything else is refused. */
export const scheduleSchema = z.strictObject({
  /** UTC, as all of it. */
  scheduleStartDate: z.strictObject({ year: z.int(), month: z.int(), day: z.int() }),
  startTimeOfDay: z
    .strictObject({ hours: z.int(), minutes: z.int(), seconds: z.int(), nanos: z.literal(0) })
    .default({ hours: 0, minutes: 0, seconds: 0, nanos: 0 }),
  repeatInterval: z
    .string()
    .regex(/^\d+s$/)
    .transform((text) => Number.parseInt(text, 10) * 1000)
    .refine((interval) => interval >= 3_600_000, "an hour is the shortest interval")
    .default(86_400_000),
});
export type Schedule = z.infer<typeof scheduleSchema>;

const dayMs = 86_400_000;

/** The first run of a job created at this instant: one that should have started in the past starts on the following day. */
export function firstRun({ scheduleStartDate, startTimeOfDay }: Schedule, created: number): number {
  const { hours, minutes, seconds } = startTimeOfDay;
  const timeOfDay = ((hours * 60 + minutes) * 60 + seconds) * 1000;
  const start = Date.UTC(scheduleStartDate.year, scheduleStartDate.month - 1, scheduleStartDate.day) + timeOfDay;
  if (start > created) return start;
  return (Math.floor(created / dayMs) + 1) * dayMs + timeOfDay;
}
