/** The local days of a range that have begun. */
import { todayAt } from "../server/range";
import type { Asked } from "./question";

const dayMs = 86_400_000;

export function daysOf({ range: { from, to }, site, now }: Asked): string[] {
  const today = todayAt(site.zone, now);
  const days: string[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += dayMs) {
    const day = new Date(at).toISOString().slice(0, 10);
    if (day > today) break;
    days.push(day);
  }
  return days;
}
