/** Twelve monthly peaks of a quarter hour, each at least 2.5 kW. */
import { type Case, charge, kwh } from "./case";

export const cases: Case[] = [
  {
    name: "1 kW for a year, with peaks in November and January, and one below the minimum in October",
    plan: "be-capacity",
    from: "2026-10-01",
    until: "2026-11-01",
    contract: { from: "2025-11-01" },
    load: [
      ["2025-11-01T00:00", "2026-11-01T00:00", 1],
      ["2025-11-12T18:00", "2025-11-12T18:15", 6],
      ["2026-01-20T07:30", "2026-01-20T07:45", 8],
      ["2026-10-10T12:00", "2026-10-10T12:30", 2.2],
    ],
    // October: 745 h, of which half an hour with 1.2 kW more: 745.6 kWh. (6 + 8 + 10 x 2.5) / 12 = 3.25 kW; 48 / 12 = 4 EUR.
    lines: [
      kwh("energy", "all", 745.6, 0.128, 95.44), // 95.4368
      kwh("network", "all", 745.6, 0.0521, 38.85), // 38.84576
      kwh("levies", "all", 745.6, 0.0523, 38.99), // 38.99488
      charge("capacity", 3.25, "kW", 4, 13),
      charge("data", 31 / 365, "year", 18.6, 1.58), // 1.5797
    ],
    taxes: [{ rate: 0.06, net: 187.86, vat: 11.27 }], // 11.2716
    total: 199.13,
  },
];
