/** Seasons within a bill, a credit up to so many kWh a day, a credit of two months, a minimum bill. */
import { type Case, charge, kwh } from "./case";

const plan = "us-e-tou-c";

export const cases: Case[] = [
  {
    name: "1 kW through the bill that begins in April",
    plan,
    from: "2026-04-08",
    until: "2026-05-08",
    load: [["2026-04-08T00:00", "2026-05-08T00:00", 1]],
    // 30 days: peak 150 h, the rest 570 h; baseline 30 x 9.7 = 291 kWh.
    lines: [
      kwh("generation", "winter peak", 150, 0.16398, 24.6), // 24.597
      kwh("generation", "winter off-peak", 570, 0.1373, 78.26), // 78.261
      kwh("delivery", "winter peak", 150, 0.34, 51),
      kwh("delivery", "winter off-peak", 570, 0.33, 188.1),
      kwh("baseline", "winter", 291, -0.09566, -27.84, { block: 1 }), // 27.83706
      kwh("baseline", "winter", 429, 0, 0, { block: 2 }),
      charge("climate-credit", 1, "bill", -36.18, -36.18),
    ],
    taxes: [{ rate: 0, net: 277.94, vat: 0 }],
    total: 277.94,
  },
  {
    name: "1 kW through the bill in which summer begins on 1 June",
    plan,
    from: "2026-05-08",
    until: "2026-06-08",
    load: [["2026-05-08T00:00", "2026-06-08T00:00", 1]],
    // 24 days of winter: peak 120 h, the rest 456 h, baseline 24 x 9.7 = 232.8 kWh of 576.
    // 7 days of summer: peak 35 h, the rest 133 h, baseline 7 x 9.8 = 68.6 kWh of 168.
    lines: [
      kwh("generation", "summer peak", 35, 0.22403, 7.84), // 7.84105
      kwh("generation", "summer off-peak", 133, 0.14103, 18.76), // 18.75699
      kwh("generation", "winter peak", 120, 0.16398, 19.68), // 19.6776
      kwh("generation", "winter off-peak", 456, 0.1373, 62.61), // 62.6088
      kwh("delivery", "summer peak", 35, 0.38, 13.3),
      kwh("delivery", "summer off-peak", 133, 0.36, 47.88),
      kwh("delivery", "winter peak", 120, 0.34, 40.8),
      kwh("delivery", "winter off-peak", 456, 0.33, 150.48),
      kwh("baseline", "summer", 68.6, -0.09566, -6.56, { block: 1 }), // 6.562276
      kwh("baseline", "summer", 99.4, 0, 0, { block: 2 }),
      kwh("baseline", "winter", 232.8, -0.09566, -22.27, { block: 1 }), // 22.269648
      kwh("baseline", "winter", 343.2, 0, 0, { block: 2 }),
    ],
    taxes: [{ rate: 0, net: 332.52, vat: 0 }],
    total: 332.52,
  },
  {
    name: "10 W through February: the minimum bill",
    plan,
    from: "2026-02-08",
    until: "2026-03-08",
    load: [["2026-02-08T00:00", "2026-03-08T00:00", 0.01]],
    // 28 days: peak 1.4 kWh, the rest 5.32 kWh. The lines come to 2.56; the minimum is 28 x 0.40317 = 11.28876.
    lines: [
      kwh("generation", "winter peak", 1.4, 0.16398, 0.23), // 0.229572
      kwh("generation", "winter off-peak", 5.32, 0.1373, 0.73), // 0.730436
      kwh("delivery", "winter peak", 1.4, 0.34, 0.48), // 0.476
      kwh("delivery", "winter off-peak", 5.32, 0.33, 1.76), // 1.7556
      kwh("baseline", "winter", 6.72, -0.09566, -0.64, { block: 1 }), // 0.6428352
      charge("minimum", 1, "bill", 8.73, 8.73), // 8.72876
    ],
    taxes: [{ rate: 0, net: 11.29, vat: 0 }],
    total: 11.29,
  },
];
