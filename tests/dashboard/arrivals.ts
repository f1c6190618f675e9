/** What became of the messages of a home's last day, hour after hour, as `collect-hour` notes it. */
import type { PlainRow } from "../sql/zetasql-values";

const hours = ["2026-10-25T22", "2026-10-26T06", "2026-10-26T14"];

/** Of each hour 100 messages; of the last one some are not understood, and one tells of no channel. */
export const arrivals = (): PlainRow[] =>
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
