/** The screens by name. */
import type { ScreenName } from "../../questions/screen-names";
import { circuits } from "./circuits";
import { money } from "./money";
import { now } from "./now";
import { pattern } from "./pattern";
import { period } from "./period";
import type { Screen } from "./screen";
import { trust } from "./trust";

export const screens: Readonly<Record<ScreenName, Screen>> = {
  now,
  period,
  circuits,
  pattern,
  money,
  trust,
};
