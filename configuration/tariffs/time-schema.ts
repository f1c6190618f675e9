/** The words for time in a plan: days of the week, months, spans of the year, hours of the day. */
import { z } from "zod";
import { listOf, oneOf } from "../kinds";
import { must } from "../wording";

/** ISO 8601: Monday is the first. */
export const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof weekdays)[number];

/** Every edge of a price lies on this grid, as the slots of the energy do. */
export const gridMinutes = 15;

export const weekdayList = () => listOf(oneOf(weekdays), "day of the week");

export function month() {
  const allowed = must("a month from 1 to 12");
  return z.int(allowed).min(1, allowed).max(12, allowed);
}

/** A day of every month. */
export function dayOfMonth() {
  const allowed = must("a day of the month from 1 to 28");
  return z.int(allowed).min(1, allowed).max(28, allowed);
}

/** A day of every year. 29 February is the last day of February in every year. */
export function monthDay() {
  const allowed = must('a day of the year "MM-DD"');
  const isDay = (text: string) => z.iso.date().safeParse(`2000-${text}`).success;
  return z.string(allowed).refine(isDay, allowed);
}

/** Hours of a day as text, `"22:00-06:00"`; across midnight they are the last and the first of the same day. */
export function hours() {
  const allowed = must('hours "HH:MM-HH:MM" of different times, for example "06:00-13:00" or "22:00-24:00"');
  return z
    .string(allowed)
    .regex(/^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d$/, { ...allowed, abort: true })
    .refine(isHours, { ...allowed, abort: true })
    .refine(isOnGrid, must(`hours with edges on the ${gridMinutes}-minute grid`));
}

/** Minutes since midnight; `until` is less than `from` where the hours go across midnight. */
export function minutesOf(hours: string): { from: number; until: number } {
  const [from = "", until = ""] = hours.split("-");
  return { from: minuteOf(from), until: minuteOf(until) };
}

export function minuteOf(time: string): number {
  const [hour = "", minute = ""] = time.split(":");
  return Number(hour) * 60 + Number(minute);
}

function isHours(text: string): boolean {
  const { from, until } = minutesOf(text);
  return from !== until && until <= 24 * 60;
}

function isOnGrid(text: string): boolean {
  const { from, until } = minutesOf(text);
  return from % gridMinutes === 0 && until % gridMinutes === 0;
}

/** A time at which a tariff's day begins. */
export function dayStart() {
  const allowed = must(`a time "HH:MM" on the ${gridMinutes}-minute grid`);
  return z
    .string(allowed)
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { ...allowed, abort: true })
    .refine((text) => minuteOf(text) % gridMinutes === 0, allowed);
}
