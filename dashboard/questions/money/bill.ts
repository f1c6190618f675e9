/** The bill of the billing period that holds the end of the range, and what it will come to. */
import { z } from "zod";
import { lineAmount } from "../../../tools/bill/line";
import type { Table } from "../question";
import { inPeriod, shownPeriod } from "./periods";

const number = z.number().nullable();
const line = z.object({
  line: z.number(),
  component: z.string(),
  component_name: z.string(),
  kind: z.string(),
  direction: z.string(),
  ...lineAmount,
});

export const bill: Table = {
  name: "bill",
  view: () => "bill",
  own: {},
  row: line,
  async rows(asked) {
    const period = await shownPeriod(asked);
    if (period === undefined) return [];
    const columns = Object.keys(line.shape).join(", ");
    const answered = await asked.ask(
      `SELECT ${columns} FROM bill
       WHERE site = @site AND is_own AND plan = @plan AND period_start = @period_start ORDER BY line`,
      inPeriod(period),
    );
    return z.array(line).parse(answered);
  },
};

const estimated = z.object({
  period_start: z.string(),
  period_end: z.string(),
  known_gross: number,
  expected_gross: number,
  estimate_gross: number,
  expected_share: number,
  is_example: z.boolean(),
});

export const estimate: Table = {
  name: "estimate",
  view: () => "bill_estimate",
  own: {},
  alone: [],
  row: estimated,
  async rows(asked) {
    const period = await shownPeriod(asked);
    if (period === undefined) return [];
    const columns = Object.keys(estimated.shape).join(", ");
    const answered = await asked.ask(
      `SELECT ${columns} FROM bill_estimate WHERE site = @site AND plan = @plan AND period_start = @period_start`,
      inPeriod(period),
    );
    return z.array(estimated).parse(answered);
  },
};
