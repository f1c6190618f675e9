/** The three highest hours, of three days, among the hours that count. */
import { type Case, charge, kwh } from "./case";

export const cases: Case[] = [
  {
    name: "1 kW through January with six peaks, of which three count",
    plan: "se-effect",
    from: "2026-01-01",
    until: "2026-02-01",
    load: [
      ["2026-01-01T00:00", "2026-02-01T00:00", 1],
      ["2026-01-06T10:00", "2026-01-06T11:00", 9], // Epiphany: does not count
      ["2026-01-07T08:00", "2026-01-07T09:00", 7], // counts
      ["2026-01-07T17:00", "2026-01-07T18:00", 6.5], // the day has one already
      ["2026-01-08T18:30", "2026-01-08T19:30", 8], // from 18 to 19: 4.5 kW; 19 to 20 is too late
      ["2026-01-09T07:00", "2026-01-09T07:30", 6], // from 07 to 08: 3.5 kW
      ["2026-01-10T12:00", "2026-01-10T13:00", 9], // Saturday
    ],
    // 744 + 8 + 6 + 5.5 + 7 + 2.5 + 8 = 781 kWh; (7 + 4.5 + 3.5) / 3 = 5 kW.
    lines: [
      kwh("energy", "all", 781, 0.62, 484.22),
      kwh("network", "all", 781, 0.07, 54.67),
      kwh("electricity-tax", "all", 781, 0.439, 342.86), // 342.859
      charge("power", 5, "kW", 65, 325),
      charge("network-fixed", 31 / 365, "year", 3600, 305.75), // 305.7534
    ],
    taxes: [{ rate: 0.25, net: 1512.5, vat: 378.13 }], // 378.125
    total: 1890.63,
  },
];
