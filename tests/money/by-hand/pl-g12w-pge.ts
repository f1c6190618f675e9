/** A bill of two months in which a price changes; hours of winter time in June. */
import { type Case, charge, kwh } from "./case";

const plan = "pl-g12w-pge";

export const cases: Case[] = [
  {
    name: "1 kW through January and February; the quality charge changes on 1 February",
    plan,
    from: "2026-01-01",
    until: "2026-03-01",
    contract: { annualUse: 2800 },
    load: [["2026-01-01T00:00", "2026-03-01T00:00", 1]],
    // January: 22 days from Monday to Friday, less the 1st and the 6th; February: 20. 40 x 14 h = 560 h of day;
    // 31 x 24 + 28 x 24 = 744 + 672 = 1416 h; night 856 h.
    lines: [
      kwh("energy", "day", 560, 0.59, 330.4),
      kwh("energy", "night", 856, 0.368, 315.01), // 315.008
      kwh("excise", "all", 1416, 0.005, 7.08),
      kwh("network", "day", 560, 0.4276, 239.46), // 239.456
      kwh("network", "night", 856, 0.0845, 72.33), // 72.332
      kwh("quality", "all", 744, 0.0331, 24.63, { version: "2024-01-01" }), // 24.6264
      kwh("quality", "all", 672, 0.0332, 22.31, { version: "2026-02-01" }), // 22.3104
      kwh("renewables", "all", 1416, 0.0073, 10.34), // 10.3368
      kwh("cogeneration", "all", 1416, 0.003, 4.25), // 4.248
      charge("network-fixed", 2, "month", 14.98, 29.96),
      charge("subscription", 2, "month", 2.25, 4.5),
      charge("capacity", 2, "month", 17.18, 34.36),
    ],
    taxes: [{ rate: 0.23, net: 1094.63, vat: 251.76 }], // 251.7649
    total: 1346.39,
  },
  {
    name: "single hours of June at 2 kW, by winter time one hour earlier; the 4th is Corpus Christi",
    plan,
    from: "2026-06-01",
    until: "2026-07-01",
    contract: { annualUse: 100, billing: { months: 1 } },
    load: [
      ["2026-06-01T06:00", "2026-06-01T07:00", 2], // 05-06: night
      ["2026-06-01T15:00", "2026-06-01T16:00", 2], // 14-15: day
      ["2026-06-01T16:00", "2026-06-01T18:00", 2], // 15-17: night in summer
      ["2026-06-01T22:00", "2026-06-01T23:00", 2], // 21-22: day
      ["2026-06-04T12:00", "2026-06-04T13:00", 2], // a day off: night
    ],
    // Day 2 x 2 = 4 kWh, night 2 + 4 + 2 = 8 kWh.
    lines: [
      kwh("energy", "day", 4, 0.59, 2.36),
      kwh("energy", "night", 8, 0.368, 2.94), // 2.944
      kwh("excise", "all", 12, 0.005, 0.06),
      kwh("network", "day", 4, 0.4276, 1.71), // 1.7104
      kwh("network", "night", 8, 0.0845, 0.68), // 0.676
      kwh("quality", "all", 12, 0.0332, 0.4), // 0.3984
      kwh("renewables", "all", 12, 0.0073, 0.09), // 0.0876
      kwh("cogeneration", "all", 12, 0.003, 0.04), // 0.036
      charge("network-fixed", 1, "month", 14.98, 14.98),
      charge("subscription", 1, "month", 2.25, 2.25),
      charge("capacity", 1, "month", 4.29, 4.29),
    ],
    taxes: [{ rate: 0.23, net: 29.8, vat: 6.85 }], // 6.854
    total: 36.65,
  },
];
