/** Edges on quarter hours; a yearly reduction; export at a fixed price without tax. */
import { type Case, charge, kwh } from "./case";

const plan = "de-14a-edis";

export const cases: Case[] = [
  {
    name: "1 kW through January, but for two hours of export at noon of the 10th",
    plan,
    from: "2026-01-01",
    until: "2026-02-01",
    load: [
      ["2026-01-01T00:00", "2026-02-01T00:00", 1],
      ["2026-01-10T12:00", "2026-01-10T14:00", 0],
    ],
    exported: [["2026-01-10T12:00", "2026-01-10T14:00", 2]],
    // NT 23:30-05:00: 31 x 5.5 = 170.5 h. HT 10:15-12:00 and 16:45-20:15: 31 x 5.25 = 162.75 h.
    // ST 744 - 333.25 - 2 = 408.75 h.
    lines: [
      kwh("energy", "all", 742, 0.142, 105.36), // 105.364
      kwh("network", "NT", 170.5, 0.0065, 1.11), // 1.10825
      kwh("network", "HT", 162.75, 0.1047, 17.04), // 17.039925
      kwh("network", "ST", 408.75, 0.065, 26.57), // 26.56875
      kwh("electricity-tax", "all", 742, 0.0205, 15.21), // 15.211
      charge("network-base", 31 / 365, "year", 73, 6.2),
      charge("module-1", 31 / 365, "year", -109.5, -9.3),
      kwh("export", "all", 4, 0.0786, -0.31), // 0.3144
    ],
    taxes: [
      { rate: 0.19, net: 162.19, vat: 30.82 }, // 30.8161
      { rate: 0, net: -0.31, vat: 0 },
    ],
    total: 192.7,
  },
  {
    name: "1 kW through October 2025, by the hours of that year, with one more from 02:00 to 03:00",
    plan,
    from: "2025-10-01",
    until: "2025-11-01",
    load: [["2025-10-01T00:00", "2025-11-01T00:00", 1]],
    // NT 23:30-04:45: 31 x 5.25 + 1 = 163.75 h. HT 11:00-12:45 and 16:45-20:00: 31 x 5 = 155 h. ST 745 - 318.75 = 426.25 h.
    lines: [
      kwh("energy", "all", 745, 0.142, 105.79),
      kwh("network", "NT", 163.75, 0.0104, 1.7), // 1.703
      kwh("network", "HT", 155, 0.1635, 25.34), // 25.3425
      kwh("network", "ST", 426.25, 0.1029, 43.86), // 43.861125
      kwh("electricity-tax", "all", 745, 0.0205, 15.27), // 15.2725
      charge("network-base", 31 / 365, "year", 73, 6.2),
      charge("module-1", 31 / 365, "year", -109.5, -9.3),
    ],
    taxes: [{ rate: 0.19, net: 188.86, vat: 35.88 }], // 35.8834
    total: 224.74,
  },
];
