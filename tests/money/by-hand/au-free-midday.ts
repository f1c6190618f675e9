/** Free kWh of a band, counted each day for itself. */
import { type Case, charge, kwh } from "./case";

export const cases: Case[] = [
  {
    name: "hours of January 2025, at noon beyond 50 kWh on one day",
    plan: "au-free-midday",
    from: "2025-01-01",
    until: "2025-02-01",
    load: [
      ["2025-01-10T11:00", "2025-01-10T14:00", 20], // 60 kWh: 50 free, 10 not
      ["2025-01-11T11:00", "2025-01-11T13:00", 10], // 20 kWh, free
      ["2025-01-12T16:00", "2025-01-12T20:00", 2], // 8 kWh
    ],
    lines: [
      kwh("energy", "free", 70, 0, 0, { block: 1 }),
      kwh("energy", "free", 10, 0.22, 2.2, { block: 2 }),
      kwh("energy", "rest", 8, 0.22, 1.76),
      kwh("network", "high peak", 8, 0.200116, 1.6), // 1.600928
      kwh("network", "off-peak", 80, 0.068217, 5.46), // 5.45736
      charge("supply", 31, "day", 1.15, 35.65),
    ],
    taxes: [{ rate: 0.1, net: 46.67, vat: 4.67 }], // 4.667
    total: 51.34,
  },
];
