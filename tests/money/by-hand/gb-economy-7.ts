/** Hours of UTC all year, and prices that are written with their tax. */
import { type Case, charge, kwh } from "./case";

export const cases: Case[] = [
  {
    name: "1 kW through October, which has an hour more",
    plan: "gb-economy-7",
    from: "2026-10-01",
    until: "2026-11-01",
    load: [["2026-10-01T00:00", "2026-11-01T00:00", 1]],
    // From 30 September 23:00 to 1 November 00:00 UTC there are 31 nights of 7 h: 217 h; 745 - 217 = 528 h.
    lines: [
      kwh("unit-rate", "day", 528, 0.31 / 1.05, 155.89), // 163.68 / 1.05 = 155.8857
      kwh("unit-rate", "night", 217, 0.15 / 1.05, 31), // 32.55 / 1.05
      charge("standing-charge", 31, "day", 0.6 / 1.05, 17.71), // 18.60 / 1.05 = 17.7143
    ],
    taxes: [{ rate: 0.05, net: 204.6, vat: 10.23 }],
    total: 214.83,
  },
];
