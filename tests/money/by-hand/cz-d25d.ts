/** Low tariff by a schedule, and whole kWh on each line. */
import { type Case, charge, kwh } from "./case";

export const cases: Case[] = [
  {
    name: "0.5 kW through October: eight hours of low tariff on each day, also on that of 25 hours",
    plan: "cz-d25d",
    from: "2026-10-01",
    until: "2026-11-01",
    load: [["2026-10-01T00:00", "2026-11-01T00:00", 0.5]],
    // Low 31 x 8 = 248 h: 124 kWh. High 745 - 248 = 497 h: 248.5 kWh, billed as 249. Together 372.5, billed as 373.
    lines: [
      kwh("energy", "vt", 249, 2.95, 734.55),
      kwh("energy", "nt", 124, 2.35, 291.4),
      kwh("network", "vt", 249, 2.12, 527.88),
      kwh("network", "nt", 124, 0.31, 38.44),
      kwh("system", "all", 373, 0.17, 63.41),
      kwh("electricity-tax", "all", 373, 0.0283, 10.56), // 10.5559
      charge("breaker", 1, "month", 310, 310),
      charge("seller", 1, "month", 99, 99),
    ],
    taxes: [{ rate: 0.21, net: 2075.24, vat: 435.8 }], // 435.8004
    total: 2511.04,
  },
];
