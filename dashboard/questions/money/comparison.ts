/** What the billing periods of the year before the end of the range come to under every plan. */
import { Temporal } from "temporal-polyfill";
import { z } from "zod";
import type { Table } from "../question";
import { lastDay } from "./periods";

const number = z.number().nullable();
const row = z.object({
  period_start: z.string(),
  period_end: z.string(),
  plan: z.string(),
  is_own: z.boolean(),
  import_kwh: number,
  gross: number,
  at_least: number,
  at_most: number,
  own_gross: number,
  difference: number,
  unknown_share: number,
  is_price_known: z.boolean(),
  is_example: z.boolean(),
});

export const comparison: Table = {
  name: "comparison",
  view: () => "tariff_comparison",
  own: {},
  alone: [],
  row,
  async rows(asked) {
    const day = lastDay(asked);
    const first = Temporal.PlainDate.from(day).subtract({ years: 1 }).toString();
    const answered = await asked.ask(
      `SELECT ${Object.keys(row.shape).join(", ")} FROM tariff_comparison
       WHERE site = @site AND period_start > @first_day AND period_start <= @last_day
       ORDER BY period_start, plan`,
      { first_day: { type: "DATE", value: first }, last_day: { type: "DATE", value: day } },
    );
    return z.array(row).parse(answered);
  },
};
