/** *Period*: the energy of a range and its sum; then what it costs, whether today is usual, and the bill that it belongs to. */
import { balance, totals } from "./balance";
import { costs } from "./costs";
import { estimate } from "./estimate";
import type { Table } from "./question";
import { soFar } from "./so-far";

export const period: readonly Table[] = [balance, totals, costs, soFar, estimate];
