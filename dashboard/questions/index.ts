/** The tables of each screen. */
import { circuits } from "./circuits";
import { pattern } from "./pattern";
import { period } from "./period";
import type { Table } from "./question";
import type { ScreenName } from "./screen-names";

export const screens: Readonly<Record<ScreenName, readonly Table[]>> = {
  now: [],
  period,
  circuits,
  pattern,
  money: [],
  trust: [],
};
