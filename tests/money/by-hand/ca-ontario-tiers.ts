/** Tiers of a month, and their share where the contract begins within it. */
import { type Case, charge, kwh } from "./case";

const plan = "ca-ontario-tiers";

export const cases: Case[] = [
  {
    name: "1 kW through July",
    plan,
    from: "2026-07-01",
    until: "2026-08-01",
    load: [["2026-07-01T00:00", "2026-08-01T00:00", 1]],
    // 744 kWh: 600 and 144.
    lines: [
      kwh("energy", "summer", 600, 0.12, 72, { block: 1 }),
      kwh("energy", "summer", 144, 0.142, 20.45, { block: 2 }), // 20.448
      kwh("delivery", "all", 744, 0.031, 23.06), // 23.064
      charge("delivery-fixed", 1, "month", 41.5, 41.5),
    ],
    taxes: [{ rate: 0.13, net: 157.01, vat: 20.41 }], // 20.4113
    total: 177.42,
  },
  {
    name: "1 kW from 16 July on: 16 of 31 days of the tier",
    plan,
    from: "2026-07-16",
    until: "2026-08-01",
    load: [["2026-07-16T00:00", "2026-08-01T00:00", 1]],
    // 384 kWh: 600 x 16 / 31 = 309.677419 and 74.322581.
    lines: [
      kwh("energy", "summer", 309.677419, 0.12, 37.16, { block: 1 }), // 37.1613
      kwh("energy", "summer", 74.322581, 0.142, 10.55, { block: 2 }), // 10.5538
      kwh("delivery", "all", 384, 0.031, 11.9), // 11.904
      charge("delivery-fixed", 16 / 31, "month", 41.5, 21.42), // 21.4194
    ],
    taxes: [{ rate: 0.13, net: 81.03, vat: 10.53 }], // 10.5339
    total: 91.56,
  },
];
