/** The tables of each screen. */
import { power } from "./live";
import { money } from "./money";
import { period } from "./period";
import type { Table } from "./question";
import type { ScreenName } from "./screen-names";
import { trust } from "./trust";

export const screens: Readonly<Record<ScreenName, readonly Table[]>> = {
  now: [power],
  period,
  circuits: [],
  pattern: [],
  money,
  trust,
};
