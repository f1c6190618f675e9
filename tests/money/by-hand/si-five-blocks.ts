/** Five blocks by season, day and hour; an agreed power for each. */
import { type Case, charge, kwh } from "./case";

export const cases: Case[] = [
  {
    name: "1 kW through December, with days off on Thursday 25 and Friday 26",
    plan: "si-five-blocks",
    from: "2025-12-01",
    until: "2026-01-01",
    contract: { contractedPower: { "block-1": 4.1, "block-2": 4.1, "block-3": 5 } },
    load: [["2025-12-01T00:00", "2026-01-01T00:00", 1]],
    // 23 - 2 = 21 working days, 10 free ones. Energy: 21 x 16 = 336 h, 744 - 336 = 408 h.
    // Block 1: 21 x 11 = 231 h. Block 2: 21 x 5 + 10 x 11 = 215 h. Block 3: 21 x 8 + 10 x 5 = 218 h. Block 4: 10 x 8 = 80 h.
    lines: [
      kwh("energy", "higher", 336, 0.119, 39.98), // 39.984
      kwh("energy", "lower", 408, 0.0979, 39.94), // 39.9432
      kwh("network", "block-1", 231, 0.0198, 4.57), // 4.5738
      kwh("network", "block-2", 215, 0.0183, 3.93), // 3.9345
      kwh("network", "block-3", 218, 0.0181, 3.95), // 3.9458
      kwh("network", "block-4", 80, 0.0186, 1.49), // 1.488
      charge("power-1", 4.1, "kW month", 3.36, 13.78), // 13.776
      charge("power-2", 4.1, "kW month", 0.83, 3.4), // 3.403
      charge("power-3", 5, "kW month", 0.18, 0.9),
    ],
    taxes: [{ rate: 0.22, net: 111.94, vat: 24.63 }], // 24.6268
    total: 136.57,
  },
];
