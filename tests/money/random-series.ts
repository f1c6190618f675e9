/** What the random plans' series and schedule refer to: an index by the hour and states by parts of days, with holes. */
import type { PlanFolder } from "../configuration/tariffs/plan-folder";

const hourMs = 3_600_000;

export function writeSeries(folder: PlanFolder, from: string, until: string): void {
  const start = Date.parse(from) - 24 * hourMs;
  const hours = Array.from({ length: (Date.parse(until) - start) / hourMs }, (_, at) => at);
  const instant = (hour: number) => new Date(start + hour * hourMs).toISOString();
  // Not a round number of hours: the holes come at all times of the day.
  const prices = hours
    .filter((hour) => hour % 131 < 128)
    .map((hour) => `${instant(hour)},${instant(hour + 1)},${(((hour * 7919) % 613) - 60) / 1000}`);
  folder.write("series/spot.csv", ["start,end,price", ...prices, ""].join("\n"));
  const states = hours
    .filter((hour) => hour % 7 === 0 && hour % 119 !== 0)
    .map((hour) => `${instant(hour)},${instant(hour + 7)},${["red", "white", "blue"][hour % 3]}`);
  folder.write("series/colours.csv", ["start,end,state", ...states, ""].join("\n"));
}
