/** Three zones, of which one moves with the season. */
import { type Case, charge, kwh } from "./case";

export const cases: Case[] = [
  {
    name: "1 kW through October: the afternoon is 16-21",
    plan: "pl-g13-tauron",
    from: "2026-10-01",
    until: "2026-11-01",
    contract: { annualUse: 9000 },
    load: [["2026-10-01T00:00", "2026-11-01T00:00", 1]],
    // 22 days from Monday to Friday, no day off: morning 22 x 6 = 132 h, afternoon 22 x 5 = 110 h, of 745 h the rest 503 h.
    lines: [
      kwh("energy", "morning", 132, 0.51, 67.32),
      kwh("energy", "afternoon", 110, 0.72, 79.2),
      kwh("energy", "rest", 503, 0.39, 196.17),
      kwh("excise", "all", 745, 0.005, 3.73), // 3.725
      kwh("network", "morning", 132, 0.2203, 29.08), // 29.0796
      kwh("network", "afternoon", 110, 0.3898, 42.88), // 42.878
      kwh("network", "rest", 503, 0.0392, 19.72), // 19.7176
      kwh("quality", "all", 745, 0.0331, 24.66), // 24.6595
      kwh("renewables", "all", 745, 0.0073, 5.44), // 5.4385
      kwh("cogeneration", "all", 745, 0.003, 2.24), // 2.235
      charge("network-fixed", 1, "month", 7.38, 7.38),
      charge("subscription", 1, "month", 4.56, 4.56),
      charge("capacity", 1, "month", 24.05, 24.05),
    ],
    taxes: [{ rate: 0.23, net: 506.43, vat: 116.48 }], // 116.4789
    total: 622.91,
  },
];
