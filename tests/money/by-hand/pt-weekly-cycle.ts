/** Hours that change with legal summer time, within the month. */
import { type Case, charge, kwh } from "./case";

export const cases: Case[] = [
  {
    name: "1 kW through October: winter's hours from Sunday the 25th on",
    plan: "pt-weekly-cycle",
    from: "2026-10-01",
    until: "2026-11-01",
    contract: { contractedPower: 6.9 },
    load: [["2026-10-01T00:00", "2026-11-01T00:00", 1]],
    // Summer: 17 days from Monday to Friday, 4 Saturdays; winter: 5 days from Monday to Friday, 1 Saturday.
    // Ponta 17 x 3 + 5 x 5 = 76 h. Cheias 17 x 14 + 4 x 7 + 5 x 12 + 7 = 333 h. Vazio 745 - 409 = 336 h.
    lines: [
      kwh("energy", "ponta", 76, 0.291, 22.12), // 22.116
      kwh("energy", "cheias", 333, 0.168, 55.94), // 55.944
      kwh("energy", "vazio", 336, 0.104, 34.94), // 34.944
      charge("power", 6.9, "kVA month", 1.62, 11.18), // 11.178
    ],
    taxes: [{ rate: 0.23, net: 124.18, vat: 28.56 }], // 28.5614
    total: 152.74,
  },
];
