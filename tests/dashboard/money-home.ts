/** A home for the tests of money: a plan with a dear and a cheap band from the day of 23 hours on, and others beside it. */
import { stackConfig } from "../sql/lake";
import { readingsOf, zone } from "./home";

/** The day of 23 hours. */
export const shortDay = "2026-03-29";

const channels = [
  { index: 0, name: "Grid", role: "grid" },
  { index: 1, name: "Roof", role: "solar" },
  { index: 2, name: "Car", role: "load" },
];
const home = {
  ...{ id: "home", timezone: zone, currency: "PLN" },
  tariff: [{ plan: "pl-g12w-tauron", from: shortDay }],
  meters: [{ id: "em", model: "3EM", maxGap: "930 s", channels }],
};
const config = stackConfig([home], "2026-03-01", "2026-10-31");

export const moneyHome = {
  config: { ...config, tariffs: { ...config.tariffs, compare: ["pl-g11", "pl-g11-prosumer"] } },
  readings: readingsOf([
    ["em", "2026-03-27T23:00:00Z", "2026-03-30T22:00:00Z"],
    ["em", "2026-10-22T22:00:00Z", "2026-10-26T16:00:00Z"],
  ]),
};
