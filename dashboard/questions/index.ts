/** The tables of each screen. */
import { balance, totals } from "./balance";
import { circuits } from "./circuits";
import { power } from "./live";
import { money } from "./money";
import { pattern } from "./pattern";
import { period } from "./period";
import type { Table } from "./question";
import type { ScreenName } from "./screen-names";
import { trust } from "./trust";

export const screens: Readonly<Record<ScreenName, readonly Table[]>> = {
  now: [power, balance, totals],
  period,
  circuits,
  pattern,
  money,
  trust,
};
