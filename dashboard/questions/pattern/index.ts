/** *Pattern*: when a home uses power: each hour of each day, the mean day by season, the highest intervals of each month. */

import type { Table } from "../question";
import { heat } from "./heat";
import { peaks } from "./peaks";
import { profile } from "./profile";

export const pattern: readonly Table[] = [heat, profile, peaks];
