/** Import and export are set off within the hour, then export is paid for. */
import { type Case, charge, kwh } from "./case";

export const cases: Case[] = [
  {
    name: "hours of June with both import and export",
    plan: "pl-g11-prosumer",
    from: "2026-06-01",
    until: "2026-07-01",
    contract: { annualUse: 1000 },
    load: [
      ["2026-06-10T12:00", "2026-06-10T12:30", 2], // 1 kWh
      ["2026-06-11T18:00", "2026-06-11T20:00", 2], // 4 kWh
      ["2026-06-13T09:00", "2026-06-13T09:30", 4], // 2 kWh
    ],
    exported: [
      ["2026-06-10T12:30", "2026-06-10T13:00", 3], // 1.5 kWh in the hour of 1 kWh: 0.5 kWh is left
      ["2026-06-12T10:00", "2026-06-12T12:00", 4], // 8 kWh
      ["2026-06-13T09:30", "2026-06-13T10:00", 2], // 1 kWh in the hour of 2 kWh: 1 kWh of import is left
    ],
    // Import 4 + 1 = 5 kWh; export 0.5 + 8 = 8.5 kWh.
    lines: [
      kwh("energy", "all", 5, 0.497, 2.49), // 2.485
      kwh("excise", "all", 5, 0.005, 0.03), // 0.025
      kwh("network", "all", 5, 0.2464, 1.23), // 1.232
      kwh("quality", "all", 5, 0.0331, 0.17), // 0.1655
      kwh("renewables", "all", 5, 0.0073, 0.04), // 0.0365
      kwh("cogeneration", "all", 5, 0.003, 0.02), // 0.015
      charge("network-fixed", 1, "month", 7.38, 7.38),
      charge("subscription", 1, "month", 4.56, 4.56),
      charge("capacity", 1, "month", 10.31, 10.31),
      kwh("export", "all", 8.5, 0.29, -2.47), // 290 PLN per MWh; 2.465
    ],
    taxes: [
      { rate: 0.23, net: 26.23, vat: 6.03 }, // 6.0329
      { rate: 0, net: -2.47, vat: 0 },
    ],
    total: 29.79,
  },
];
