/** Three periods of energy, two of power; a holiday that moves is a day like others. */
import { type Case, charge, kwh } from "./case";

export const cases: Case[] = [
  {
    name: "1 kW through April, with Good Friday on the 3rd",
    plan: "es-2-0td",
    from: "2026-04-01",
    until: "2026-05-01",
    contract: { contractedPower: { punta: 4.6, valle: 5.75 } },
    load: [["2026-04-01T00:00", "2026-05-01T00:00", 1]],
    // 22 days from Monday to Friday, Good Friday among them: punta 22 x 8 = 176 h, llano the same, valle 720 - 352 = 368 h.
    lines: [
      kwh("energy", "punta", 176, 0.115, 20.24),
      kwh("energy", "llano", 176, 0.098, 17.25), // 17.248
      kwh("energy", "valle", 368, 0.082, 30.18), // 30.176
      kwh("access", "punta", 176, 0.0972, 17.11), // 17.1072
      kwh("access", "llano", 176, 0.0286, 5.03), // 5.0336
      kwh("access", "valle", 368, 0.0032, 1.18), // 1.1776
      charge("power-punta", 138, "kW day", 0.0759, 10.47), // 4.6 x 30; 10.4742
      charge("power-valle", 172.5, "kW day", 0.0019, 0.33), // 5.75 x 30; 0.32775
      charge("meter", 30, "day", 0.0266, 0.8), // 0.798
    ],
    taxes: [{ rate: 0.21, net: 102.59, vat: 21.54 }], // 21.5439
    total: 124.13,
  },
];
