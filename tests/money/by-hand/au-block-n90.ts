/** Blocks of a quarterly bill, reached exactly, and a minimum of a bill. */
import { type Case, charge, kwh } from "./case";

const plan = "au-block-n90";

export const cases: Case[] = [
  {
    name: "0.5 kW through the first quarter",
    plan,
    from: "2026-01-01",
    until: "2026-04-01",
    load: [["2026-01-01T00:00", "2026-04-01T00:00", 0.5]],
    // 90 days: 1080 kWh, 900 and 180.
    lines: [
      kwh("energy", "all", 1080, 0.175, 189),
      kwh("network", "all", 900, 0.088705, 79.83, { block: 1 }), // 79.8345
      kwh("network", "all", 180, 0.103335, 18.6, { block: 2 }), // 18.6003
      charge("supply", 90, "day", 0.98, 88.2),
    ],
    taxes: [{ rate: 0.1, net: 375.63, vat: 37.56 }], // 37.563
    total: 413.19,
  },
  {
    name: "310 kWh from March on: exactly the block's 31 of 90 days",
    plan,
    from: "2026-03-01",
    until: "2026-04-01",
    load: [["2026-03-01T00:00", "2026-03-13T22:00", 1]],
    lines: [
      kwh("energy", "all", 310, 0.175, 54.25),
      kwh("network", "all", 310, 0.088705, 27.5, { block: 1 }), // 27.49855
      charge("supply", 31, "day", 0.98, 30.38),
    ],
    taxes: [{ rate: 0.1, net: 112.13, vat: 11.21 }], // 11.213
    total: 123.34,
  },
  {
    name: "10 kWh from March on: the minimum",
    plan,
    from: "2026-03-01",
    until: "2026-04-01",
    load: [["2026-03-01T00:00", "2026-03-01T10:00", 1]],
    // The lines come to 33.02 and, with tax, to 36.32; 83.68 are missing: 76.07 and tax.
    lines: [
      kwh("energy", "all", 10, 0.175, 1.75),
      kwh("network", "all", 10, 0.088705, 0.89, { block: 1 }), // 0.88705
      charge("supply", 31, "day", 0.98, 30.38),
      charge("minimum", 1, "bill", 76.07, 76.07), // 76.0727
    ],
    taxes: [{ rate: 0.1, net: 109.09, vat: 10.91 }], // 10.909
    total: 120,
  },
];
