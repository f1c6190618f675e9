/** What moving a part of each day's use to its cheaper hours would have saved. */
import { z } from "zod";
import type { Table } from "../question";

const number = z.number().nullable();
const row = z.object({
  start: z.string(),
  gross: number,
  saving_10_percent: number,
  saving_20_percent: number,
  saving_30_percent: number,
  ceiling: number,
});

export const savings: Table = {
  name: "savings",
  view: () => "shift_savings",
  own: { start: "Local day of the site." },
  alone: [],
  row,
  async rows({ ask }) {
    const answered = await ask(
      `SELECT date AS start, gross, saving_10_percent, saving_20_percent, saving_30_percent, ceiling
       FROM shift_savings WHERE site = @site AND date BETWEEN @from_date AND @to_date ORDER BY date`,
    );
    return z.array(row).parse(answered);
  },
};
