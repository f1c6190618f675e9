/** *Money*: the bill, what a range costs by band, what it would have cost otherwise, and why. */
import type { Table } from "../question";
import { bill, estimate } from "./bill";
import { comparison } from "./comparison";
import { cost } from "./cost";
import { explain } from "./explain";
import { periods } from "./periods";
import { savings } from "./savings";

export const money: readonly Table[] = [periods, cost, bill, estimate, comparison, savings, explain];
