/** Weekends and days off are cheap as a whole: a month with Easter. */
import { type Case, charge, kwh } from "./case";

export const cases: Case[] = [
  {
    name: "1 kW through April, with Easter Monday on the 6th",
    plan: "pl-g12w-tauron",
    from: "2026-04-01",
    until: "2026-05-01",
    contract: { annualUse: 1200 },
    load: [["2026-04-01T00:00", "2026-05-01T00:00", 1]],
    // 22 days from Monday to Friday, less Easter Monday: 21 x 14 h = 294 h of peak; 720 - 294 = 426 h.
    lines: [
      kwh("energy", "peak", 294, 0.582, 171.11), // 171.108
      kwh("energy", "off-peak", 426, 0.371, 158.05), // 158.046
      kwh("excise", "all", 720, 0.005, 3.6),
      kwh("network", "peak", 294, 0.3298, 96.96), // 96.9612
      kwh("network", "off-peak", 426, 0.0512, 21.81), // 21.8112
      kwh("quality", "all", 720, 0.0331, 23.83), // 23.832
      kwh("renewables", "all", 720, 0.0073, 5.26), // 5.256
      kwh("cogeneration", "all", 720, 0.003, 2.16),
      charge("network-fixed", 1, "month", 7.38, 7.38),
      charge("subscription", 1, "month", 4.56, 4.56),
      charge("capacity", 1, "month", 10.31, 10.31), // up to 1200 kWh a year, that included
    ],
    taxes: [{ rate: 0.23, net: 505.03, vat: 116.16 }], // 116.1569
    total: 621.19,
  },
];
