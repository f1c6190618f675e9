/** An index with a mark-up, its floor and its cap; amounts rounded in each slot; a month that is cut. */
import { type Case, charge, kwh } from "./case";

export const cases: Case[] = [
  {
    name: "single hours of October, until the day after the clocks go back",
    plan: "de-spot",
    from: "2026-10-01",
    until: "2026-10-26",
    load: [
      // 24 kWh at 0.0215 + 0.00103 x 90 = 0.1142: 2.7408
      ["2026-10-01T00:00", "2026-10-02T00:00", 1],
      // 1 kWh at (0.0215 + 0.00103 x 800) x 1.19 = 1.006, but at most 0.6: 0.6 / 1.19 = 0.504202
      ["2026-10-24T18:45", "2026-10-24T19:00", 4],
      // 1 kWh at 0.0215 - 0.00103 x 5 = 0.01635
      ["2026-10-24T12:00", "2026-10-24T12:15", 4],
      // 1 kWh at (0.0215 - 0.00103 x 400) x 1.19 = -0.465, but at least -0.1: -0.1 / 1.19 = -0.084034
      ["2026-10-25T13:00", "2026-10-25T13:15", 4],
      // 7 h, each with quarters of 70, 68, 66 and 64: mean 67. 7 kWh at 0.0215 + 0.00103 x 67 = 0.09051: 0.63357
      ["2026-10-25T00:00", "2026-10-25T06:00", 1],
    ],
    // 34 kWh: 2.7408 + 0.504202 + 0.01635 - 0.084034 + 0.63357 = 3.810888
    lines: [
      kwh("energy", "all", 34, 3.810888 / 34, 3.810888),
      kwh("network", "all", 34, 0.0965, 3.281),
      charge("seller", 25 / 31, "month", 5, 4.032258),
    ],
    taxes: [{ rate: 0.19, net: 11.124146, vat: 2.113588 }], // 2.11358774
    total: 13.237734,
  },
];
