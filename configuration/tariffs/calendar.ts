/** Holiday calendars, `tariffs/calendars/<name>.yaml`, and which of their days count in a plan. */
import { join } from "node:path";
import { z } from "zod";
import { block, calendarDay, listOf } from "../kinds";
import { label } from "../labels";
import { didYouMean, must, show } from "../wording";
import { readYaml } from "../yaml-file";
import { type Fault, fault, parsedOf, refusal } from "./fault";
import type { Plan } from "./plan-schema";

/** It tells of the days from `from` until the day before `until`, and of none else. */
const calendar = () =>
  block({
    id: z.string(must("the file's name")),
    name: label(),
    source: z.string(must("a text")),
    from: calendarDay(),
    until: calendarDay(),
    holidays: listOf(block({ date: calendarDay(), name: label() }), "holiday"),
  }).superRefine(({ from, until, holidays }, context) => {
    for (const [at, { date }] of holidays.entries()) {
      if (date >= from && date < until) continue;
      const message = `is ${date}, but must be a day from ${from} until ${until}`;
      context.addIssue({ code: "custom", path: ["holidays", at, "date"], message });
    }
  });
export type Calendar = z.output<ReturnType<typeof calendar>>;

/** @throws an error of one sentence that names the file. */
export function readCalendar(name: string, folder: string): Calendar {
  const path = join(folder, "calendars", `${name}.yaml`);
  const read = parsedOf(path, calendar(), readYaml(path));
  if (read.id !== name) throw refusal(path, [fault([], `id is ${show(read.id)}, but must be the file's name`)]);
  return read;
}

/** The dates that are holidays in the plan. */
export function holidayDates({ holidays }: Plan, calendar: Calendar): ReadonlySet<string> {
  const isNamed = (names: readonly string[], day: { name: string; date: string }) =>
    names.includes(day.name) || names.includes(day.date);
  const { only, except } = holidays ?? {};
  const counted = calendar.holidays.filter(
    (day) => (only === undefined || isNamed(only, day)) && (except === undefined || !isNamed(except, day)),
  );
  return new Set(counted.map(({ date }) => date));
}

/** A plan names only holidays that its calendar has. */
export function holidayNameFaults({ holidays }: Plan, calendar: Calendar): Fault[] {
  const known = [...new Set(calendar.holidays.map(({ name }) => name))];
  const dates = calendar.holidays.map(({ date }) => date);
  return (["only", "except"] as const).flatMap((key) =>
    (holidays?.[key] ?? []).flatMap((name, at) =>
      known.includes(name) || dates.includes(name)
        ? []
        : [
            fault(
              ["holidays", key, at],
              `is ${show(name)}, which is no holiday of the calendar ${calendar.id}${didYouMean(name, known)}`,
            ),
          ],
    ),
  );
}
