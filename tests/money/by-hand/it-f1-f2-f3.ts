/** Three bands, each at its month's index; holidays count as Sunday; charges by the day of the year. */
import { type Case, charge, kwh } from "./case";

export const cases: Case[] = [
  {
    name: "1 kW through December, with holidays on Monday 8, Thursday 25 and Friday 26",
    plan: "it-f1-f2-f3",
    from: "2025-12-01",
    until: "2026-01-01",
    contract: { contractedPower: 3 },
    load: [["2025-12-01T00:00", "2026-01-01T00:00", 1]],
    // 23 - 3 = 20 working days, 4 Saturdays. F1 20 x 11 = 220 h; F2 20 x 5 + 4 x 16 = 164 h; F3 744 - 384 = 360 h.
    // PUN: 147, 137 and 117 EUR per MWh, and 12 more.
    lines: [
      kwh("energy", "F1", 220, 0.159, 34.98),
      kwh("energy", "F2", 164, 0.149, 24.44), // 24.436
      kwh("energy", "F3", 360, 0.129, 46.44),
      kwh("network", "all", 744, 0.0115, 8.56), // 8.556
      kwh("levies", "all", 744, 0.028, 20.83), // 20.832
      charge("retail", 31 / 365, "year", 144, 12.23), // 12.2301
      charge("power", (3 * 31) / 365, "kW year", 21.9, 5.58),
    ],
    taxes: [{ rate: 0.1, net: 153.06, vat: 15.31 }], // 15.306
    total: 168.37,
  },
];
