/** A plan with what it refers to: the calendar, the series and the schedules. */
import { join } from "node:path";
import { show } from "../wording";
import { readYaml } from "../yaml-file";
import { type Calendar, holidayDates, holidayNameFaults, readCalendar } from "./calendar";
import { fault, parsedOf, refusal } from "./fault";
import { type Plan, plan } from "./plan-schema";
import { readPrices, readStates } from "./series";
import type { Stretch } from "./stretches";
import { zoneFaults } from "./zone-checks";

export interface Tariff extends Plan {
  readonly calendarDays?: Calendar;
  /** The dates that count as holidays. */
  readonly holidayDates: ReadonlySet<string>;
  /** The prices of each series, as its file has them. */
  readonly prices: ReadonlyMap<string, readonly Stretch<number>[]>;
  /** The states of each schedule. */
  readonly states: ReadonlyMap<string, readonly Stretch<string>[]>;
}

export const ending = ".yaml";

/** @throws an error of one sentence that names the file. */
export function readPlan(name: string, folder: string): Tariff {
  const path = join(folder, `${name}${ending}`);
  const read = parsedOf(path, plan(), readYaml(path));
  if (read.id !== name) throw refusal(path, [fault([], `id is ${show(read.id)}, but must be the file's name`)]);
  const calendar = read.calendar === undefined ? undefined : readCalendar(read.calendar, folder);
  const faults = calendar ? holidayNameFaults(read, calendar) : [];
  if (faults.length > 0) throw refusal(path, faults);
  const { timezone } = read;
  const tariff: Tariff = {
    ...read,
    ...(calendar && { calendarDays: calendar }),
    holidayDates: calendar ? holidayDates(read, calendar) : new Set(),
    prices: new Map(seriesNames(read).map((series) => [series, readPrices(series, folder, timezone)])),
    states: new Map(scheduleNames(read).map((schedule) => [schedule, readStates(schedule, folder, timezone)])),
  };
  const inZones = zoneFaults(tariff);
  if (inZones.length > 0) throw refusal(path, inZones);
  return tariff;
}

const versionsOf = ({ components }: Plan) => components.flatMap(({ versions }) => versions);

const seriesNames = (plan: Plan) =>
  versionsOf(plan).flatMap(({ series, bands = [] }) =>
    [series, ...bands.map((band) => band.series)].flatMap((one) => (one ? [one.name] : [])),
  );

const scheduleNames = (plan: Plan) => versionsOf(plan).flatMap(({ schedule }) => (schedule ? [schedule.name] : []));
