/** A home for the tests of trust, on days of 23 and 25 hours too: a counter that stands still while a car charges, and messages that nobody understands. */
import type { Reading } from "../../functions/readings/reading";
import { stackConfig } from "../sql/lake";
import type { PlainRow } from "../sql/zetasql-values";
import { readingsOf, zone } from "./home";

/** The day in whose night the car's counter stands still. */
const disputedNight = "2026-10-24";

const channels = [
  { index: 0, name: "Grid", role: "grid" },
  { index: 1, name: "Roof", role: "solar" },
  { index: 2, name: "Car", role: "load" },
];
const home = {
  ...{ id: "home", timezone: zone, currency: "PLN" },
  meters: [{ id: "em", model: "3EM", maxGap: "930 s", channels }],
};

/** The car's counter, which fills its gap; in one night it stands still while the car charges. */
function carCounter(instant: number): Pick<Reading, "import_counter_wh"> {
  const day = Math.floor(instant / 86_400_000);
  const charged = Math.min(Math.max((instant % 86_400_000) / 3_600_000 - 1, 0), 2);
  const isStill = day >= Math.floor(Date.parse(disputedNight) / 86_400_000);
  return { import_counter_wh: 7200 * (day - (isStill ? 1 : 0)) + (isStillAt(instant) ? 7200 : 3600 * charged) };
}

const isStillAt = (instant: number) => new Date(instant).toISOString().startsWith(disputedNight);

/** What became of the messages of the last day, hour after hour, as `collect-hour` notes it. */
const hours = ["2026-10-25T22", "2026-10-26T06", "2026-10-26T14"];

/** Of each hour 100 messages; of the last one some are not understood, and one tells of no channel. */
const arrivals = (): PlainRow[] =>
  hours.map((hour, index) => {
    const isLast = index === hours.length - 1;
    return {
      ...{ date: hour.slice(0, 10), hour, messages: 100, fanned_out: 0, merged: 2, duplicates: 3 },
      ...{ staged: isLast ? 87 : 95, quarantined: isLast ? 7 : 0 },
      ignored: isLast ? [{ reason: "not a measurement", messages: 1 }] : [],
      quarantine: isLast
        ? [
            { site: "home", device: "em", reason: "power is no number", messages: 5 },
            { site: null, device: null, reason: "no JSON", messages: 2 },
          ]
        : [],
      examples: isLast ? [{ reason: "no JSON", line: "<html>" }] : [],
    };
  });

export const troubledHome = {
  config: stackConfig([home], "2026-03-01", "2026-10-31"),
  readings: readingsOf([
    ["em", "2026-03-28T12:00:00Z", "2026-03-30T04:00:00Z"],
    ["em", "2026-10-22T22:00:00Z", "2026-10-26T16:00:00Z"],
  ]).map((reading) => (reading.channel === 2 ? { ...reading, ...carCounter(Date.parse(reading.ts)) } : reading)),
  tables: { hour_manifests: arrivals() },
};
