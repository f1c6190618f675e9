/** One price; amounts that end on half a grosz; the brackets of the capacity charge at an edge. */
import { type Case, charge, kwh } from "./case";

const plan = "pl-g11";

export const cases: Case[] = [
  {
    name: "1 kW through October, which has an hour more",
    plan,
    from: "2026-10-01",
    until: "2026-11-01",
    contract: { annualUse: 2000 },
    load: [["2026-10-01T00:00", "2026-11-01T00:00", 1]],
    // 31 x 24 + 1 = 745 h
    lines: [
      kwh("energy", "all", 745, 0.497, 370.27), // 370.265
      kwh("excise", "all", 745, 0.005, 3.73), // 3.725
      kwh("network", "all", 745, 0.2464, 183.57), // 183.568
      kwh("quality", "all", 745, 0.0331, 24.66), // 24.6595
      kwh("renewables", "all", 745, 0.0073, 5.44), // 5.4385
      kwh("cogeneration", "all", 745, 0.003, 2.24), // 2.235
      charge("network-fixed", 1, "month", 7.38, 7.38),
      charge("subscription", 1, "month", 4.56, 4.56),
      charge("capacity", 1, "month", 17.18, 17.18), // more than 1200, up to 2800 kWh a year
    ],
    taxes: [{ rate: 0.23, net: 619.03, vat: 142.38 }], // 142.3769
    total: 761.41,
  },
  {
    name: "1 kW through February, at the lower edge of a bracket",
    plan,
    from: "2026-02-01",
    until: "2026-03-01",
    contract: { annualUse: 500 },
    load: [["2026-02-01T00:00", "2026-03-01T00:00", 1]],
    // 28 x 24 = 672 h
    lines: [
      kwh("energy", "all", 672, 0.497, 333.98), // 333.984
      kwh("excise", "all", 672, 0.005, 3.36),
      kwh("network", "all", 672, 0.2464, 165.58), // 165.5808
      kwh("quality", "all", 672, 0.0331, 22.24), // 22.2432
      kwh("renewables", "all", 672, 0.0073, 4.91), // 4.9056
      kwh("cogeneration", "all", 672, 0.003, 2.02), // 2.016
      charge("network-fixed", 1, "month", 7.38, 7.38),
      charge("subscription", 1, "month", 4.56, 4.56),
      charge("capacity", 1, "month", 10.31, 10.31), // from 500 kWh a year
    ],
    taxes: [{ rate: 0.23, net: 554.34, vat: 127.5 }], // 127.4982
    total: 681.84,
  },
];
