/** Days from six to six, whole kWh for each register, and two rates of tax. */
import { type Case, charge, kwh } from "./case";

export const cases: Case[] = [
  {
    name: "single hours of January 2025: 5 blue, 6 to 10 red, 11 white, 12 blue",
    plan: "fr-tempo",
    from: "2025-01-01",
    until: "2025-02-01",
    load: [
      ["2025-01-06T00:00", "2025-01-06T06:00", 1], // of Sunday the 5th: blue HC, 6 kWh
      ["2025-01-06T06:00", "2025-01-06T22:00", 2], // red HP, 32 kWh
      ["2025-01-06T22:00", "2025-01-07T06:00", 1.5], // red HC, 12 kWh
      ["2025-01-11T00:00", "2025-01-11T06:00", 1.4], // of Friday the 10th: red HC, 8.4 kWh
      ["2025-01-11T06:00", "2025-01-11T08:00", 2.25], // white HP, 4.5 kWh
      ["2025-01-12T00:00", "2025-01-12T06:00", 1], // of Saturday the 11th: white HC, 6 kWh
      ["2025-01-12T12:00", "2025-01-12T14:00", 1.7], // blue HP, 3.4 kWh
    ],
    lines: [
      kwh("energy", "blue HC", 6, 0.1296 / 1.2, 0.65), // 0.648
      kwh("energy", "blue HP", 3, 0.1609 / 1.2, 0.4), // 3.4 is 3; 0.40225
      kwh("energy", "red HC", 20, 0.1568 / 1.2, 2.61), // 20.4 is 20; 2.6133
      kwh("energy", "red HP", 32, 0.7562 / 1.2, 20.17), // 20.1653
      kwh("energy", "white HC", 6, 0.1486 / 1.2, 0.74), // 0.743
      kwh("energy", "white HP", 5, 0.1894 / 1.2, 0.79), // 4.5 is 5; 0.7892
      charge("subscription", 31 / 365, "year", 209.4 / 1.055, 16.86), // 198.4834 x 31 / 365 = 16.8575
    ],
    taxes: [
      { rate: 0.2, net: 25.36, vat: 5.07 }, // 5.072
      { rate: 0.055, net: 16.86, vat: 0.93 }, // 0.9273
    ],
    total: 48.22,
  },
  {
    name: "one day of a bill of two months in which the subscription's tax rises from 5.5 to 20 %",
    plan: "fr-tempo",
    from: "2025-07-01",
    until: "2025-09-01",
    contract: { billing: { months: 2 } },
    load: [["2025-07-01T06:00", "2025-07-01T22:00", 1]],
    lines: [
      kwh("energy", "blue HP", 16, 0.1609 / 1.2, 2.15), // 2.1453
      { ...charge("subscription", 31 / 365, "year", 209.4 / 1.055, 16.86), version: "2024-01-01" }, // 16.8575
      { ...charge("subscription", 31 / 365, "year", 238.06 / 1.2, 16.85), version: "2025-08-01" }, // 16.8490
    ],
    taxes: [
      { rate: 0.2, net: 19, vat: 3.8 },
      { rate: 0.055, net: 16.86, vat: 0.93 },
    ],
    total: 40.59,
  },
];
