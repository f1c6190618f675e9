/** Half-hourly prices, negative ones among them, and kWh that are rounded in each slot, half to even. */
import { type Case, charge, kwh } from "./case";

export const cases: Case[] = [
  {
    name: "single hours of October, the night in which clocks go back among them",
    plan: "gb-agile",
    from: "2026-10-01",
    until: "2026-11-01",
    load: [
      ["2026-10-05T00:00", "2026-10-06T00:00", 1], // 24 kWh at 19.5 p: 468
      ["2026-10-24T17:00", "2026-10-24T17:30", 3], // 1.5 kWh at 32.5 p: 48.75
      // 5 h: from 00:00 to 01:00 2 kWh at 18.9 p: 37.8; from 01:00 to 04:00, which is 4 h, 8 kWh at -1.5 p: -12.
      ["2026-10-25T00:00", "2026-10-25T04:00", 2],
      // Two slots of 0.0625 kWh are 0.062 each, two of 0.0675 are 0.068 each: 0.26 kWh at 12.6 p: 3.276
      ["2026-10-26T12:00", "2026-10-26T12:30", 0.25],
      ["2026-10-26T12:30", "2026-10-26T13:00", 0.27],
    ],
    lines: [
      kwh("unit-rate", "all", 35.76, 5.45826 / 35.76, 5.46), // 545.826 p
      charge("standing-charge", 31, "day", 0.45, 13.95),
    ],
    taxes: [{ rate: 0.05, net: 19.41, vat: 0.97 }], // 0.9705
    total: 20.38,
  },
];
