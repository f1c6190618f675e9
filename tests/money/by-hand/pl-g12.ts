/** Two zones by a clock that stays on winter time, in the month in which the wall clock does not. */
import { type Case, charge, kwh } from "./case";

export const cases: Case[] = [
  {
    name: "1 kW through March, which has an hour less",
    plan: "pl-g12",
    from: "2026-03-01",
    until: "2026-04-01",
    contract: { annualUse: 3000 },
    load: [["2026-03-01T00:00", "2026-04-01T00:00", 1]],
    // By winter time the month ends on 31 March at 23:00. Night is 22-06 and 13-15: 30 days of 10 h; on the 31st 00-06,
    // 13-15 and 22-23: 9 h. 309 h. Day: 30 x 14 + 14 = 434 h. Together 743 h.
    lines: [
      kwh("energy", "day", 434, 0.577, 250.42), // 250.418
      kwh("energy", "night", 309, 0.364, 112.48), // 112.476
      kwh("excise", "all", 743, 0.005, 3.72), // 3.715
      kwh("network", "day", 434, 0.4014, 174.21), // 174.2076
      kwh("network", "night", 309, 0.0765, 23.64), // 23.6385
      kwh("quality", "all", 743, 0.0332, 24.67), // 24.6676
      kwh("renewables", "all", 743, 0.0073, 5.42), // 5.4239
      kwh("cogeneration", "all", 743, 0.003, 2.23), // 2.229
      charge("network-fixed", 1, "month", 8.5, 8.5),
      charge("subscription", 1, "month", 4.5, 4.5),
      charge("capacity", 1, "month", 24.05, 24.05),
    ],
    taxes: [{ rate: 0.23, net: 633.84, vat: 145.78 }], // 145.7832
    total: 779.62,
  },
];
