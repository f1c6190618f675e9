/** The highest mean power from the grid of each month that the range touches. */
import { z } from "zod";
import { daysOf } from "../days";
import type { Asked, Table } from "../question";

const minutes = [15, 30, 60] as const;
const peakRow = z.object({
  month: z.string(),
  interval_minutes: z.number(),
  peak_kw: z.number().nullable(),
  peak_start: z.string().nullable(),
  peak_of_three_days_kw: z.number().nullable(),
  unknown_share: z.number().nullable(),
});

/** A month of which the view says nothing is unknown. */
async function readPeaks(asked: Asked): Promise<z.infer<typeof peakRow>[]> {
  const rows = z.array(peakRow).parse(
    await asked.ask(`SELECT month, interval_minutes, peak_kw, peak_start, peak_of_three_days_kw, unknown_share
      FROM peak_demand WHERE site = @site AND month BETWEEN DATE_TRUNC(@from_date, MONTH) AND @to_date`),
  );
  const unknown = { peak_kw: null, peak_start: null, peak_of_three_days_kw: null, unknown_share: null };
  const months = new Set(daysOf(asked).map((day) => `${day.slice(0, 7)}-01`));
  return [...months].flatMap((month) =>
    minutes.map((interval_minutes) => {
      const found = rows.find((row) => row.month === month && row.interval_minutes === interval_minutes);
      return found ?? { month, interval_minutes, ...unknown };
    }),
  );
}

export const peaks: Table = { name: "peaks", view: () => "peak_demand", own: {}, row: peakRow, rows: readPeaks };
